"""Why a file is not taken."""

from enum import Enum


class Refusal(Enum):
    """The reasons; the words for each stand in `privacy.uploads.fields`."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_FILES = "too_many_files"
    OTHER_KIND = "other_kind"
    PHONE_PHOTO = "phone_photo"
    OFFICE_OR_ARCHIVE = "office_or_archive"
    BROKEN = "broken"
    ENCRYPTED = "encrypted"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_HEAVY = "too_heavy"
    BUSY = "busy"


class Refused(Exception):
    """The file is not taken, for this reason. Nothing of it is quoted: it may be anybody's and anything."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.value)
        self.reason = reason
