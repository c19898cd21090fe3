"""Choices, decided: one row of proof for each, and the account's present choice where somebody is signed in.

The proof is its own record (consent.proof): it is not written to the audit as well, whose chain lets one writer in at a
time, and a choice must be saved before the next page is asked for (ADR 0036).
"""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.conf import settings
from django.db import transaction

from consent import cookies, notices, proof
from consent.cookies import Choice
from consent.models import AccountConsent
from consent.notices import Notice
from consent.signals import consent_withdrawn
from consent.vocabulary import ChoiceState, Method
from privacy import clock
from privacy.digests import keyed_digests


class StaleNotice(Exception):
    """The form was of a notice that is no longer in force: nothing was saved; show the present one and ask again."""


class UnknownPurpose(ValueError):
    """A choice about something that the notice does not ask about: nothing was saved."""


@dataclass(frozen=True)
class Who:
    """Whose choice it is: the account, or the browser with what it keeps. `choice` is the one that counts today.

    `cookies` are those of the browser: never stored, only handed to whoever has to clear up after a withdrawal.
    """

    user_id: UUID | None
    ref: UUID | None
    choice: Choice | None
    cookies: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The code that stands for them in the proof; empty for a browser that has no number."""
        return next(iter(self.digests), "")

    @property
    def digests(self) -> tuple[str, ...]:
        """The same under every key that there was, the newest first: as it may stand in the proof."""
        if self.user_id:
            return keyed_digests("user", str(self.user_id))
        return keyed_digests("visitor", self.ref.hex) if self.ref else ()


@dataclass(frozen=True)
class Act:
    """What was done: `states` for the purposes that it was about, under which notice, how, on which page.

    `gpc` says that the browser sent Global Privacy Control with it.
    """

    notice: int
    states: Mapping[str, str]
    method: Method
    surface: str = ""
    language: str = ""
    gpc: bool = False


@dataclass(frozen=True)
class Decided:
    """What counts from now on.

    `number` is that of the proof, None when it had been chosen just so before, `ref` where the browser has no number.
    """

    choice: Choice
    number: UUID | None
    ref: UUID | None


def decide(*, who: Who, act: Act) -> Decided:
    """Save a choice with its proof and return what the browser is to keep.

    What the act is not about stays as it was chosen, unless a newer notice asks everything again. The same choice twice
    is one row. A browser gets a number only when it accepts something. Atomic: the row, and for an account its present
    choice. Raises StaleNotice and UnknownPurpose, and then nothing is saved. Art. 7(1) and 7(3) GDPR; P11.1 to P11.4.
    """
    # Of a browser it is one INSERT, which is whole by itself: BEGIN and COMMIT would be two more waits for the answer.
    with transaction.atomic() if who.user_id else nullcontext():
        return _decided(who, act)


def _decided(who: Who, act: Act) -> Decided:
    notice = notices.current()
    if notice is None or act.notice != notice.number:
        raise StaleNotice
    if unknown := set(act.states) - set(notice.asked):
        raise UnknownPurpose(", ".join(sorted(unknown)))
    before = _locked(who.user_id) if who.user_id else who.choice
    kept = before.states if before is not None and before.notice >= notice.material else {}
    asked = _standing(notice, {**kept, **act.states})
    if before is None and not asked:
        return Decided(Choice({}, notice.number, clock.counted_on(), act.gpc), None, who.ref)
    if before is not None and (before.states, before.notice) == (asked, notice.number) and before.gpc == act.gpc:
        return Decided(before, None, who.ref)
    choice = Choice(asked, notice.number, clock.counted_on().replace(microsecond=0), act.gpc)
    known = who if who.user_id or who.ref or not choice.accepts_anything else replace(who, ref=cookies.new_ref())
    language = act.language if act.language in notice.ids else settings.LANGUAGE_CODE
    number = proof.record(
        choice=choice,
        method=act.method,
        surface=act.surface,
        digest=known.digest,
        notice_id=notice.ids[language],
    )
    if known.user_id:
        _project(known.user_id, choice)
    _tell(known, before, choice)
    return Decided(choice, number, known.ref if not known.user_id and choice.accepts_anything else None)


def _standing(notice: Notice, states: Mapping[str, str]) -> dict[str, str]:
    """What is worth keeping of it: a yes to what needs none says nothing, and must not count if more is done later."""
    unasked = {code for code in notice.quiet if states.get(code) == ChoiceState.GIVEN}
    return {code: state for code, state in states.items() if code in notice.asked and code not in unasked}


def _locked(user_id: UUID) -> Choice | None:
    """What the account chose last, whichever tab or device it came from; the row stays locked until the end."""
    row = AccountConsent.objects.select_for_update().filter(user_id=user_id).first()
    return cookies.kept_by(row, clock.now())


def _project(user_id: UUID, choice: Choice) -> None:
    AccountConsent.objects.update_or_create(
        user_id=user_id,
        defaults={
            "notice_number": choice.notice,
            "states": choice.states,
            "gpc": choice.gpc,
            "decided_at": choice.decided_at,
        },
    )


def _tell(who: Who, before: Choice | None, choice: Choice) -> None:
    """Tell whoever has to clear up, once it is saved for good."""
    had = before.states if before else {}
    given = {code for code, state in had.items() if state == ChoiceState.GIVEN}
    if gone := frozenset(code for code in given if choice.says(code) != ChoiceState.GIVEN):
        transaction.on_commit(lambda: consent_withdrawn.send(sender=Choice, purposes=gone, cookies=who.cookies))
