"""Hands a cleaned file to staff so that nothing in it can run, be kept by the browser, or pass for a page of ours."""

import re

from django.http import HttpResponse

MEDIA_TYPES = {"image/jpeg": "jpg", "application/pdf": "pdf"}
# Even a file that a browser takes for a page gets an origin of its own, without script, form, frame or request.
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,60}")


def file_answer(content: bytes, *, media_type: str, name: str, inline: bool = False) -> HttpResponse:
    """The file as a download under a name of ours (`evidence-OC-2027-ABCD`, without ending), or a picture to look at.

    `inline` is for pictures inside a page of ours (`<img>`); a document is always a download. Raises ValueError for a
    media type that `clean` does not make, for a name with other signs than letters, digits and hyphens, and for a
    document that is to stand inline: faults of the caller, never of the person.
    """
    ending = MEDIA_TYPES.get(media_type)
    if ending is None or not _NAME.fullmatch(name) or (inline and ending != "jpg"):
        raise ValueError("not a file that is handed out like this")
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}.{ending}"'
    answer["Content-Security-Policy"] = POLICY
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store, private"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer
