"""What a request may do: the choice that counts for it, of browser or account, and what is still to be asked.

`request.consent` is one of these. Nobody is asked twice, and nothing undecided is allowed (P11.1 to P11.4).
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from consent import notices
from consent.cookies import Choice, choice_of, kept_by, ref_of
from consent.models import AccountConsent
from consent.notices import Notice
from consent.vocabulary import ChoiceState


@dataclass(frozen=True)
class Asked:
    """One purpose of the notice, and how it stands: `state` is "" where nothing was decided."""

    purpose: dict[str, Any]
    state: str
    by_signal: bool

    @property
    def is_on(self) -> bool:
        """Whether it is done: after a yes; of what needs none, until a no."""
        return self.state == ChoiceState.GIVEN or bool(self.purpose["quiet"] and self.state != ChoiceState.REFUSED)


class Consent:
    """How it stands with consent in one request. Reads the cookie; asks the database only for who is signed in."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        # Whether the page shows how it stands, so that it is another one for other people.
        self.is_shown = False
        # Whether something on the page is to change by script once somebody chose.
        self.needs_script = False

    @cached_property
    def notice(self) -> Notice | None:
        """The notice in force."""
        return notices.current()

    @cached_property
    def now(self) -> datetime:
        """The instant of this request."""
        return timezone.now()

    @cached_property
    def device(self) -> Choice | None:
        """What this browser keeps."""
        return choice_of(self.request, self.now)

    @cached_property
    def user_id(self) -> Any:
        """The account that is signed in; None for everybody else."""
        user = getattr(self.request, "user", None)
        return user.pk if user is not None and user.is_authenticated else None

    @cached_property
    def account(self) -> Choice | None:
        """What the account chose, on whichever device."""
        row = AccountConsent.objects.filter(user_id=self.user_id).first() if self.user_id else None
        return kept_by(row, self.now)

    @property
    def is_of_the_browser(self) -> bool:
        """Whether the page is drawn by a choice that this browser keeps, so that it is nobody else's."""
        return self.is_shown and not self.user_id and self.device is not None

    @property
    def choice(self) -> Choice | None:
        """The one that counts: of the account while somebody is signed in, else of the browser; never mixed."""
        return self.account if self.user_id else self.device

    @property
    def sends_gpc(self) -> bool:
        """Whether the browser sends Global Privacy Control; exactly "1" counts, as its specification says."""
        return self.request.headers.get("Sec-GPC") == "1"

    def allows(self, code: str) -> bool:
        """Whether the purpose is accepted, by a choice that still counts; False for whatever was not decided."""
        return self._state(code) == ChoiceState.GIVEN

    def refuses(self, code: str) -> bool:
        """Whether the purpose is refused, by a choice or by the signal; not the same as not having decided."""
        return self._state(code) == ChoiceState.REFUSED

    @cached_property
    def open(self) -> tuple[str, ...]:
        """The purposes that are still to be asked about; empty when nothing is."""
        if self.notice is None:
            return ()
        quiet = self.notice.quiet
        return tuple(code for code in self.notice.asked if code not in quiet and not self._state(code))

    @cached_property
    def asked(self) -> list[Asked]:
        """Each purpose that needs consent, with how it stands."""
        purposes = self.notice.content["purposes"] if self.notice else []
        return [
            Asked(purpose, self._state(purpose["code"]), self._is_denied(purpose["code"], self.choice))
            for purpose in purposes
            if purpose["asked"]
        ]

    @property
    def what_changed(self) -> list[str]:
        """What the versions since somebody decided say of themselves, newest first; nothing for who never decided."""
        if self.notice is None or self.choice is None:
            return []
        told = self.notice.changes.get(self.notice.language, {})
        return [words for number, words in told.items() if number > self.choice.notice]

    @cached_property
    def ref(self) -> UUID | None:
        """The number by which the choices of this browser are found; None before it accepted anything."""
        return ref_of(self.request)

    @property
    def needed(self) -> list[dict[str, Any]]:
        """The purposes that need no consent, as the notice tells of them."""
        purposes = self.notice.content["purposes"] if self.notice else []
        return [purpose for purpose in purposes if not purpose["asked"]]

    def said_in(self, choice: Choice | None) -> dict[str, str]:
        """What a choice still says of what is asked today; without a yes that the signal outweighs."""
        if self.notice is None or choice is None or choice.notice < self.notice.material:
            return {}
        said = {code: choice.says(code) for code in self.notice.asked}
        return {
            code: state
            for code, state in said.items()
            if state == ChoiceState.REFUSED or (state and not self._is_denied(code, choice))
        }

    def _state(self, code: str) -> str:
        if self.notice is None or code not in self.notice.asked:
            return ""
        if self._is_denied(code, self.choice):
            return str(ChoiceState.REFUSED)
        return self.said_in(self.choice).get(code, "")

    def _is_denied(self, code: str, choice: Choice | None) -> bool:
        """Whether the signal refuses it; a yes that was said while the signal was sent is the newer word."""
        if self.notice is None or not self.sends_gpc or code not in self.notice.gpc_denies:
            return False
        return not (choice is not None and choice.gpc and choice.says(code) == ChoiceState.GIVEN)


def of(request: HttpRequest) -> Consent:
    """How it stands in this request (consent.middleware put it there)."""
    return cast("Consent", request.consent)  # type: ignore[attr-defined]
