"""The process apart: reads one file from standard input, makes it anew, and writes the outcome to standard output.

Started by `privacy.uploads.clean` as `python -m privacy.uploads.apart`; it knows nothing of the site, loads no settings
and no secret, and whatever a hostile file makes of it ends with it. It is given one line of JSON, the order, and after
it the file; it answers with one line of JSON and after it the new file.
"""

import json
import os
import sys
from collections.abc import Iterable
from itertools import islice
from typing import Any

from PIL import Image

from privacy.uploads.confine import confine
from privacy.uploads.kinds import Kind
from privacy.uploads.limits import Limits
from privacy.uploads.marks import marked
from privacy.uploads.papers import POINTS_PER_INCH, pages_of
from privacy.uploads.pdf_writer import Page, pdf_of
from privacy.uploads.pictures import decoded, encoded
from privacy.uploads.refusals import Refusal, Refused


def main() -> None:
    """Carry out one order, then end at once: nothing of the libraries runs after the answer."""
    wanted = json.loads(sys.stdin.buffer.readline())
    limits = Limits(**wanted["limits"])
    shut = confine(limits)
    content, kind = sys.stdin.buffer.read(), Kind(wanted["kind"])
    answer, made = _answer(content, kind, limits, wanted["mark"], wanted["page"])
    sys.stdout.buffer.write(json.dumps({**answer, "shut": shut}).encode() + b"\n" + made)
    sys.stdout.buffer.flush()
    os._exit(0)


def _answer(content: bytes, kind: Kind, limits: Limits, mark: str, page: int | None) -> tuple[dict[str, Any], bytes]:
    try:
        pages, made = _made(content, kind, limits, mark, page)
    except Refused as refused:
        return {"refused": refused.reason.value, "why": type(refused.__cause__).__name__}, b""
    except MemoryError as error:
        return {"refused": Refusal.TOO_HEAVY.value, "why": type(error).__name__}, b""
    except Exception as error:  # noqa: BLE001 - whatever a hostile file brings about; the site logs its class
        return {"refused": Refusal.BROKEN.value, "why": type(error).__name__}, b""
    return {"pages": pages}, made


def _made(content: bytes, kind: Kind, limits: Limits, mark: str, page: int | None) -> tuple[int, bytes]:
    if kind is Kind.PDF and page is not None:
        wanted = list(islice(pages_of(content, limits), page - 1, page))
        if not wanted:
            raise Refused(Refusal.BROKEN)
        pages = _pages(wanted, limits, mark)
        made = pages[0].jpeg
    elif kind is Kind.PDF:
        pages = _pages(pages_of(content, limits), limits, mark)
        made = pdf_of(pages)
    else:
        pages = _pages([decoded(content, kind, limits)], limits, mark)
        made = pages[0].jpeg
    return len(pages), made


def _pages(pictures: Iterable[Image.Image], limits: Limits, mark: str) -> list[Page]:
    pages: list[Page] = []
    left = limits.output_bytes
    for picture in pictures:
        jpeg = encoded(marked(picture, mark) if mark else picture)
        left -= len(jpeg)
        if left < 0:
            raise Refused(Refusal.TOO_HEAVY)
        points = [side * POINTS_PER_INCH / limits.page_dots_per_inch for side in picture.size]
        pages.append(Page(jpeg, picture.size, (points[0], points[1])))
    return pages


if __name__ == "__main__":
    main()
