"""Closes every personal area while database and ledger disagree; pages that are the same for everybody stay open."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.urls import Resolver404, resolve

from occicor.context import site
from privacy import ledger
from privacy.api.problems import Kind, is_for_apps, plain_answer
from visitors.site_pages import PAGES, Section

# Pages that are the same for everybody and need no personal data, by name. Whatever is not named here is closed, so
# that an address nobody thought of is closed too; a test finds public pages that are missing.
OPEN = {
    *("healthz", "readyz", "metrics"),
    *("visitors:home", "visitors:privacy", "visitors:display"),
    *("visitors:robots", "visitors:sitemap", "visitors:humans", "visitors:favicon"),
    *("visitors:security_txt", "visitors:gpc"),
    # The pages that differ in their words and drawings only, and those on what we do with data. Registers and counts
    # are of the old backup meanwhile, and of nobody; what we signed can be checked without the database.
    *(page.view for page in PAGES if page.template or page.section is Section.CENTRE),
    *("visitors:policy_version", "visitors:policy_compare", "visitors:policy_feed", "rights_requests:keys"),
    # The same for apps, and what they can ask at all.
    *("policy:versions", "policy:version", "policy:document", "rights_api:regimes", "visitors:api"),
    # The outbox of a site that is tried out reads files, not the database.
    *("outbox:list", "outbox:letter"),
}
# An operator needs a while; browsers and crawlers are asked to come back after so many seconds.
RETRY_SECONDS = 600
# By which an app is signed in.
TOKEN = "HTTP_X_SESSION_TOKEN"


class LedgerGateMiddleware:
    """Answers 503 with a plain page where personal data would be shown or taken from an old backup's database.

    Nobody counts as signed in meanwhile: a session of the old backup may have ended since. It stands before the
    session's middleware for that. A page without a sign-in costs no query.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page, or the sentence that it is closed for now."""
        is_open = _is_open(request)
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES or TOKEN in request.META
        if (signed_in or not is_open) and ledger.closed():
            if not is_open:
                return _closed(request)
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
            request.META.pop(TOKEN, None)
            request.__dict__.pop("headers", None)  # made from META when somebody first asks
        return self.get_response(request)


def _is_open(request: HttpRequest) -> bool:
    try:
        # The handler looks it up once more; what is refused before has its name in the log all the same.
        request.resolver_match = resolve(request.path_info)
        return request.resolver_match.view_name in OPEN
    except Resolver404:
        return True  # there is nothing to see


def _closed(request: HttpRequest) -> HttpResponse:
    if is_for_apps(request):
        return plain_answer(Kind.AWAY, wait=RETRY_SECONDS)
    answer = HttpResponse(loader.get_template("503_ledger.html").render(site(request)), status=503)
    answer["Retry-After"] = str(RETRY_SECONDS)
    return answer
