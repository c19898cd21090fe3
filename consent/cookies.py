"""The two cookies of consent: the choice itself, in django-cookie-consent's form, and a number once somebody accepted.

The choice says nothing that could tell one browser from another but the second in which it was made. It carries a code
of ours, so that a forged, cut or foreign one is the same as none: nothing was decided.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from cookie_consent.util import dict_to_cookie_str, get_cookie_dict_from_request, set_cookie_dict_to_response
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import constant_time_compare, salted_hmac

from consent.models import AccountConsent
from consent.vocabulary import ChoiceState
from privacy.keys.former import signing_keys

# Words beside the purposes: which notice, when, under Global Privacy Control or not, and the code.
NOTICE, AT, GPC, CODE = "_notice", "_at", "_gpc", "_code"
DECLINED = "-1"
_CODE_OF_PURPOSE = re.compile(r"[a-z][a-z0-9_]{0,31}")
# A browser that says it was decided later than that is wrong or forged.
_AHEAD = timedelta(minutes=5)


@dataclass(frozen=True)
class Choice:
    """What somebody decided: for each purpose they were asked about, under which notice, and when."""

    states: dict[str, str]
    notice: int
    decided_at: datetime
    gpc: bool = False

    @property
    def valid_until(self) -> datetime:
        """From then on we ask again (CNIL: six months, for a refusal too)."""
        return self.decided_at + timedelta(days=settings.CONSENT_DAYS)

    @property
    def accepts_anything(self) -> bool:
        """Whether anything at all was accepted."""
        return ChoiceState.GIVEN in self.states.values()

    def says(self, code: str) -> str:
        """What was chosen for a purpose; "" when it was not asked then."""
        return self.states.get(code, "")


def choice_of(request: HttpRequest, now: datetime) -> Choice | None:
    """The choice that this browser keeps; None when there is none, it is over, or it is not one that we wrote."""
    try:
        found = _read(get_cookie_dict_from_request(request))
    except (ValueError, KeyError, OverflowError):
        return None
    return found if found.decided_at - _AHEAD <= now < found.valid_until else None


def remember(response: HttpResponseBase, choice: Choice) -> None:
    """Keep the choice in this browser for as long as it counts; never prolonged by a visit."""
    words = _words(choice)
    set_cookie_dict_to_response(response, {**words, CODE: _code_of(words)})


def kept_by(row: AccountConsent | None, now: datetime) -> Choice | None:
    """The choice that an account keeps, as a browser keeps its own; None without one, or when it is over."""
    if row is None:
        return None
    found = Choice(dict(row.states), row.notice_number, row.decided_at, row.gpc)
    return found if now < found.valid_until else None


def ref_of(request: HttpRequest) -> UUID | None:
    """The number that this browser was given when somebody first accepted something; None without, or if forged."""
    return number_in(request.COOKIES.get(settings.CONSENT_REF_COOKIE_NAME, ""))


def reference_of(ref: UUID) -> str:
    """The number in the signed form in which a browser or an App keeps it."""
    return _signer().sign(ref.hex)


def number_in(reference: str) -> UUID | None:
    """The number that was given out in this form; None if it was not."""
    try:
        return UUID(_signer().unsign(reference))
    except (BadSignature, ValueError):
        return None


def new_ref() -> UUID:
    """A number that says nothing about anybody."""
    return uuid4()


def remember_ref(response: HttpResponseBase, ref: UUID) -> None:
    """Keep the number as long as the choice that it proves."""
    response.set_cookie(
        settings.CONSENT_REF_COOKIE_NAME,
        reference_of(ref),
        max_age=settings.COOKIE_CONSENT_MAX_AGE,
        secure=settings.COOKIE_CONSENT_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget_ref(response: HttpResponseBase) -> None:
    """Take the number off this browser: nothing is accepted any more that it could prove."""
    response.delete_cookie(settings.CONSENT_REF_COOKIE_NAME, samesite="Lax")


def _read(words: dict[str, str]) -> Choice:
    code = words.pop(CODE)
    if not any(constant_time_compare(code, _code_of(words, key)) for key in signing_keys()):
        raise ValueError("not ours")
    notice, decided_at, gpc = int(words.pop(NOTICE)), datetime.fromisoformat(words.pop(AT)), words.pop(GPC) == "1"
    states = {
        code: ChoiceState.REFUSED.value if said == DECLINED else ChoiceState.GIVEN.value for code, said in words.items()
    }
    if decided_at.tzinfo is None or not all(map(_CODE_OF_PURPOSE.fullmatch, states)):
        raise ValueError("not a choice")
    return Choice(states, notice, decided_at, gpc)


def _words(choice: Choice) -> dict[str, str]:
    """As the library keeps them: the instant for what was accepted, -1 for what was not."""
    at = choice.decided_at.astimezone(UTC).isoformat(timespec="seconds")
    said = {code: at if state == ChoiceState.GIVEN else DECLINED for code, state in choice.states.items()}
    return {**said, NOTICE: str(choice.notice), AT: at, GPC: "1" if choice.gpc else "0"}


def _code_of(words: dict[str, Any], key: str | None = None) -> str:
    said = dict_to_cookie_str(dict(sorted(words.items())))
    return salted_hmac("consent.choice", said, key, algorithm="sha256").hexdigest()[:32]


def _signer() -> Signer:
    return Signer(salt="consent.ref")
