"""Two scopes that never mix: an account's choice counts wherever it is signed in, a browser's in it while nobody is.

What somebody is told of it when they come with an account, once in a session (CNIL 2025-131).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest

from consent import choices
from consent.choices import Consent

# In the session of whoever is signed in: they were told, or have answered. It goes with the session.
KNOWS = "consent_scope_known"


@dataclass(frozen=True)
class Beside:
    """One purpose, and how account and browser stand to it; "" where one of them has not decided."""

    purpose: dict[str, Any]
    account: str
    browser: str


class Scope:
    """What a signed-in person is to be told on this page; nothing for anybody else, and nothing twice in a session."""

    def __init__(self, request: HttpRequest, consent: Consent) -> None:
        self.request = request
        self.consent = consent

    @cached_property
    def asks(self) -> bool:
        """Whether to ask if the account takes over what this browser chose: it has not chosen anything itself."""
        return self._is_new and not self._account and bool(self._browser)

    @cached_property
    def tells(self) -> bool:
        """Whether to say that the account's choice counts here."""
        return self._is_new and bool(self._account)

    @cached_property
    def differs(self) -> bool:
        """Whether this browser chose otherwise than the account did."""
        return any(one.account != one.browser for one in self.beside if one.account and one.browser)

    @cached_property
    def beside(self) -> list[Beside]:
        """Each purpose about which this browser decided."""
        return [
            Beside(one.purpose, self._account.get(code, ""), self._browser[code])
            for one in self.consent.asked
            if (code := one.purpose["code"]) in self._browser
        ]

    @property
    def _is_new(self) -> bool:
        return bool(self.consent.notice and self.consent.user_id) and not self.request.session.get(KNOWS)

    @cached_property
    def _account(self) -> dict[str, str]:
        return self.consent.said_in(self.consent.account)

    @cached_property
    def _browser(self) -> dict[str, str]:
        return self.consent.said_in(self.consent.device)


def on(request: HttpRequest) -> Scope:
    """What to tell on the page of this request; showing that the account's choice counts is telling it."""
    scope = Scope(request, choices.of(request))
    if scope.tells and request.method == "GET":
        known(request)
    return scope


def known(request: HttpRequest) -> None:
    """Whoever is signed in knows by now which choice counts here; say nothing more in this session."""
    if choices.of(request).user_id and not request.session.get(KNOWS):
        request.session[KNOWS] = True
