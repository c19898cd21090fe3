"""Opens legal holds again, or ends them, after an old backup came back that knows nothing of it (ADR 0070)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from privacy import case_entries, holds
from privacy.actors import SYSTEM
from privacy.case_words import EntryKind, HoldReason, HoldScope
from privacy.data_map.held import held_parts, in_force
from privacy.digests import renewed, renewed_all
from privacy.ledger.appliers import FoundAgain
from privacy.mail.language import in_our_language
from privacy.models import LegalHold


@dataclass(frozen=True)
class _Said:
    """What an entry says of a hold."""

    opened_at: datetime
    scope: HoldScope
    reason: HoldReason
    telling_forbidden: bool
    group: str
    slugs: list[str]


@in_our_language
def hold_again(found: FoundAgain) -> None:
    """Open the hold of a ledger entry, since it was opened; where it is in force, let the person know if they may.

    Who opened it, who was to look at it and what it is about are lost: it is to be looked at from today on, by whoever
    may end it. For `ledger.register_applier`: in the caller's transaction. Raises ValueError for words this version
    does not know.
    """
    said = _said(found)
    known = _known(found)
    if known is None:
        _open(said, found)
    elif known.telling_forbidden and not said.telling_forbidden:
        known.telling_forbidden = False
        known.save(update_fields=["telling_forbidden"])
        known.digests.update(shown_to=F("digest"))
        case_entries.write(known, EntryKind.TELLING_ALLOWED, actor=SYSTEM, data={"ledger": found.entry.seq})


def end_again(found: FoundAgain) -> None:
    """End the hold of a ledger entry; nothing where it has ended already, or nobody knows it.

    For `ledger.register_applier`, as `hold_again`.
    """
    hold = _known(found)
    if hold is not None:
        hold.ended_at = datetime.fromisoformat(found.entry.at)
        hold.save(update_fields=["ended_at"])
        case_entries.write(hold, EntryKind.ENDED, actor=SYSTEM, data={"ledger": found.entry.seq})


@in_our_language
def note_what_stays(found: FoundAgain) -> None:
    """Write down at each hold what a repeated erasure left for it: the erasure's own notes are lost with its job.

    When the hold has ended, rights_requests.services.after_restores files that erasure again by these notes.

    For `ledger.register_applier`, as `hold_again`.
    """
    spared = set(found.entry.scope.split())
    kept = {slug: part.hold_id for slug, part in held_parts(found.entry.digests).items() if slug in spared}
    for hold in LegalHold.objects.filter(pk__in=set(kept.values())).order_by("pk"):
        slugs = sorted(slug for slug, hold_id in kept.items() if hold_id == hold.pk)
        text = _(
            "A backup was restored. What entry %(number)d of the ledger erases left data for this hold: %(slugs)s. When"
            " the hold ends, its erasure is put into the queue: two people decide on it again."
        )
        said = text % {"number": found.entry.seq, "slugs": ", ".join(slugs)}
        data = {"ledger": found.entry.seq, "slugs": slugs}
        case_entries.write(hold, EntryKind.NOTED, actor=SYSTEM, text=said, data=data)


def _open(said: _Said, found: FoundAgain) -> None:
    digests = renewed_all([*found.entry.digests, *(found.subject.digests() if found.subject else ())])
    person = said.scope is HoldScope.PERSON
    subject_digest = found.subject.digest if found.subject else min(digests, default="")
    place = _("entry %(number)d of the ledger") % {"number": found.entry.seq}
    hold = LegalHold.objects.create(
        scope=said.scope,
        subject_digest=renewed(subject_digest) if person else "",
        group=said.group,
        slugs=said.slugs,
        reason=said.reason,
        text=_("Opened again after a backup was restored, as %(place)s says. What it is about is lost.")
        % {"place": place},
        power=place,
        telling_forbidden=said.telling_forbidden,
        opened_at=said.opened_at,
        review_on=timezone.localdate(),
    )
    holds.name_again(hold, digests if person else ())
    case_entries.write(hold, EntryKind.OPENED, actor=SYSTEM, text=hold.text, data={"ledger": found.entry.seq})


def _known(found: FoundAgain) -> LegalHold | None:
    return next((hold for hold in in_force() if hold.ref == found.entry.request_id), None)


def _said(found: FoundAgain) -> _Said:
    at, scope, reason, told, group, *slugs = found.entry.scope.split()
    if told not in (holds.SECRET, holds.OPEN):
        raise ValueError("this version does not know what the entry says of a hold")
    return _Said(
        opened_at=datetime.fromisoformat(at),
        scope=HoldScope(scope),
        reason=HoldReason(reason),
        telling_forbidden=told == holds.SECRET,
        group="" if group == holds.NO_GROUP else group,
        slugs=slugs,
    )
