"""What tests of the ledger share: drafts, entries written straight to a file, a database that forgets its newest."""

from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction

from privacy.ledger.chain import GENESIS, Draft, Entry
from privacy.ledger.file import ENTRIES, LedgerFile


def draft(kind: str = "erasure", *digests: str) -> Draft:
    """An entry about nobody in particular."""
    return Draft(uuid4(), kind, uuid4(), digests or ("d" * 64,), "", "2026-11-25T12:00:00+00:00")


def written(count: int, folder: Path | None = None) -> list[Entry]:
    """So many entries, written one by one."""
    return [append(draft(), folder) for _number in range(count)]


def append(what: Draft, folder: Path | None = None) -> Entry:
    """One entry."""
    return LedgerFile(folder).pen().append(what, audit_seq=0, audit_hash=GENESIS)


def lines() -> list[bytes]:
    """The lines of the present ledger, as they lie on the disk."""
    return (settings.LEDGER_DIR / ENTRIES).read_bytes().splitlines(keepends=True)


def head_path() -> Path:
    """The head of the present ledger: the only one, unless a writer died or stands still."""
    (found,) = settings.LEDGER_DIR.glob("head.*")
    return found  # type: ignore[no-any-return]


def forget_after(seq: int) -> None:
    """Let the database be as it was when it knew `seq` entries: what an old backup does to its copy of the ledger."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "DELETE FROM privacy_ledgerdigest WHERE entry_id IN (SELECT id FROM privacy_ledgerentry WHERE seq > %s)",
            [seq],
        )
        cursor.execute("DELETE FROM privacy_ledgerentry WHERE seq > %s", [seq])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
