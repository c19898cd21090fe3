"""Asks the site for an address as one of its readers, over one connection that stays open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from urllib.parse import urljoin, urlsplit

REDIRECTS = {301, 302, 303, 307, 308}
MOST_REDIRECTS = 5


@dataclass(frozen=True)
class Answer:
    """What an address answered: `address` is the one that was asked, `landed` where redirects led.

    The names of `headers` are in small letters.
    """

    address: str
    landed: str
    status: int
    media_type: str
    body: bytes = field(repr=False)
    policy: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", errors="replace")

    @property
    def is_page(self) -> bool:
        """Whether it is HTML that stands at this very address."""
        return self.media_type == "text/html" and self.landed == self.address


class Reader:
    """Somebody who reads the site; `cookies` say who."""

    def __init__(self, base_url: str, cookies: str = "") -> None:
        self.base_url = base_url
        self._headers = {"Cookie": cookies} if cookies else {}
        self._connection = HTTPConnection(urlsplit(base_url).netloc, timeout=60)

    def asks(self, address: str) -> Answer:
        """What stands at an address, redirects within the site followed."""
        landed = address
        for _step in range(MOST_REDIRECTS):
            answer, leads = self._once(address, landed)
            if answer.status not in REDIRECTS or not leads.startswith(self.base_url):
                return answer
            landed = leads
        return answer

    def _once(self, address: str, landed: str) -> tuple[Answer, str]:
        parts = urlsplit(landed)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {**self._headers, "Accept": "text/html,*/*"}
        try:
            self._connection.request("GET", path, headers=headers)
            response = self._connection.getresponse()
        except (HTTPException, OSError):
            # The server may close what lay idle; once more on a fresh connection, and then it is an error.
            self._connection.close()
            self._connection.request("GET", path, headers=headers)
            response = self._connection.getresponse()
        body = response.read()
        media_type = response.headers.get_content_type()
        policy = response.headers.get("Content-Security-Policy", "")
        leads = urljoin(landed, response.headers.get("Location", ""))
        said = {name.lower(): value for name, value in response.headers.items()}
        return Answer(address, landed, response.status, media_type, body, policy, said), leads
