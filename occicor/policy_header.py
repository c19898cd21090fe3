"""The content security policy of an answer, put together once for each kind of answer."""

from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponseBase

# What makes an answer one of its own; the library decides about those.
OWN = ("_csp_config", "_csp_replace", "_csp_exempt", "_csp_config_ro", "_csp_update_ro", "_csp_replace_ro")


class PolicyHeaderMiddleware(CSPMiddleware):
    """The library's, which puts each policy together twice for every answer: nothing else about it is different."""

    def __init__(self, *words: Any) -> None:
        super().__init__(*words)
        self._known: dict[str, str] = {}

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Put the policy into the answer."""
        is_own = HEADER in response or response.status_code >= 400 or any(hasattr(response, name) for name in OWN)
        if is_own or hasattr(request, "_csp_nonce"):
            return super().process_response(request, response)
        kind = repr(getattr(response, "_csp_update", None))
        if kind not in self._known:
            self._known[kind] = super().process_response(request, response)[HEADER]
        response[HEADER] = self._known[kind]
        return response
