"""Makes every answer private unless its view says that it is the same for everybody."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control, set_response_etag

from visitors.embeds import embedded

# Nothing here needs a sensor or a device; passkeys need the two credential features.
DENIED_FEATURES = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
OWN_FEATURES = ("publickey-credentials-create", "publickey-credentials-get")
PERMISSIONS_POLICY = ", ".join(
    [*(f"{name}=()" for name in DENIED_FEATURES), *(f"{name}=(self)" for name in OWN_FEATURES)]
)
NO_STORE = "no-store, private"
# No script of ours turns text into HTML. The admin's do (jQuery), so it is left out and keeps the rest of the policy.
TRUSTED_TYPES = {"require-trusted-types-for": ["'script'"], "trusted-types": ["'none'"]}


class PrivateByDefaultMiddleware:
    """Answers are `no-store, private`; a page that is the same for everybody says so with `cache_control(public=True)`.

    Even then it stays private when the reader is signed in or a cookie is set with it, since the navigation shows who
    is signed in, and when the reader chose to see something of another site on it: that site alone is then let into a
    frame, on that page alone. Public answers carry an ETag, so that coming back costs a 304.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request and decide who may keep the answer."""
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        frames = sorted(f"https://{host}" for host in embedded(request))
        if not request.path.startswith(reverse("admin:index")):
            response._csp_update = {**TRUSTED_TYPES, **({"frame-src": frames} if frames else {})}  # type: ignore[attr-defined]
        if "public" not in response.get("Cache-Control", ""):
            response.setdefault("Cache-Control", NO_STORE)
            return response
        if frames or _is_personal(request, response):
            response["Cache-Control"] = NO_STORE
            return response
        return _revalidated(request, response)


def _is_personal(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether a page marked public was made for one person after all."""
    user = getattr(request, "user", None)
    return bool(response.cookies) or (user is not None and user.is_authenticated)


def _revalidated(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The public answer with its ETag, or a 304 when the reader has it already."""
    if response.status_code != 200 or response.streaming:
        return response
    patch_cache_control(response, must_revalidate=True)
    set_response_etag(response)
    answer: HttpResponse = get_conditional_response(request, etag=response.get("ETag"), response=response) or response
    return answer
