"""Writes the tables of known texts as XLSX (a sheet a table) and CSV (the largest table) into a folder: makeSheets.py FOLDER < texts.json"""

import csv
import json
import os
import sys

import openpyxl

for known in json.load(sys.stdin):
    path = os.path.join(sys.argv[1], known["name"])
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(known["tables"]):
        sheet = book.create_sheet(f"Table {number + 1}")
        for row in rows:
            # A cell that begins like a formula is text.
            sheet.append([f"'{cell}" if cell.startswith("=") else cell for cell in row])
    book.save(f"{path}.xlsx")
    with open(f"{path}.csv", "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(max(known["tables"], key=len))
