"""A document as a PDF of one page: its number, contact, lines and totals, in plain text."""

from ...store import Document
from .kinds import Kind

CONTENT_TYPE = "application/pdf"
_PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R"
_MOST_LINES = 50


def of(kind: Kind, row: Document, contact: Document) -> bytes:
    """The PDF of a document."""
    lines = [
        f"{kind.name} {row[kind.number_name]}",
        f"To {contact.get('Name', '')}",
        f"Date {row['Date']}",
        *(f"{line['Description'] or ''}  {line['LineAmount']}" for line in row["LineItems"]),
    ]
    totals = [f"{name} {row[name]}" for name in ("SubTotal", "TotalTax", "Total")]
    return _file([*lines[:_MOST_LINES], *totals, str(row["CurrencyCode"])])


def _file(lines: list[str]) -> bytes:
    shown = b"".join(b"(%s) Tj T*\n" % _escaped(line) for line in lines)
    text = b"BT /F1 10 Tf 14 TL 50 790 Td\n%sET" % shown
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        _PAGE + b" /Resources << /Font << /F1 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
    ]
    file, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(file)
    return file + b"xref\n0 6\n0000000000 65535 f \n" + table + end


def _escaped(line: str) -> bytes:
    """A line as a PDF's text: one byte a character, brackets and newlines made harmless."""
    text = " ".join(line.split()).encode("cp1252", "replace")
    return text.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
