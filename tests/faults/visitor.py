"""Somebody at a running site whose browser keeps cookies and sends forms back as they came, and nothing more."""

import re
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tests.stack import RunningStack

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?')
AWAY = 0


@dataclass(frozen=True)
class Page:
    """What came: the status, 0 where the server hung up without an answer, where it leads to, and the text."""

    status: int
    location: str = ""
    text: str = ""

    @property
    def hidden(self) -> dict[str, str]:
        """The fields that nobody sees."""
        return dict(_HIDDEN.findall(self.text))


@dataclass
class Visitor:
    """From a network of their own, if `network` names one (the shared site believes a proxy in front of it)."""

    site: RunningStack
    network: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, *, seconds: float = 20) -> Page:
        """Open a page."""
        return self._ask("GET", path, None, seconds)

    def post(self, path: str, values: dict[str, str], *, seconds: float = 20) -> Page:
        """Send a form; `values` with what was hidden in it."""
        return self._ask("POST", path, urlencode(values), seconds)

    def _ask(self, method: str, path: str, body: str | None, seconds: float) -> Page:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.site.base_url}
        if self.network:
            headers["X-Forwarded-For"] = self.network
        connection = HTTPConnection("127.0.0.1", self.site.port, timeout=seconds)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        except (OSError, HTTPException):
            return Page(AWAY)
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return Page(answer.status, answer.headers.get("Location", ""), text)
