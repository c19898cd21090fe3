"""Whether database and ledger agree; while they do not, nobody works on personal data and nobody signs in."""

from dataclasses import dataclass
from enum import StrEnum

from django.db import connection, transaction

from privacy.lately import Lately
from privacy.ledger.chain import GENESIS, Damaged, Entry
from privacy.ledger.file import LedgerFile
from privacy.models import LedgerEntry

# Held from before a line is written until the database knows it; any constant that nothing else here uses.
LEDGER_LOCK = 7_264_931_008_114_203
# Django would take three times as long to put the same question together.
NEWEST = f"SELECT seq, hash FROM {LedgerEntry._meta.db_table} WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1"


class Standing(StrEnum):
    """How database and ledger stand to each other."""

    AGREED = "ok"
    BEHIND = "database behind the ledger"
    LOST = "ledger lost or behind the database"
    FOREIGN = "ledger of another database"
    DAMAGED = "ledger damaged"


WAY_OUT = {
    Standing.BEHIND: (
        "The database is older than the ledger: a backup came back. What people had asked for since then must be done"
        " again first: run `manage.py reapply_ledger`."
    ),
    Standing.LOST: (
        "The ledger in LEDGER_DIR is missing or older than the database: put the right files back. If they are lost for"
        " good: `manage.py rebuild_ledger --the-file-is-lost`."
    ),
    Standing.FOREIGN: (
        "The ledger in LEDGER_DIR was not written beside this database: put the right files there. If there are none,"
        " move these away and run `manage.py rebuild_ledger --the-file-is-lost`."
    ),
    Standing.DAMAGED: (
        "The ledger in LEDGER_DIR cannot be read or was altered; `manage.py verify_ledger` says where. Put a sound copy"
        " of its files back."
    ),
}


class Closed(Exception):
    """Database and ledger do not agree, so nothing may be done; the message says what the operator does about it."""


@dataclass(frozen=True)
class Position:
    """The newest entry that one side knows: its number and hash; number 0 stands for none."""

    seq: int = 0
    hash: str = GENESIS

    @classmethod
    def of(cls, entry: Entry | None) -> "Position":
        """The position at which an entry is the newest."""
        return cls(entry.seq, entry.hash) if entry else cls()


def standing() -> Standing:
    """How database and ledger stand to each other at this moment; reads one row and one small file when they agree.

    Raises the errors of a database that is away.
    """
    try:
        if Position.of(LedgerFile().head()) == position():
            return Standing.AGREED
        # A writer may have been at work between the two looks: look again while none is.
        with transaction.atomic():
            lock()
            return _compared()
    except (Damaged, OSError):
        return Standing.DAMAGED


def closed() -> str:
    """Empty while everything may go on; otherwise a sentence for the operator. Raises as `standing` does."""
    return WAY_OUT.get(standing(), "")


# The same for what is neither shown to anybody nor taken from anybody we know: an answer of the last second will do.
closed_lately = Lately(closed)


def require(*wanted: Standing) -> None:
    """Raise Closed unless the standing is one of the wanted; call it under the lock."""
    found = _compared()
    if found not in wanted:
        raise Closed(WAY_OUT.get(found, "Database and ledger agree: there is nothing to do."))


def position() -> Position:
    """The newest entry that the database knows to be in the file; asked before each personal page, so in few words."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST)
        newest = cursor.fetchone()
    return Position(*newest) if newest else Position()


def lock() -> None:
    """Wait until no other transaction is between writing a line and knowing it; ends with the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LEDGER_LOCK])


def _compared() -> Standing:
    mine, head = position(), Position.of(LedgerFile().head())
    if head.seq < mine.seq:
        return Standing.LOST
    if head.seq == mine.seq:
        return Standing.AGREED if head == mine else Standing.FOREIGN
    newer = list(LedgerFile().entries(after=max(mine.seq - 1, 0)))
    if mine.seq and newer.pop(0).hash != mine.hash:
        return Standing.FOREIGN
    # What this database itself was about to write, when the writer died before it could note that it had.
    own = set(LedgerEntry.objects.filter(seq__isnull=True).values_list("kind", "request_id", "scope"))
    return Standing.AGREED if {entry.natural_key for entry in newer} <= own else Standing.BEHIND
