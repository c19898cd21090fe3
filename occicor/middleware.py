"""Makes every answer private unless its view says that it is the same for everybody; apps get theirs in a language."""

import re
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers, set_response_etag
from django.utils.text import compress_string
from django.utils.translation import gettext_lazy as _

from consent import choices
from privacy import limits
from privacy.api.problems import Kind, Problem, in_our_shape, is_for_apps, problem_answer
from visitors.display import display_of
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
# Below so many bytes packing saves nothing.
WORTH_PACKING = 512
NO_STORE = "no-store, private"
IN_THE_CLEAR = _("Ask over HTTPS. What you sent just now was not encrypted: change whatever was secret in it.")
# No script of ours turns text into HTML. The admin's do (jQuery), so it is left out and keeps the rest of the policy.
TRUSTED_TYPES = {"require-trusted-types-for": ["'script'"], "trusted-types": ["'none'"]}


class PrivateByDefaultMiddleware:
    """Answers are `no-store, private`; a page that is the same for everybody says so with `cache_control(public=True)`.

    Even then it stays private when the reader is signed in or a cookie is set with it, since the navigation shows who
    is signed in, and when the reader chose to see something of another site on it: that site alone is then let into a
    frame, on that page alone. Public answers carry an ETag, so that coming back costs a 304, and are packed for
    whoever takes that.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request and decide who may keep the answer."""
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        frames = sorted(f"https://{host}" for host in embedded(request))
        if not _in_the_admin(request):
            response._csp_update = {**TRUSTED_TYPES, **({"frame-src": frames} if frames else {})}  # type: ignore[attr-defined]
        if "public" not in response.get("Cache-Control", ""):
            response.setdefault("Cache-Control", NO_STORE)
            return response
        if frames or _is_personal(request, response):
            response["Cache-Control"] = NO_STORE
            return response
        if display_of(request).is_chosen or choices.of(request).is_of_the_browser:
            # Drawn as one reader wants it, or chose: that browser may keep it, nobody in between.
            response["Cache-Control"] = "private, max-age=0"
        answer = _revalidated(request, response)
        # A browser takes the policy that comes with a 304 for that of the page it has: it has to be the same one.
        answer._csp_update = getattr(response, "_csp_update", None)  # type: ignore[attr-defined]
        return answer


class ComeBackMiddleware:
    """Whoever is told that it was too often is told when to come back, on a page as by the API (P6.1)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add `Retry-After`, in seconds, to every 429 that does not say it."""
        response = self.get_response(request)
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            response.setdefault("Retry-After", str(limits.wait_seconds(request)))
        return response


class AppLanguageMiddleware:
    """An address of the API names no language: the app says by `Accept-Language` which one it wants."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in that language and in our shape.

        An app is not led to HTTPS: it would go on sending its secrets in the clear first, and never hear of it.
        """
        if not is_for_apps(request):
            return self.get_response(request)
        language = translation.get_language_from_request(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return problem_answer(Problem(Kind.FORBIDDEN, IN_THE_CLEAR))
        return in_our_shape(self.get_response(request))


def _in_the_admin(request: HttpRequest) -> bool:
    return request.resolver_match is not None and "admin" in request.resolver_match.app_names


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
    if answer is not response:
        # What is to be done once the page is sent is done once the reader was told that it is the same.
        answer._resource_closers.extend(response._resource_closers)  # type: ignore[attr-defined]
    return _packed(request, answer)


def _packed(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """The public answer compressed. Only these are: they hold no secret that its length could tell (BREACH)."""
    patch_vary_headers(answer, ("Accept-Encoding",))
    takes_it = re.search(r"\bgzip\b(?!;\s*q=0(?:\D|$))", request.headers.get("Accept-Encoding", ""))
    if answer.status_code != 200 or not takes_it or len(answer.content) < WORTH_PACKING:
        return answer
    answer.content = compress_string(answer.content)
    answer["Content-Length"] = str(len(answer.content))
    answer["Content-Encoding"] = "gzip"
    # The same thing in other bytes.
    answer["ETag"] = f"W/{answer['ETag']}"
    return answer
