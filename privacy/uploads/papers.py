"""Turns each page of a PDF into a picture; all else stays behind (runs in the process apart)."""

import math
from collections.abc import Iterator

import pypdfium2
from PIL import Image
from pypdfium2 import raw

from privacy.uploads.limits import Limits
from privacy.uploads.refusals import Refusal, Refused

POINTS_PER_INCH = 72


def pages_of(content: bytes, limits: Limits) -> Iterator[Image.Image]:
    """A picture of each page, filled-in form fields included; one page at a time is in memory.

    Raises Refused when the document needs a password, has too many pages, or cannot be read.
    """
    with _opened(content) as document:
        count = len(document)
        if count > limits.pages:
            raise Refused(Refusal.TOO_MANY_PAGES)
        if count == 0:
            raise Refused(Refusal.BROKEN)
        document.init_forms()
        for number in range(count):
            yield _drawn(document, number, limits)


def _opened(content: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
        raise Refused(Refusal.ENCRYPTED if locked else Refusal.BROKEN) from error


def _drawn(document: pypdfium2.PdfDocument, number: int, limits: Limits) -> Image.Image:
    try:
        page = document[number]
        picture: Image.Image = page.render(scale=_scale(page.get_size(), limits)).to_pil().convert("RGB")
        page.close()
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise Refused(Refusal.BROKEN) from error
    return picture


def _scale(points: tuple[float, float], limits: Limits) -> float:
    """Pixels for one point: as fine as we keep it, and never more pixels than we keep, however large the paper is."""
    longest = max(points)
    if not (math.isfinite(longest) and min(points) > 0):
        raise Refused(Refusal.BROKEN)
    return min(limits.page_dots_per_inch / POINTS_PER_INCH, limits.longest_side / longest)
