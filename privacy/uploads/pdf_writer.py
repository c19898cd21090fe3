"""Writes a PDF that is nothing but pictures, one a page: no script, form, link, attachment or title (runs apart)."""

from collections.abc import Sequence
from dataclasses import dataclass

_CATALOGUE, _PAGES, _FIRST_PAGE = 1, 2, 3
_OBJECTS_PER_PAGE = 3
_HEADER = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"


@dataclass(frozen=True)
class Page:
    """One page: its picture as a JPEG in RGB with its pixels, and its size on paper in points (1/72 inch)."""

    jpeg: bytes
    pixels: tuple[int, int]
    points: tuple[float, float]


def pdf_of(pages: Sequence[Page]) -> bytes:
    """The document of these pages, in their order (ISO 32000-1)."""
    kids = " ".join(f"{_FIRST_PAGE + _OBJECTS_PER_PAGE * number} 0 R" for number in range(len(pages)))
    objects = [
        _object(_CATALOGUE, f"<</Type/Catalog/Pages {_PAGES} 0 R>>"),
        _object(_PAGES, f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>"),
    ]
    for number, page in enumerate(pages):
        objects += _objects_of(page, _FIRST_PAGE + _OBJECTS_PER_PAGE * number)
    return _joined(objects)


def _objects_of(page: Page, number: int) -> list[bytes]:
    width, height = (f"{side:.2f}" for side in page.points)
    drawing = f"{width} 0 0 {height} 0 0 cm /P Do".encode()
    picture = (
        f"<</Type/XObject/Subtype/Image/Width {page.pixels[0]}/Height {page.pixels[1]}/ColorSpace/DeviceRGB"
        f"/BitsPerComponent 8/Filter/DCTDecode/Length {len(page.jpeg)}>>"
    )
    return [
        _object(
            number,
            f"<</Type/Page/Parent {_PAGES} 0 R/MediaBox[0 0 {width} {height}]"
            f"/Resources<</XObject<</P {number + 2} 0 R>>>>/Contents {number + 1} 0 R>>",
        ),
        _object(number + 1, f"<</Length {len(drawing)}>>", drawing),
        _object(number + 2, picture, page.jpeg),
    ]


def _object(number: int, dictionary: str, stream: bytes | None = None) -> bytes:
    body = b"" if stream is None else b"stream\n" + stream + b"\nendstream\n"
    return f"{number} 0 obj\n{dictionary}\n".encode() + body + b"endobj\n"


def _joined(objects: Sequence[bytes]) -> bytes:
    whole, offsets = bytearray(_HEADER), []
    for written in objects:
        offsets.append(len(whole))
        whole += written
    table_at, count = len(whole), len(objects) + 1
    whole += f"xref\n0 {count}\n0000000000 65535 f \n".encode()
    whole += b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    whole += f"trailer\n<</Size {count}/Root {_CATALOGUE} 0 R>>\nstartxref\n{table_at}\n%%EOF\n".encode()
    return bytes(whole)
