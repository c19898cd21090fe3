"""Tells what a file is by its first bytes alone; its name and what the browser says about it are never looked at."""

from enum import Enum

from privacy.uploads.refusals import Refusal, Refused

_BRAND_AT = slice(4, 8)
_PHONE_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif")


class Kind(Enum):
    """What we take, and what it becomes: a picture becomes a JPEG, a document a PDF of pictures."""

    JPEG = "jpeg"
    PNG = "png"
    PDF = "pdf"

    @property
    def media_type(self) -> str:
        """The media type of what is kept."""
        return "application/pdf" if self is Kind.PDF else "image/jpeg"

    @property
    def extension(self) -> str:
        """The ending of a file name for what is kept, without the dot."""
        return "pdf" if self is Kind.PDF else "jpg"


STARTS = {b"\xff\xd8\xff": Kind.JPEG, b"\x89PNG\r\n\x1a\n": Kind.PNG, b"%PDF-": Kind.PDF}
# Not taken, but common enough for words of their own: ZIP (all of today's office files too) and older office files.
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")


def begins_like(content: bytes) -> Kind | None:
    """The kind whose first bytes these are; None for all others."""
    return next((kind for start, kind in STARTS.items() if content.startswith(start)), None)


def kind_of(content: bytes) -> Kind:
    """What the file is; raises Refused when it is empty or nothing that we take.

    The beginning decides: a file that some program would also read as another kind is treated as what it begins as,
    and nothing but its picture is left of it afterwards.
    """
    if not content:
        raise Refused(Refusal.EMPTY)
    if (kind := begins_like(content)) is not None:
        return kind
    if content[_BRAND_AT] == b"ftyp" and content[8:12] in _PHONE_BRANDS:
        raise Refused(Refusal.PHONE_PHOTO)
    if content.startswith(_ARCHIVES):
        raise Refused(Refusal.OFFICE_OR_ARCHIVE)
    raise Refused(Refusal.OTHER_KIND)
