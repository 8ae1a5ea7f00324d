"""PDF: a file of one page with a heading and a line of text in the server's own folder."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_NAME = "books.pdf"
_TEXT = b"BT /F1 24 Tf 72 720 Td (Three books) Tj /F1 12 Tf 0 -36 Td (Frankenstein, Middlemarch, Dracula) Tj ET"
_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
_PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
)
_OBJECTS = (
    b"<< /Type /Catalog /Pages 2 0 R >>",
    b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    _PAGE,
    b"<< /Length %d >>\nstream\n%s\nendstream" % (len(_TEXT), _TEXT),
    _FONT,
)


@contextmanager
def start(folder: Path) -> Iterator[Mapping[str, str]]:
    """See `service.Start`."""
    file = folder / _NAME
    file.write_bytes(document())
    yield {"file": str(file)}


def document() -> bytes:
    """The smallest whole file: the objects, where each of them begins, and which is the first (ISO 32000, 7.5)."""
    written, places = b"%PDF-1.4\n", []
    for number, content in enumerate(_OBJECTS, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(_OBJECTS) + 1
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(written))
    return written + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + end
