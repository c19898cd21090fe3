"""Does again, after an old backup came back, what the ledger says was done since; then the site opens by itself."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import transaction

from privacy import audit, clock
from privacy.actors import SYSTEM
from privacy.data_map import residue
from privacy.data_map.erase import erase_all, erase_batch
from privacy.data_map.registry import registry
from privacy.data_map.subject import Subject
from privacy.digests import renewed_all
from privacy.ledger import gate
from privacy.ledger.appliers import FoundAgain, appliers_of
from privacy.ledger.chain import Draft, Entry, digest_key_names
from privacy.ledger.file import LedgerFile
from privacy.ledger.people import Known, found_in_rows, subject_named_by
from privacy.ledger.record import anchor, keep
from privacy.models import LedgerDigest, LedgerEntry
from privacy.vocabulary import LedgerKind

# Digests do not say what the corrected value was: a person has to make the correction again, and is told for whom.
BY_HAND = (LedgerKind.RECTIFICATION,)
# Kinds for which nothing need be registered: an erasure is done here, a correction by a person, and that a backup came
# back is only a fact.
ERASURES = (LedgerKind.ERASURE, LedgerKind.ERASURE_OF_PART)
DONE_HERE = (*ERASURES, LedgerKind.RESTORED, *BY_HAND)


class CannotReapply(Exception):
    """Why the ledger cannot be applied again, and what to do, for the operator; nothing of the entry was done."""


@dataclass(frozen=True)
class Done:
    """One entry that was done again: its number, kind and request, whether rows still named the person, rows erased."""

    seq: int
    kind: str
    request_id: UUID
    found: bool
    erased: int

    @property
    def by_hand(self) -> bool:
        """Whether a person has to do it again, which is all that can be said of it here."""
        return self.kind in BY_HAND


def waiting() -> list[Entry]:
    """The entries that the database does not know, oldest first, the whole chain checked; changes nothing.

    Raises Closed where the database is not simply behind, Damaged, OSError, and CannotReapply for digests of another
    DIGEST_KEY, which would match nobody.
    """
    with transaction.atomic():
        gate.lock()
        gate.require(gate.Standing.BEHIND)
        newer = list(LedgerFile().entries(after=gate.position().seq))
    if any(entry.key not in digest_key_names() for entry in newer):
        raise CannotReapply(
            "The ledger was written with another DIGEST_KEY: nobody would be found. Put that key back, or where it was"
            " exchanged since, into OLD_DIGEST_KEYS."
        )
    unknown = sorted({entry.kind for entry in newer if entry.kind not in DONE_HERE and not appliers_of(entry.kind)})
    if unknown:
        raise CannotReapply(f"This version does not know how to do again: {', '.join(unknown)}. Start the newer one.")
    return newer


def reapply(tell: Callable[[Done], object]) -> int:
    """Do everything that waits, entry by entry, each in one transaction with the database's position; how many.

    Begins with an entry of its own that says that a backup came back. A death costs at most the entry under way: run it
    again. Raises as `waiting` does, and CannotReapply when something of an erased person would be left.
    """
    waiting()
    _say_that_a_backup_came_back()
    entries = waiting()
    known = found_in_rows({digest for entry in entries for digest in entry.digests})
    for entry in entries:
        tell(_done_again(entry, known))
    return len(entries)


def _say_that_a_backup_came_back() -> None:
    """The audit's newest entry in it is where the audit begins anew: what came after that is gone with the database."""
    with transaction.atomic(durable=True):
        gate.lock()
        gate.require(gate.Standing.BEHIND)
        name = uuid4()
        draft = Draft(name, LedgerKind.RESTORED, name, (), "", clock.now().isoformat())
        LedgerFile().pen().append(draft, **anchor())


@transaction.atomic(durable=True)
def _done_again(entry: Entry, known: Known) -> Done:
    gate.lock()
    if gate.position() != gate.Position(entry.seq - 1, entry.prev_hash):
        raise CannotReapply("Another process moved the database's position meanwhile: run the command again.")
    found = FoundAgain(entry, subject_named_by(entry.digests, known))
    if entry.kind in ERASURES and found.subject is not None:
        found = _erased_again(entry, found.subject)
    for apply in appliers_of(entry.kind):
        apply(found)
    row = adopt(entry)
    erased = sum(found.counts.values())
    audit.record(
        event="ledger.reapplied",
        actor=SYSTEM,
        subject_digest=found.subject.digest if found.subject else "",
        about=row,
        data={"kind": entry.kind, "seq": entry.seq, "found": found.subject is not None, "rows": erased},
    )
    return Done(entry.seq, entry.kind, entry.request_id, found.subject is not None, erased)


def adopt(entry: Entry) -> LedgerEntry:
    """Let the database know an entry of the file, in the caller's transaction; its position is there afterwards."""
    row, created = LedgerEntry.objects.get_or_create(
        kind=entry.kind,
        request_id=entry.request_id,
        scope=entry.scope,
        defaults={"id": entry.id, "recorded_at": entry.at},
    )
    if created:
        digests = sorted(renewed_all(entry.digests))
        LedgerDigest.objects.bulk_create([LedgerDigest(entry=row, digest=digest) for digest in digests])
    keep(row, entry)
    return row


def _erased_again(entry: Entry, subject: Subject) -> FoundAgain:
    """Stores first, then every holding in order, then the search; raises CannotReapply if that finds anything.

    What the first erasure spared stays this time too: the scope of the entry names it. Of the erasure of a part the
    scope names what went, and nothing else is touched or searched: what came since is not what was asked about.
    """
    named, part = set(entry.scope.split()), entry.kind == LedgerKind.ERASURE_OF_PART
    every = {holding.slug(): str(holding.model()._meta.db_table) for holding in registry.holdings.values()}
    tables = {table for slug, table in every.items() if slug in named} if part else None
    spared = set(every) - named if part else named
    counts = {} if part else {f"store:{name}": store.erase(subject) for name, store in registry.stores.items()}
    counts |= {f"holding:{slug}": count for slug, count in erase_all(subject, spared=spared).items()}
    kept = residue.kept_columns(spared=spared)
    hits = [hit for hit in residue.scan(subject.identifiers(), allowed=kept, tables=tables) if not hit.planned]
    others = [hit for hit in hits if _words_of_others(hit, subject)]
    places = sorted(f"{hit.table}.{hit.column}" for hit in hits if hit not in others)
    if places:
        raise CannotReapply(
            f"Entry {entry.seq}: something of the erased person is left in {', '.join(places)}. Nothing of this entry"
            " was done: look there, then run the command again."
        )
    in_words = sum(hit.count for hit in others)
    searched = {"found": 0, "identifiers": len(subject.identifiers()), "in_words_of_others": in_words}
    return FoundAgain(entry, subject, counts, searched)


def _words_of_others(hit: residue.Hit, subject: Subject) -> bool:
    """Whether the hit is in texts that other people wrote: theirs, and no reason to hold up an erasure."""
    holding = residue.written_by(hit)
    return holding is not None and not erase_batch(holding, subject)
