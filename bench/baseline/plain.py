"""The plain retriever that Lathe is measured against: what a practitioner writes in an afternoon.

Extraction by lxml (HTML) and PyMuPDF (PDF), Markdown and text as they are, chunks of 1,000 characters with 200 overlap, BM25 (bm25s), the same static
vectors as Lathe (mean of token vectors, normalised) and reciprocal rank fusion of the two.

  plain.py ROOT MODEL_FOLDER QUESTIONS.jsonl OUT_FOLDER

writes OUT_FOLDER/{bm25,static,fused}.jsonl ({"id", "score", "results": [{"file", "page", "text", "score"}]} a line) and
timings.json (seconds of wall time and CPU for each step, counts).
"""

import json
import os
import re
import sys
import time

import bm25s
import lxml.html
import numpy as np
import pymupdf
from safetensors.numpy import load_file
from tokenizers import Tokenizer

SIZE, OVERLAP, LIMIT, RRF = 1000, 200, 10, 60


def extract(path):
    """Pages of text: one a page for PDF, else one; Markdown and text as they are written."""
    if path.endswith(".pdf"):
        with pymupdf.open(path) as document:
            return [(number + 1, page.get_text()) for number, page in enumerate(document)]
    if path.endswith((".md", ".txt")):
        with open(path, encoding="utf-8", errors="replace") as file:
            return [(None, file.read())]
    root = lxml.html.parse(path, lxml.html.HTMLParser(encoding="utf-8")).getroot()
    if root is None:
        return []
    for element in root.xpath("//script|//style"):
        element.drop_tree()
    return [(None, root.text_content())]


def chunk(text):
    text = re.sub(r"[ \t]+", " ", re.sub(r"\n\s*\n+", "\n\n", text)).strip()
    for start in range(0, max(1, len(text)), SIZE - OVERLAP):
        piece = text[start : start + SIZE]
        if piece.strip():
            yield piece
        if start + SIZE >= len(text):
            return


def read_chunks(root):
    chunks = []
    files = 0
    for folder, _, names in sorted(os.walk(root)):
        for name in sorted(names):
            if not name.endswith((".html", ".htm", ".pdf", ".md", ".txt")):
                continue
            path = os.path.join(folder, name)
            files += 1
            for page, text in extract(path):
                for piece in chunk(text):
                    chunks.append({"file": os.path.relpath(path, root), "page": page, "text": piece})
    return chunks, files


class StaticModel:
    def __init__(self, folder):
        self.table = next(iter(load_file(os.path.join(folder, "model.safetensors")).values())).astype(np.float32)
        self.tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))

    def embed(self, texts):
        out = np.zeros((len(texts), self.table.shape[1]), np.float32)
        for start in range(0, len(texts), 512):
            for row, encoding in enumerate(self.tokenizer.encode_batch(texts[start : start + 512], add_special_tokens=False)):
                if encoding.ids:
                    out[start + row] = self.table[encoding.ids].mean(0)
        return out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)


def main(root, model_folder, questions_path, out):
    timings = {}

    def timed(name, work):
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        timings[name] = {"wallSeconds": round(time.perf_counter() - wall, 3), "cpuSeconds": round(time.process_time() - cpu, 3)}
        return result

    chunks, files = timed("extract", lambda: read_chunks(root))
    texts = [item["text"] for item in chunks]
    bm25 = bm25s.BM25()
    timed("bm25", lambda: bm25.index(bm25s.tokenize(texts, stopwords="en", show_progress=False), show_progress=False))
    model = StaticModel(model_folder)
    vectors = timed("static", lambda: model.embed(texts))
    with open(questions_path, encoding="utf-8") as lines:
        questions = [json.loads(line) for line in lines if line.strip()]

    os.makedirs(out, exist_ok=True)
    outputs = {name: open(os.path.join(out, f"{name}.jsonl"), "w", encoding="utf-8") for name in ("bm25", "static", "fused")}

    def search():
        for question in questions:
            lists = {}
            found, scores = bm25.retrieve(bm25s.tokenize([question["question"]], stopwords="en", show_progress=False), k=100, show_progress=False)
            lists["bm25"] = [(int(i), float(s)) for i, s in zip(found[0], scores[0]) if s > 0]
            similarity = vectors @ model.embed([question["question"]])[0]
            lists["static"] = [(int(i), float(similarity[i])) for i in np.argsort(-similarity)[:100]]
            fused = {}
            for ranked in (lists["bm25"], lists["static"]):
                for rank, (i, _) in enumerate(ranked):
                    fused[i] = fused.get(i, 0) + 1 / (RRF + rank + 1)
            lists["fused"] = sorted(fused.items(), key=lambda item: -item[1])
            for name, ranked in lists.items():
                results = [{**chunks[i], "score": score} for i, score in ranked[:LIMIT]]
                outputs[name].write(json.dumps({"id": question["id"], "score": results[0]["score"] if results else 0, "results": results}) + "\n")

    timed("search", search)
    for file in outputs.values():
        file.close()
    with open(os.path.join(out, "timings.json"), "w", encoding="utf-8") as file:
        json.dump({"files": files, "chunks": len(chunks), "questions": len(questions), "steps": timings}, file, indent=1)


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
