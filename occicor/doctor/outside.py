"""The site as a stranger meets it: the certificate, the redirect to it, the headers, and whether it is ready."""

import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from django.conf import settings

from occicor.doctor.lines import Line, bad, good, look

SECONDS = 10
RENEW_DAYS = 20
DAY = 24 * 60 * 60


@dataclass(frozen=True)
class Met:
    """What a stranger got: days the certificate is good for, status and headers (small letters) of each answer."""

    days: float
    plain_status: int
    plain_location: str
    ready_status: int
    headers: dict[str, str] = field(default_factory=dict)


def lines() -> Iterator[Line]:
    """What a stranger meets at SITE_URL, or why nobody gets there."""
    host = urlsplit(settings.SITE_URL).hostname or ""
    try:
        met = meet(host, urlsplit(settings.SITE_URL).port or 443)
    except ssl.SSLError as error:
        reason = getattr(error, "verify_message", "") or error.reason
        yield bad("certificate", str(reason), f"Renew it for {host}, with the whole chain, and reload nginx.")
        return
    except (OSError, HTTPException) as error:
        found = f"{settings.SITE_URL} does not answer: {type(error).__name__}"
        yield bad("outside", found, "See the name's address, ports 80 and 443, and nginx.")
        return
    yield from judged(met, settings.SITE_URL)


def meet(host: str, port: int) -> Met:
    """Go there; raises OSError (SSLError among it) or HTTPException."""
    safe = ssl.create_default_context()
    with (
        socket.create_connection((host, port), timeout=SECONDS) as plain,
        safe.wrap_socket(plain, server_hostname=host) as wrapped,
    ):
        ends = ssl.cert_time_to_seconds(str((wrapped.getpeercert() or {}).get("notAfter")))
    home = HTTPSConnection(host, port, timeout=SECONDS, context=safe)
    home.request("GET", "/")
    answer = home.getresponse()
    answer.read()
    headers = {name.lower(): value for name, value in answer.getheaders()}
    home.request("GET", "/readyz")
    ready = home.getresponse()
    ready.read()
    home.close()
    plainly = HTTPConnection(host, 80, timeout=SECONDS)
    plainly.request("GET", "/")
    redirect = plainly.getresponse()
    plainly.close()
    location = redirect.getheader("Location") or ""
    return Met((ends - time.time()) / DAY, redirect.status, location, ready.status, headers)


def judged(met: Met, site_url: str) -> Iterator[Line]:
    """A line for each thing a stranger relies on."""
    if met.days < RENEW_DAYS:
        yield look("certificate", f"good for {met.days:.0f} days more", "See why it was not renewed by itself.")
    else:
        yield good("certificate", f"good for {met.days:.0f} days more")
    if met.plain_status not in {301, 308} or not met.plain_location.startswith(f"{site_url}/"):
        todo = "Let nginx send everybody from http:// to https:// for good."
        yield bad("http", f"answers {met.plain_status} {met.plain_location}".strip(), todo)
    else:
        yield good("http", "leads to https")
    for name in ("strict-transport-security", "content-security-policy"):
        if name not in met.headers:
            yield bad(name, "is missing", "Let the proxy in front pass the site's own headers on.")
    if met.ready_status != 200:
        yield bad("readyz", f"answers {met.ready_status}", "See the lines on the parts.")
    else:
        yield good("readyz", "says that requests can be accepted")
