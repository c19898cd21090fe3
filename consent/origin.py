"""Whether a form comes from a page of ours, told without any cookie: nobody has one before they chose."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


def is_ours(request: HttpRequest) -> bool:
    """Whether the browser says that one of our pages sent this: by Origin, or where that is missing by Sec-Fetch-Site.

    A browser sends at least one of them with every form, and no page can change either. "null" is no origin of ours.
    Raises DisallowedHost where the site is asked under a name that is not its own.
    """
    ours = f"{request.scheme}://{request.get_host()}"
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site") == "same-origin"
    return origin in {ours, _origin_of(settings.SITE_URL)}


def _origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
