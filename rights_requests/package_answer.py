"""A package on its way to whoever asked for it, the same by a page and by the door for apps."""

from collections.abc import Iterator

from django.http import StreamingHttpResponse


def package_answer(stream: Iterator[bytes], name: str, size: int) -> StreamingHttpResponse:
    """The archive under its name, as a download that no cache keeps; `size` in bytes."""
    answer = StreamingHttpResponse(stream, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Content-Length"] = str(size)
    answer["Cache-Control"] = "no-store, private"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
