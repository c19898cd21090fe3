"""Drops an uploaded file that is larger than anything we accept while it arrives; none of it reaches the disk."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class SizeLimit(FileUploadHandler):
    """First in FILE_UPLOAD_HANDLERS; a file above settings.UPLOAD_MAX_BYTES counts as not sent."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the chunk on; raises SkipFile once the file has grown too large."""
        if start + len(raw_data) > settings.UPLOAD_MAX_BYTES:
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> UploadedFile | Any:
        """Leave the file to the next handler."""
        return None
