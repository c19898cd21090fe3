"""Receives the files of a request in memory, as many and as large as the view says; none of them touches the disk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from privacy.uploads.refusals import Refusal

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "receives_files"


@dataclass(frozen=True)
class Allowance:
    """How many files one request may bring, and how many bytes each may have."""

    files: int
    bytes_each: int


class RequestTooLarge(RequestDataTooBig):
    """A request of which nothing is read; `bytes_each` says how large a file may be where it went."""

    def __init__(self, bytes_each: int) -> None:
        super().__init__("the request is larger than settings.UPLOAD_MAX_REQUEST_BYTES")
        self.bytes_each = bytes_each


class NotKept(UploadedFile):
    """Stands for a file that went beyond the allowance: its size is true, its content is gone, `reason` says why."""

    def __init__(self, reason: Refusal, name: str | None, size: int) -> None:
        super().__init__(BytesIO(), name, size=size)
        self.reason = reason


def receives_files(*, files: int, bytes_each: int) -> Callable[[View], View]:
    """Let the decorated view receive so many files of so many bytes; a view without it gets the small default.

    The allowance is looked up before the view runs, when the check against forgery reads the form: other decorators
    may stand above this one as long as they keep the view's attributes (functools.wraps does).
    """

    def decorate(view: View) -> View:
        setattr(view, _MARK, Allowance(files, bytes_each))
        return view

    return decorate


class InMemory(FileUploadHandler):
    """The only one in FILE_UPLOAD_HANDLERS; what exceeds the allowance is read and forgotten as it arrives.

    So a form can say in words that a file was too large. Only a request beyond settings.UPLOAD_MAX_REQUEST_BYTES is not
    read at all: the answer is 400.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: Mapping[str, str],  # noqa: N803 - Django's name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Look up the view's allowance; raises RequestTooLarge before anything is read."""
        match = getattr(self.request, "resolver_match", None)
        default = Allowance(settings.UPLOAD_MAX_FILES, settings.UPLOAD_MAX_BYTES)
        self._allowance: Allowance = getattr(match.func, _MARK, default) if match else default
        if content_length > settings.UPLOAD_MAX_REQUEST_BYTES:
            raise RequestTooLarge(self._allowance.bytes_each)
        self._count = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        self._count += 1
        self._kept = bytearray()
        self._reason = Refusal.TOO_MANY_FILES if self._count > self._allowance.files else None

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep the chunk, or forget all of the file once it is more than allowed."""
        if self._reason is None and start + len(raw_data) > self._allowance.bytes_each:
            self._reason = Refusal.TOO_LARGE
            self._kept = bytearray()
        if self._reason is None:
            self._kept += raw_data

    def file_complete(self, file_size: int) -> UploadedFile:
        """The file in memory, or what stands for one that was not kept."""
        if self._reason is not None:
            return NotKept(self._reason, self.file_name, file_size)
        content, self._kept = BytesIO(self._kept), bytearray()
        return UploadedFile(content, self.file_name, self.content_type, file_size, self.charset)
