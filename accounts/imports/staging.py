"""Takes a file in: reads it as a stream into staged rows, says what each would do, and lets go of it in time."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from itertools import islice
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import QuerySet

from accounts.administering import refuse_others
from accounts.imports import errors, judging
from accounts.imports.reading import Sheet, open_sheet
from accounts.imports.rows import Staged, staged
from accounts.imports.vocabulary import KIND, OVER, UNDECIDED, ImportState, Verdict
from accounts.models import Customer, EnrolmentImport, ImportRow
from privacy import audit, clock
from privacy.actors import SYSTEM, Actor
from privacy.jobs import engine
from privacy.retention.staying import without_kept

# So many rows are in memory at once.
AT_ONCE = 500
ROWS, IMPORTS = "accounts-importrow", "accounts-enrolmentimport"
NULL = "\\N"
# Rows come and go here by whole lists: what PostgreSQL last knew of the table says nothing about this one. Taken for
# empty, each row of a long list would be compared with all, for hours.
COUNTED = "ANALYZE accounts_importrow (source_id, work_email, readable)"
COPY = f"COPY accounts_importrow (source_id, {', '.join(Staged._fields)}) FROM STDIN WITH (FORMAT csv, NULL '{NULL}')"


@transaction.atomic
def stage(*, actor: Actor, customer_id: int, file: BinaryIO) -> EnrolmentImport:
    """Read a file and keep its rows for settings.IMPORT_HOURS, with what each would do; nobody is enrolled by it.

    Not idempotent: each call is another import. In memory there is a handful of rows at a time. Raises
    PermissionDenied for whoever acts for another Customer, TooManyWait, and FileRefused with the reason in words; then
    nothing of the file is kept.
    """
    refuse_all_but_administrators(actor, customer_id)
    customer = Customer.objects.get(pk=customer_id)
    if customer.imports.filter(state=ImportState.CHECKED).count() >= settings.IMPORTS_WAITING:
        raise errors.TooManyWait
    sheet = open_sheet(file)
    made = EnrolmentImport.objects.create(
        customer=customer,
        made_by_id=actor.user_id,
        encoding=sheet.encoding,
        separator=sheet.separator,
        facts=list(sheet.columns.facts.values()),
    )
    _copy(made.pk, sheet)
    judging.refuse_repeated(made)
    write_counts(made, judging.judge(made))
    audit.record(event="import.read", actor=actor, about=made, data=counts(made))
    return made


@transaction.atomic
def discard(*, actor: Actor, import_id: UUID, customer_id: int) -> EnrolmentImport:
    """Delete what was staged of a file that waits, at once. Idempotent.

    Raises PermissionDenied, EnrolmentImport.DoesNotExist (for another Customer's too), NothingWaits.
    """
    refuse_all_but_administrators(actor, customer_id)
    found = EnrolmentImport.objects.select_for_update().get(pk=import_id, customer_id=customer_id)
    if found.state == ImportState.DISCARDED:
        return found
    if found.state != ImportState.CHECKED:
        raise errors.NothingWaits
    end(found, ImportState.DISCARDED)
    audit.record(event="import.discarded", actor=actor, about=found)
    return found


def forget() -> int:
    """Delete the rows of files that were read too long ago, and what is known of imports after that; how many went.

    A file that still waits is discarded then, and so is one that an error keeps from being imported. Where everybody is
    enrolled already, of those who are still to be told stays only that they are, without what the file says of them.
    Whoever's data must stay (privacy.retention.keepers) keeps their row, and the row its import. Idempotent.
    """
    now = clock.now()
    late = {"made_at__lt": now - timedelta(hours=settings.IMPORT_HOURS)}
    for import_id in EnrolmentImport.objects.filter(state__in=UNDECIDED, **late).values_list("pk", flat=True):
        _discard_late(import_id)
    over = EnrolmentImport.objects.filter(state__in=OVER, **late)
    deleted = without_kept(ROWS, ImportRow.objects.filter(source__in=over.values("pk"))).delete()[0]
    deleted += _empty_late(EnrolmentImport.objects.filter(state=ImportState.ENROLLED, **late))
    old = EnrolmentImport.objects.filter(ended_at__lt=now - timedelta(days=settings.IMPORT_DAYS), rows__isnull=True)
    return deleted + without_kept(IMPORTS, old).delete()[0]


@transaction.atomic
def _discard_late(import_id: UUID) -> None:
    engine.cancel(kind=KIND, about=import_id)
    found = EnrolmentImport.objects.select_for_update().filter(pk=import_id, state__in=UNDECIDED).first()
    if found is None:
        # Everybody was enrolled meanwhile: the job goes on, or nobody would be told.
        transaction.set_rollback(True)
        return
    end(found, ImportState.DISCARDED)
    audit.record(event="import.discarded", actor=SYSTEM, about=found)


@transaction.atomic
def _empty_late(lists: QuerySet[EnrolmentImport]) -> int:
    """Keep of these lists no more than what telling needs; how many rows went or were emptied."""
    rows = without_kept(ROWS, ImportRow.objects.filter(source__in=lists.values("pk")))
    deleted: int = rows.filter(verdict__in=(Verdict.UNCHANGED, Verdict.REFUSED)).delete()[0]
    said = rows.exclude(work_email="", nickname="", digest="", facts={})
    return deleted + said.update(nickname="", work_email="", facts={}, digest="")


def refuse_all_but_administrators(actor: Actor, customer_id: int) -> None:
    """Raise PermissionDenied unless the actor acts for this Customer: a list is its word about its own people."""
    if actor.kind != "customer":
        raise PermissionDenied
    refuse_others(actor, customer_id)


def end(found: EnrolmentImport, state: ImportState) -> None:
    """Put down that an import is over, in the caller's transaction; a discarded one's rows go."""
    found.state, found.ended_at = state, clock.now()
    found.save(update_fields=["state", "ended_at"])
    if state == ImportState.DISCARDED:
        without_kept(ROWS, ImportRow.objects.filter(source=found)).delete()


def counts(found: EnrolmentImport) -> dict[str, int]:
    """How many rows of each verdict, as pages and the audit name them."""
    return {verdict: getattr(found, verdict) for verdict in Verdict.values}


def write_counts(found: EnrolmentImport, judged: dict[str, int]) -> None:
    """Keep the counts of a judgement on the import."""
    for verdict, count in judged.items():
        setattr(found, verdict, count)
    found.save(update_fields=list(judged))


def _copy(source: UUID, sheet: Sheet) -> None:
    stream = _Stream(source, sheet)
    with connection.cursor() as cursor:
        cursor.copy_expert(COPY, stream)
    if stream.failed is not None:
        raise stream.failed
    if not stream.rows:
        raise errors.NobodyInIt
    if stream.rows > AT_ONCE:
        with connection.cursor() as cursor:
            cursor.execute(COUNTED)


class _Stream:
    """What COPY reads: rows made as they are asked for. An error ends it, for the driver would swallow it."""

    def __init__(self, source: UUID, sheet: Sheet) -> None:
        self.rows = 0
        self.failed: errors.FileRefused | None = None
        self._source = str(source)
        self._read = self._staged(sheet)

    def read(self, _size: int) -> str:
        """The next rows, each with the import that it belongs to; "" at the end."""
        text = StringIO()
        # In quotation marks nothing that a file says is taken for NULL, nor for the end of a line.
        write = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow
        try:
            for row in islice(self._read, AT_ONCE):
                write((self._source, *row))
                self.rows += 1
        except errors.FileRefused as error:
            self.failed = error
            return ""
        return text.getvalue()

    def _staged(self, sheet: Sheet) -> Iterator[Staged]:
        for number, (line, cells) in enumerate(sheet.rows, start=1):
            if number > settings.IMPORT_MAX_ROWS:
                raise errors.TooManyPeople
            yield staged(line, cells, sheet.columns)
