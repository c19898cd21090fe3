"""Makes the files of these tests, harmless and hostile, byte by byte or with Pillow."""

import struct
import zlib
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from PIL import Image

JPEG_START, PNG_START = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
RED, BLUE = (200, 20, 20), (20, 20, 200)


def picture(form: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **save: Any) -> bytes:
    """A picture whose left half is red and whose right half is blue (light and dark without colours)."""
    whole = Image.new("RGB", size, BLUE)
    whole.paste(RED, (0, 0, size[0] // 2, size[1]))
    sink = BytesIO()
    whole.convert(mode).save(sink, format=form, **save)
    return sink.getvalue()


def opened(content: bytes) -> Image.Image:
    """What was made, as its reader sees it."""
    found = Image.open(BytesIO(content))
    found.load()
    return found


def near(colour: Any, wanted: tuple[int, int, int]) -> bool:
    """Whether a colour is the wanted one, save what JPEG changes."""
    return all(abs(one - other) < 40 for one, other in zip(colour, wanted, strict=True))


def chunk(name: bytes, data: bytes) -> bytes:
    """One part of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *parts: bytes, depth: int = 8, colour: int = 2, data: bytes = b"") -> bytes:
    """A PNG that says it is so large, with these parts before its data."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return PNG_START + head + b"".join(parts) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def segment(marker: int, data: bytes) -> bytes:
    """One part of a JPEG that stands before its picture."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def jpeg_with(*segments: bytes, **how: Any) -> bytes:
    """A JPEG with these parts put in right after its beginning."""
    plain = picture(**how)
    return plain[:2] + b"".join(segments) + plain[2:]


def pdf(
    *pages: bytes, objects: Iterable[str | bytes] = (), catalogue: str = "", page: str = "", trailer: str = ""
) -> bytes:
    """A PDF written by hand: a page of 200 by 100 points for each drawing, then more objects, numbered from 10 on.

    `catalogue`, `page` and `trailer` are put into the dictionaries of those names.
    """
    first = 100
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(pages)))
    numbered: dict[int, bytes] = {
        1: f"<</Type/Catalog/Pages 2 0 R{catalogue}>>".encode(),
        2: f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}/MediaBox[0 0 200 100]>>".encode(),
    }
    for number, body in enumerate(objects, start=10):
        numbered[number] = body if isinstance(body, bytes) else body.encode()
    for number, drawing in enumerate(pages):
        at = first + 2 * number
        numbered[at] = f"<</Type/Page/Parent 2 0 R/Contents {at + 1} 0 R{page}>>".encode()
        numbered[at + 1] = stream(drawing)
    whole, table = b"%PDF-1.7\n", []
    for number, body in sorted(numbered.items()):
        table.append(f"{number} 1\n{len(whole):010d} 00000 n \n".encode())
        whole += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    end = f"trailer\n<</Size 1000/Root 1 0 R{trailer}>>\nstartxref\n{len(whole)}\n%%EOF\n".encode()
    return whole + b"xref\n0 1\n0000000000 65535 f \n" + b"".join(table) + end


def stream(data: bytes, dictionary: str = "") -> bytes:
    """A stream object of a PDF."""
    return f"<</Length {len(data)}{dictionary}>>\nstream\n".encode() + data + b"\nendstream"


RED_LEFT = b"0.78 0.08 0.08 rg 0 0 100 100 re f 0.08 0.08 0.78 rg 100 0 100 100 re f"
