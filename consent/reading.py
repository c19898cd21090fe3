"""What a form of consent says: read once, for the banner, the page of choices, the facade of an embed and the App."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import get_language

from consent.choices import Consent
from consent.deciding import Act, Who
from consent.vocabulary import ChoiceState, Method

# What each button of a form does to the purposes it is about.
ALL_ALIKE = {
    Method.ACCEPT_ALL: ChoiceState.GIVEN,
    Method.REFUSE_ALL: ChoiceState.REFUSED,
    Method.WITHDRAW: ChoiceState.REFUSED,
}


class Unreadable(ValueError):
    """The form says nothing that could be a choice: nothing was saved."""


def act_of(said: Mapping[str, str], consent: Consent) -> Act:
    """What was done. "Accept all" and "Refuse all" are about what the form asked; a saved form about what it names.

    Raises Unreadable for an unknown button, a number that is none, or a word that is neither accepted nor refused.
    """
    if said.get("act") not in _METHODS:
        raise Unreadable
    method = Method(said["act"])
    return _act(said, consent, method, _states(said, method, consent))


def adoption_of(said: Mapping[str, str], consent: Consent) -> Act:
    """What this browser decided, as an act of the account that takes it over.

    Raises Unreadable where nobody is signed in, or the browser keeps nothing that counts.
    """
    states = consent.said_in(consent.device)
    if said.get("act") != Method.ADOPT or not (consent.user_id and states):
        raise Unreadable
    return _act(said, consent, Method.ADOPT, states)


def _act(said: Mapping[str, str], consent: Consent, method: Method, states: Mapping[str, str]) -> Act:
    notice = said.get("notice", "")
    if not (notice.isascii() and notice.isdigit() and len(notice) < 10):
        raise Unreadable
    return Act(
        notice=int(notice),
        states=states,
        method=method,
        surface=_surface(said.get("next", "")),
        language=get_language() or "",
        gpc=consent.sends_gpc,
    )


def who_of(request: HttpRequest, consent: Consent) -> Who:
    """Whose choice it is: the account's while somebody is signed in, else this browser's."""
    return Who(consent.user_id, consent.ref, consent.choice, dict(request.COOKIES))


_METHODS = frozenset({*ALL_ALIKE, Method.SAVE, Method.EMBED})
_STATES = frozenset(ChoiceState.values)


def _states(said: Mapping[str, str], method: Method, consent: Consent) -> dict[str, str]:
    if method is Method.WITHDRAW:
        return {one.purpose["code"]: ChoiceState.REFUSED.value for one in consent.asked}
    if method in ALL_ALIKE:
        # What the page asked about, though another tab may have been answered meanwhile.
        return dict.fromkeys(said["asked"].split() if "asked" in said else consent.open, ALL_ALIKE[method].value)
    named = {code.removeprefix("purpose-"): state for code, state in said.items() if code.startswith("purpose-")}
    if not named or not _STATES.issuperset(named.values()):
        raise Unreadable
    return named


# The names of pages whose address is the same for everybody, by language and address: as many as there are such pages.
_PAGES: dict[tuple[str | None, str], str] = {}


def _surface(address: str) -> str:
    """The name of the page, never its address: that may hold a reference or a search."""
    try:
        path = urlsplit(address).path
    except ValueError:
        return ""
    return _PAGES.get((get_language(), path)) or _looked_up(path)


def _looked_up(path: str) -> str:
    try:
        page = resolve(path)
    except Resolver404:
        return ""
    name = page.view_name[:100]
    if not (page.args or page.captured_kwargs):  # type: ignore[attr-defined] # which the stubs do not know
        _PAGES[get_language(), path] = name
    return name
