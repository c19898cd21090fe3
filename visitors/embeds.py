"""Films and pictures of other sites: shown only after the reader's own act, once or always, and only where allowed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from visitors import cookies

ALWAYS = "embeds_always"
KEPT = timedelta(days=180)
# How the address of a page says what is to be shown on it, this once.
ONCE = "show"
BETWEEN = "|"


@dataclass(frozen=True)
class Facade:
    """What stands in the place of something of another site.

    `offered` is False where the site's settings let nothing of that host be shown: then there is only a link to it.
    """

    name: str
    host: str
    offered: bool
    always: bool
    shown: bool


def facade(request: HttpRequest, name: str, address: str) -> Facade:
    """What to show for an address of another site; what is shown is let through the page's policy for this answer."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    offered = parts.scheme == "https" and may_show(host)
    always = offered and host in chosen(request)
    found = Facade(name, host, offered, always, shown=always or (offered and request.GET.get(ONCE) == name))
    if found.shown:
        request.embedded_hosts = {*embedded(request), host}  # type: ignore[attr-defined]
    return found


def may_show(host: str) -> bool:
    """Whether the site's settings let things of this host be shown at all."""
    return host in settings.EMBED_HOSTS


def embedded(request: HttpRequest) -> frozenset[str]:
    """The hosts of which something was put on the page of this request."""
    return frozenset(getattr(request, "embedded_hosts", ()))


def chosen(request: HttpRequest) -> frozenset[str]:
    """The hosts of which this browser always wants to see things; those that are no longer allowed do not count."""
    return frozenset(request.COOKIES.get(ALWAYS, "").split(BETWEEN)) & frozenset(settings.EMBED_HOSTS)


def remember(request: HttpRequest, response: HttpResponse, hosts: Iterable[str]) -> None:
    """Remember the hosts in this browser, or forget that there were any."""
    if kept := BETWEEN.join(sorted(hosts)):
        cookies.keep(response, ALWAYS, kept, lasts=KEPT)
    else:
        cookies.forget(request, response, ALWAYS)
