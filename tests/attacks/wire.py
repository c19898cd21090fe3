"""Django's test client over the wire: it speaks to a running site as a browser does, and signs in by its database."""

from http.client import HTTPConnection
from itertools import count
from typing import Any
from urllib.parse import quote, urlsplit

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.test import Client

# Each browser comes from a network of its own, as people do; the site under test believes a proxy in front of it.
_networks = count(1)


class WireClient(Client):
    """What it asks is answered by the site at `base_url`; `headers` come with every request."""

    def __init__(self, base_url: str, **headers: str) -> None:
        number = next(_networks)
        network = f"100.{64 + number // 250}.{number % 250}.9"
        super().__init__(headers={"X-Forwarded-For": network, **headers})
        parts = urlsplit(base_url)
        self.host, self.port = parts.hostname or "", parts.port
        self.handler = self._over_the_wire  # type: ignore[assignment]

    def _over_the_wire(self, environ: dict[str, Any]) -> HttpResponse:
        path = quote(environ["PATH_INFO"].encode("latin-1"), safe="/:@")
        address = f"{path}?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else path
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        sent = {name[5:].replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")}
        sent |= {"Content-Type": environ["CONTENT_TYPE"]} if body else {}
        sent["Host"] = f"{self.host}:{self.port}"
        connection = HTTPConnection(self.host, self.port, timeout=60)
        try:
            connection.request(environ["REQUEST_METHOD"], address, body=body or None, headers=sent)
            got = connection.getresponse()
            answer = HttpResponse(got.read(), status=got.status)
            answer.wsgi_request = WSGIRequest(environ)  # type: ignore[attr-defined] # which the client asks for
        finally:
            connection.close()
        for name, value in got.getheaders():
            if name.lower() == "set-cookie":
                answer.cookies.load(value)
            else:
                answer[name] = value
        return answer
