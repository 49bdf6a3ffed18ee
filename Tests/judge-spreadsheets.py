#!/usr/bin/env python3
"""judge-spreadsheets.py FOLDER... - opens every CSV of a report in LibreOffice and in Python's csv module.

One start of LibreOffice converts all files, with the import options of a Swiss-German user who lets it guess the
type of each cell; those with a decimal comma are opened as users in Germany, Austria, France and Italy do. Then each cell is compared with what Python reads, and with the type that the description beside
the file (CSVW) promises: texts and telephone numbers are texts, numbers are numbers of the same value, dates are
dates, and nothing is a formula. Prints what is wrong; exit code 1 if anything is.
"""
import csv, io, json, os, subprocess, sys, tempfile
import xml.etree.ElementTree as ET
from decimal import Decimal

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
# Separators ; , tab; quote; UTF-8; from line 1; language; quoted cells are not forced to be text; numbers are detected.
FILTER = "Text - txt - csv (StarCalc):59/44/9,34,76,1,,%d,false,true"
# Windows' numbers of languages: de-CH; de-DE, de-AT, fr-FR, it-IT.
WITH_POINT = [2055]
WITH_COMMA = [1031, 3079, 1036, 1040]

faults = []
cells = 0


def fault(where, text):
    faults.append("%s: %s" % (where, text))


def by_python(path):
    """Rows as Python's csv module reads them, and the description."""
    with open(path + "-metadata.json", encoding="utf-8") as file:
        metadata = json.load(file)
    with open(path, "rb") as file:
        data = file.read()
    if not data.endswith(b"\r\n"):
        fault(path, "does not end with CRLF")
    text = data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=metadata["dialect"]["delimiter"], strict=True))
    return rows, metadata


def words(part):
    """The text of a paragraph, in which white space has elements of its own."""
    own = {TEXT + "tab": "\t", TEXT + "line-break": "\n"}
    text = own.get(part.tag, " " * int(part.get(TEXT + "c", "1")) if part.tag == TEXT + "s" else part.text or "")
    return text + "".join(words(child) + (child.tail or "") for child in part)


def cell_of(element):
    """(type, value, shown text, formula) of a cell."""
    lines = [words(part) for part in element.findall(TEXT + "p")]
    kind = element.get(OFFICE + "value-type")
    value = element.get(OFFICE + {"date": "date-value", "time": "time-value"}.get(kind, "value"))
    return kind, value, "\n".join(lines), element.get(TABLE + "formula")


def by_libreoffice(path):
    rows = []
    for row in ET.parse(path).getroot().iter(TABLE + "table-row"):
        found = []
        for cell in row.findall(TABLE + "table-cell"):
            found += [cell_of(cell)] * int(cell.get(TABLE + "number-columns-repeated", "1"))
        rows += [found] * min(int(row.get(TABLE + "number-rows-repeated", "1")), 1000)
    while rows and all(cell[0] is None for cell in rows[-1]):
        rows.pop()
    return rows


def mark_of(datatype):
    """The decimal mark that the description promises."""
    form = datatype.get("format") if isinstance(datatype, dict) else None
    return form.get("decimalChar", ".") if isinstance(form, dict) else "."


def has_comma(metadata):
    return any(mark_of(column["datatype"]) == "," for column in metadata["tableSchema"]["columns"])


def compare(where, expected, cell, datatype):
    global cells
    cells += 1
    kind, value, text, formula = cell
    if formula is not None:
        fault(where, "is a formula: " + formula)
    base = datatype["base"] if isinstance(datatype, dict) else datatype
    if expected == "":
        ok = kind is None
    elif base == "string" and expected.isdigit():
        # Account numbers: a column of codes in which a spreadsheet rightly sees numbers.
        ok = kind == "float" and Decimal(value) == Decimal(expected) and not expected.startswith("0")
    elif base in ("string", "gYearMonth"):
        ok = kind == "string" and text == expected.replace("\r\n", "\n")
    elif base in ("nonNegativeInteger", "decimal"):
        ok = kind == "float" and Decimal(value) == Decimal(expected.replace(mark_of(datatype), "."))
    elif base == "date":
        ok = kind == "date" and value == expected
    elif base == "time":
        hours, minutes, seconds = expected.split(":")
        ok = kind == "time" and value == "PT%sH%sM%sS" % (hours, minutes, seconds)
    else:
        ok = False
    if not ok:
        fault(where, "%r of type %s became %r" % (expected, base, cell))


def judge(path, converted):
    rows, metadata = by_python(path)
    columns = metadata["tableSchema"]["columns"]
    if metadata["url"] != os.path.basename(path):
        fault(path, "is described as " + metadata["url"])
    if rows[0] != [column["titles"] for column in columns]:
        fault(path, "has other columns than described: %r" % rows[0])
    opened = by_libreoffice(converted)
    if len(opened) != len(rows):
        fault(path, "has %d rows, LibreOffice sees %d" % (len(rows), len(opened)))
    for number, (row, other) in enumerate(zip(rows, opened)):
        if len(row) != len(columns):
            fault("%s:%d" % (path, number + 1), "has %d cells" % len(row))
        other = other + [(None, None, "", None)] * (len(row) - len(other))
        if any(cell[0] is not None for cell in other[len(row):]):
            fault("%s:%d" % (path, number + 1), "has more cells in LibreOffice")
        for column, expected, cell in zip(columns, row, other):
            where = "%s:%d %s" % (path, number + 1, column["name"])
            if number > 0 and column["required"] and expected == "":
                fault(where, "is empty")
            compare(where, expected, cell, "string" if number == 0 else column["datatype"])


def convert(work, language, paths):
    """Opens the files as a user of that language; returns where each went."""
    out = "%s/%d" % (work, language)
    os.mkdir(out)
    subprocess.run(
        ["soffice", "-env:UserInstallation=file://%s/profile" % work, "--headless", "--convert-to", "fods",
         "--outdir", out, "--infilter=" + FILTER % language] + paths,
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)
    return ["%s/%s.fods" % (out, os.path.basename(path)[: -len(".csv")]) for path in paths]


def main(folders):
    opened = 0
    with tempfile.TemporaryDirectory() as work:
        with_mark = {False: {}, True: {}}
        for index, folder in enumerate(folders):
            names = [name for name in sorted(os.listdir(folder)) if name.endswith(".csv")]
            # A profile's files are opened alike, also those without a decimal in them.
            comma = any(has_comma(by_python(os.path.join(folder, name))[1]) for name in names)
            for name in names:
                link = "%s/%d-%s" % (work, index, name)
                os.symlink(os.path.abspath(os.path.join(folder, name)), link)
                with_mark[comma][link] = os.path.join(folder, name)
        for comma, languages in ((False, WITH_POINT), (True, WITH_COMMA)):
            paths = with_mark[comma]
            for language in languages if paths else []:
                for link, converted in zip(paths, convert(work, language, list(paths))):
                    judge(paths[link], converted)
                    opened += 1
    print("\n".join(faults) if faults else "%d files, %d cells" % (opened, cells))
    return 1 if faults or not opened else 0


sys.exit(main(sys.argv[1:]))
