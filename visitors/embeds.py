"""Films and pictures of other sites: shown only after the reader's own act, once or always, and only where allowed."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from consent import choices
from consent.vocabulary import PurposeCode

# How the address of a page says what is to be shown on it, this once.
ONCE = "show"


@dataclass(frozen=True)
class Facade:
    """What stands in the place of something of another site.

    `offered` is False where the site's settings let nothing of that host be shown: then there is only a link to it.
    `notice` is the number under which "always" can be chosen; 0 where nobody is asked.
    """

    name: str
    host: str
    offered: bool
    always: bool
    shown: bool
    notice: int


def facade(request: HttpRequest, name: str, address: str) -> Facade:
    """What to show for an address of another site; what is shown is let through the page's policy for this answer."""
    parts, consent = urlsplit(address), choices.of(request)
    host = parts.hostname or ""
    offered = parts.scheme == "https" and host in settings.EMBED_HOSTS
    always = offered and consent.allows(PurposeCode.SOCIAL)
    asked = consent.notice is not None and PurposeCode.SOCIAL in consent.notice.asked
    found = Facade(
        name,
        host,
        offered,
        always,
        shown=always or (offered and request.GET.get(ONCE) == name),
        notice=consent.notice.number if consent.notice is not None and asked else 0,
    )
    if found.offered:
        consent.is_shown = consent.needs_script = True
    if found.shown:
        request.embedded_hosts = {*embedded(request), host}  # type: ignore[attr-defined]
    return found


def embedded(request: HttpRequest) -> frozenset[str]:
    """The hosts of which something was put on the page of this request."""
    return frozenset(getattr(request, "embedded_hosts", ()))
