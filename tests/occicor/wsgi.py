"""A request as a web server hands it to the site, and the answer as it would go out: no client is in between."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

Application = Callable[..., Any]


def answer_of(application: Application, path: str, **said: str) -> tuple[str, dict[str, str], bytes]:
    """The status with its words, the headers and the content; `said` are further lines of the environment."""
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "testserver",
        "REMOTE_ADDR": "203.0.113.77",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": BytesIO(),
        **said,
    }
    heard: list[Any] = []
    answer = application(environ, lambda *words: heard.append(words))
    body = b"".join(answer)
    getattr(answer, "close", lambda: None)()
    return heard[-1][0], dict(heard[-1][1]), body
