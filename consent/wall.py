"""Which cookies may leave and which must go: what code and notice name, as far as it was agreed to."""

from collections.abc import Iterable, Iterator
from http.cookies import Morsel

from consent.choices import Consent
from consent.purposes import BY_CODE
from consent.vocabulary import Basis, Matching, TrackerKind
from privacy.policy.register import register


def is_let_through(name: str, morsel: "Morsel[str]", consent: Consent) -> bool:
    """Whether a cookie may leave: one that needs no consent, one that was accepted, or one that is only deleted."""
    if morsel["max-age"] == 0:
        return True
    declared = register.trackers.get(name)
    if declared is not None and BY_CODE[declared.purpose].basis is Basis.NEEDED:
        return True
    return any(map(consent.allows, _purposes_of(name, consent)))


def unwanted(names: Iterable[str], consent: Consent) -> Iterator[str]:
    """The cookies of the browser that belong to a purpose that was not accepted, by whole name or by its beginning."""
    return (name for name in names if (codes := _purposes_of(name, consent)) and not any(map(consent.allows, codes)))


def _purposes_of(name: str, consent: Consent) -> set[str]:
    """The purposes that need consent to which this cookie belongs, by code or by the notice in force."""
    declared = register.trackers.get(name)
    found = {declared.purpose} if declared and BY_CODE[declared.purpose].basis is Basis.CONSENT else set()
    purposes = consent.notice.content["purposes"] if consent.notice else []
    return found | {
        purpose["code"]
        for purpose in purposes
        if purpose["asked"] and any(_is_named(tracker, name) for tracker in purpose["trackers"])
    }


def _is_named(tracker: dict[str, str], name: str) -> bool:
    if tracker["kind"] != TrackerKind.COOKIE:
        return False
    is_prefix = tracker["matching"] == Matching.PREFIX
    return name.startswith(tracker["name"]) if is_prefix else name == tracker["name"]
