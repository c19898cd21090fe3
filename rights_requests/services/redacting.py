"""Leaving values, and words that stand for somebody else, out of a copy before it is made (Art. 15(4), 20(4))."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from privacy import audit
from privacy.actors import Actor
from privacy.data_map.declarations import Holding
from privacy.package import preview, redactions, terms
from privacy.package.build import parts
from privacy.package.columns import columns_of
from privacy.package.redactions import Why
from privacy.vocabulary import Right
from rights_requests import rules
from rights_requests.errors import (
    LeftOutAlready,
    NotFound,
    NothingTicked,
    ReasonNeeded,
    RedactionsChanged,
    TermTooShort,
    ToldAfterAll,
    ValueGone,
    WrongState,
)
from rights_requests.models import Redaction, RightsRequest
from rights_requests.services import planning
from rights_requests.states import Event, allows
from rights_requests.subjects import known, subject_of
from rights_requests.vocabulary import RedactionReason

COPIES = frozenset({Right.ACCESS, Right.PORTABILITY})
# So many values at once; whoever has more to leave out refuses the part, or leaves a term out everywhere.
MOST_AT_ONCE = 500
# A value of fewer characters may stand in our words by chance.
_TELLING = 4


@dataclass(frozen=True)
class Spot:
    """One value of a copy: the holding's slug, the field, and the row's primary key as text."""

    holding: str
    field: str
    row_key: str


@transaction.atomic
def leave_out_values(
    *, request_id: UUID, actor: Actor, spots: Sequence[Spot], reason: RedactionReason, text: str
) -> int:
    """Leave these values out, whatever will stand there when the copy is made; returns how many they are.

    Only before the approval. Raises NotFound, NotAllowed, OwnRequest, WrongState, NothingTicked, ReasonNeeded,
    ValueGone for what is not in this person's copy, ToldAfterAll when the words hold a value, LeftOutAlready.
    """
    request = _open(request_id, actor)
    held = _held(request, spots)
    if any(len(value) >= _TELLING and value.casefold() in text.casefold() for value in held):
        raise ToldAfterAll
    return _write(request, actor, reason, text, spots, term="")


@transaction.atomic
def leave_out_term(
    *,
    request_id: UUID,
    actor: Actor,
    term: str,
    spots: Sequence[Spot] | None,
    reason: RedactionReason,
    text: str,
) -> int:
    """Leave a term out of these values, or (None) wherever it will stand; returns how many places or terms that are.

    Only before the approval. Raises as `leave_out_values`, ToldAfterAll when the words hold the term, and TermTooShort.
    """
    request, term = _open(request_id, actor), sought(term)
    if spots is not None:
        _held(request, spots)
    if terms.found_in(text, term):
        raise ToldAfterAll
    return _write(request, actor, reason, text, [Spot("", "", "")] if spots is None else spots, term=term)


@transaction.atomic
def put_back(*, request_id: UUID, actor: Actor, redaction_id: UUID) -> None:
    """Take a redaction back. Only before the approval; raises NotFound, NotAllowed, OwnRequest, WrongState."""
    request = _open(request_id, actor)
    found = request.redactions.filter(pk=redaction_id).first()
    if found is None:
        raise NotFound
    reason = found.reason
    found.delete()
    _record("redaction.undone", request, actor, {"reason": reason})


def carry_over(request: RightsRequest, first: RightsRequest, actor: Actor) -> None:
    """What is left out of the copy of a duplicate is left out of the first's too, in the caller's transaction.

    Nothing happens where the work on the first was approved: then its copy was decided on without.
    """
    if not can_redact(first):
        return
    there = {_what(one) for one in first.redactions.all()}
    moved = [one for one in request.redactions.all() if _what(one) not in there]
    for one in moved:
        one.request = first
    Redaction.objects.bulk_update(moved, ["request"])
    if moved:
        _record("redaction.carried_over", first, actor, {"count": len(moved)})


@transaction.atomic
def record_look(*, request: RightsRequest, actor: Actor, slug: str, count: int) -> None:
    """Put on record that a member of staff looked at so many entries of a holding ("" for a search through all)."""
    data = {"count": count, **({"holding": slug} if slug else {})}
    _record("copy.viewed", request, actor, data)


def can_redact(request: RightsRequest) -> bool:
    """Whether something can still be left out of the copy, or put back."""
    return request.right in COPIES and allows(request, Event.APPROVE) and known(request)


def sought(term: str) -> str:
    """The term as it is looked for and kept; raises TermTooShort."""
    normal = terms.normal(term.replace("\x00", ""))
    if not terms.can_be_sought(normal):
        raise TermTooShort
    return normal


def contents(request: RightsRequest) -> list[type[Holding]]:
    """The holdings that the copy is made of, in its order: those of the right, without the parts that were refused."""
    refused = set(planning.left_out(request.pk).values_list("holding", flat=True))
    return [holding for holding in parts(Right(request.right), refused) if any(holding.exported())]


def in_force(request_id: UUID) -> tuple[redactions.Redaction, ...]:
    """What is left out of the copy, with the reasons in the active language."""
    return tuple(as_left_out(found) for found in Redaction.objects.filter(request=request_id))


def as_left_out(found: Redaction) -> redactions.Redaction:
    """One redaction as the export reads it."""
    why = Why(found.reason, str(found.get_reason_display()), found.text)
    return redactions.Redaction(why, found.holding, found.row_key, found.field, found.term)


def fingerprint(request_id: UUID) -> str:
    """SHA-256 of what is left out, so that whoever approves is told when a colleague changed it meanwhile."""
    return fingerprint_of(Redaction.objects.filter(request=request_id))


def fingerprint_of(made: Iterable[Redaction]) -> str:
    """The same, of what is left out as it was read before."""
    return hashlib.sha256(b"".join(sorted(one.pk.bytes for one in made))).hexdigest()


def require_seen(request_id: UUID, seen: str | None) -> None:
    """Raise RedactionsChanged when something else is left out than was seen; None looks away."""
    if seen is not None and seen != fingerprint(request_id):
        raise RedactionsChanged


def _open(request_id: UUID, actor: Actor) -> RightsRequest:
    request = rules.locked_for_staff(request_id, actor)
    if not can_redact(request):
        raise WrongState
    return request


def _held(request: RightsRequest, spots: Sequence[Spot]) -> list[str]:
    """What stands at each of these places of the copy; raises ValueGone for one that is not in it."""
    if not spots or len(spots) > MOST_AT_ONCE:
        raise NothingTicked
    subject, copied = subject_of(request), {holding.slug(): holding for holding in contents(request)}
    found: list[str] = []
    for slug in {spot.holding for spot in spots}:
        if slug not in copied:
            raise ValueGone
        here = [spot for spot in spots if spot.holding == slug]
        rows = preview.values(copied[slug], subject, {spot.row_key for spot in here})
        open_ = {column.name for column in columns_of(copied[slug]) if not column.rule.third_person}
        if any(spot.row_key not in rows or spot.field not in open_ for spot in here):
            raise ValueGone
        found += [rows[spot.row_key][spot.field] for spot in here]
    return found


def _write(
    request: RightsRequest, actor: Actor, reason: RedactionReason, text: str, spots: Iterable[Spot], *, term: str
) -> int:
    if reason not in RedactionReason.values or not text.strip():
        raise ReasonNeeded
    why = {"reason": reason, "text": text.strip(), "made_by_id": actor.user_id}
    made = [
        Redaction(request=request, holding=spot.holding, row_key=spot.row_key, field=spot.field, term=term, **why)
        for spot in dict.fromkeys(spots)
    ]
    try:
        with transaction.atomic():
            Redaction.objects.bulk_create(made)
    except IntegrityError as error:
        raise LeftOutAlready from error
    data = {"reason": RedactionReason(reason).value, "count": len(made), "term": bool(term)}
    _record("redaction.made", request, actor, data)
    return len(made)


def _what(made: Redaction) -> tuple[str, str, str, str]:
    return made.holding, made.row_key, made.field, made.term


def _record(event: str, request: RightsRequest, actor: Actor, data: dict[str, Any]) -> None:
    audit.record(event=event, actor=actor, subject_digest=request.subject_digest, about=request, data=data)
