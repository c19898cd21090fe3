"""How old the newest backup is, and whether the last try failed: as deploy/backup.sh leaves it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

# Each set is a folder named by when it was begun, and there once it is whole; a try that failed leaves a file.
SETS, FAILED = "data", "last.failed"
STAMP = "%Y%m%dT%H%M%SZ"
# A backup is made each night; with one that is older than this, a night went by without.
MOST_HOURS = 36


@dataclass(frozen=True)
class Backups:
    """What is known of them: when the last one was begun and how large it is; when a later try failed."""

    made_at: datetime | None
    size: int
    failed_at: datetime | None
    # Since when there is a place for them: with none made, a night is waited for.
    expected_from: datetime

    def hours(self, now: datetime) -> float:
        """For how long nothing has been saved."""
        return (now - (self.made_at or self.expected_from)).total_seconds() / 3600

    def state(self, now: datetime) -> str:
        """In a word or two; empty when all is well."""
        if self.failed_at is not None:
            return "the last one failed"
        if self.hours(now) <= MOST_HOURS:
            return ""
        return f"{self.hours(now):.0f} hours old" if self.made_at is not None else "never made"


def newest() -> Backups | None:
    """What lies in settings.BACKUP_DIR; None where there is no such folder: then they are made elsewhere, or never.

    Raises OSError or ValueError for what cannot be read.
    """
    folder: Path = settings.BACKUP_DIR
    if not folder.is_dir():
        return None
    last = max((folder / SETS).glob("2*Z"), key=lambda path: path.name, default=None)
    failed = folder / FAILED
    return Backups(
        made_at=_at(last.name) if last is not None else None,
        size=sum(file.stat().st_size for file in last.iterdir()) if last is not None else 0,
        failed_at=_at(failed.read_text(encoding="ascii").strip()) if failed.exists() else None,
        expected_from=datetime.fromtimestamp(folder.stat().st_mtime, UTC),
    )


def _at(stamp: str) -> datetime:
    return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
