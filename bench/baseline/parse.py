"""The plain pipeline that Lathe's readers are measured against: each format's usual library, called as its manual shows.

  parse.py

reads a line {"path", "text"} at a time and answers one {"cpuSeconds", "text", "rows"} or {"cpuSeconds", "error"}: user and system
seconds of this process for that file. `text` and `rows` (each row of a table, its cells by a tab) are left out unless they are asked for.
A line {"witness": PATH} answers whether PyMuPDF finds text in a PDF.
"""

import csv
import json
import logging
import os
import resource
import signal
import sys
import warnings
import zipfile
from importlib.metadata import version

import bs4
import docx
import docx.table
import openpyxl
import pptx
import pymupdf
import pypdf
from striprtf.striprtf import rtf_to_text

LIBRARIES = ["pypdf", "python-docx", "python-pptx", "openpyxl", "beautifulsoup4", "lxml", "striprtf", "PyMuPDF"]
LIMIT_SECONDS = 60


def read_pdf(path):
    reader = pypdf.PdfReader(path)
    if reader.is_encrypted:
        reader.decrypt("")
    return "\n".join(page.extract_text() for page in reader.pages), []


def read_docx(path):
    lines, rows = [], []
    for item in docx.Document(path).iter_inner_content():
        if isinstance(item, docx.table.Table):
            for row in item.rows:
                rows.append("\t".join(cell.text for cell in row.cells))
                lines.append(rows[-1])
        else:
            lines.append(item.text)
    return "\n".join(lines), rows


def read_pptx(path):
    lines, rows = [], []
    for slide in pptx.Presentation(path).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                lines.append(shape.text_frame.text)
            if shape.has_table:
                for row in shape.table.rows:
                    rows.append("\t".join(cell.text for cell in row.cells))
                    lines.append(rows[-1])
        if slide.has_notes_slide:
            lines.append(slide.notes_slide.notes_text_frame.text)
    return "\n".join(lines), rows


def read_xlsx(path):
    rows = []
    for sheet in openpyxl.load_workbook(path, read_only=True, data_only=True).worksheets:
        for row in sheet.iter_rows(values_only=True):
            if any(value is not None for value in row):
                rows.append("\t".join("" if value is None else str(value) for value in row))
    return "\n".join(rows), rows


def read_html(path):
    with open(path, "rb") as file:
        return from_soup(bs4.BeautifulSoup(file, "lxml"))


def from_soup(soup):
    for element in soup(["script", "style"]):
        element.decompose()
    rows = ["\t".join(cell.get_text(" ", strip=True) for cell in row.find_all(["td", "th"], recursive=False)) for row in soup.find_all("tr")]
    return soup.get_text("\n", strip=True), rows


def read_epub(path):
    texts, rows = [], []
    with zipfile.ZipFile(path) as book:
        for name in sorted(name for name in book.namelist() if name.endswith((".xhtml", ".html", ".htm"))):
            text, found = from_soup(bs4.BeautifulSoup(book.read(name), "lxml"))
            texts.append(text)
            rows += found
    return "\n".join(texts), rows


def read_odt(path):
    with zipfile.ZipFile(path) as document:
        soup = bs4.BeautifulSoup(document.read("content.xml"), "lxml-xml")
    rows = ["\t".join(cell.get_text(" ", strip=True) for cell in row.find_all("table-cell", recursive=False)) for row in soup.find_all("table-row")]
    return "\n".join(element.get_text() for element in soup.find_all(["p", "h"])), rows


def read_rtf(path):
    with open(path, encoding="latin-1") as file:
        return rtf_to_text(file.read(), errors="ignore"), []


def read_csv(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = ["\t".join(row) for row in csv.reader(file)]
    return "\n".join(rows), rows


READERS = {
    ".pdf": read_pdf, ".docx": read_docx, ".pptx": read_pptx, ".xlsx": read_xlsx, ".html": read_html,
    ".epub": read_epub, ".odt": read_odt, ".rtf": read_rtf, ".csv": read_csv,
}


class TooLong(Exception):
    pass


def stop(_signal, _frame):
    raise TooLong(f"more than {LIMIT_SECONDS} s")


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def measure(asked):
    before = cpu_seconds()
    signal.alarm(LIMIT_SECONDS)
    try:
        text, rows = READERS[os.path.splitext(asked["path"])[1].lower()](asked["path"])
    except Exception as error:
        return {"cpuSeconds": cpu_seconds() - before, "error": f"{type(error).__name__}: {str(error)[:200]}"}
    finally:
        signal.alarm(0)
    spent = cpu_seconds() - before
    return {"cpuSeconds": spent, **({"text": text, "rows": rows} if asked.get("text") else {})}


def witness(path):
    try:
        with pymupdf.open(path) as document:
            return any(page.get_text().strip() for page in document)
    except Exception:
        return False


if __name__ == "__main__":
    # Some libraries print what they think of a file: only answers go out.
    answers, sys.stdout = sys.stdout, open(os.devnull, "w", encoding="utf-8")
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    pymupdf.TOOLS.mupdf_display_errors(False)
    signal.signal(signal.SIGALRM, stop)
    print(json.dumps({"python": sys.version.split()[0], **{name: version(name) for name in LIBRARIES}}), file=answers, flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps({"hasText": witness(asked["witness"])} if "witness" in asked else measure(asked)), file=answers, flush=True)
