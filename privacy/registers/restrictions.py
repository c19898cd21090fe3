"""The register of restrictions, objections and protected minors as rows: persons stand in it by digest only."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _

from privacy.models import ProcessingStop
from privacy.registers.exporting import Printed
from privacy.registers.moment import one_moment
from privacy.vocabulary import Purpose, StopGround, StopKind

FIELDS = ("kind", "ground", "purpose", "since", "notice_at", "lifted_at", "request_id", "subject_digest")


def printed_restrictions(chosen: QuerySet[ProcessingStop]) -> Printed:
    """The chosen rows as they are at one moment of the database."""
    columns = (
        _("What is stopped"), _("Reason"), _("Use that is stopped"), _("Since"),
        _("Person told that it will be lifted"), _("Lifted"), _("Request"), _("Person (digest)"),
    )  # fmt: skip
    rows = list(_rows(chosen))
    return Printed("restrictions", {"columns": list(columns), "rows": [list(row) for row in rows]}, columns, rows)


def _rows(chosen: QuerySet[ProcessingStop]) -> Iterator[tuple[str, ...]]:
    sql, params = chosen.values_list(*FIELDS).query.sql_with_params()
    with one_moment() as moment:
        for kind, ground, purpose, since, notice_at, lifted_at, request_id, digest in moment.rows(sql, params):
            yield (
                capfirst(str(StopKind(kind).label)), capfirst(str(StopGround(ground).label)),
                capfirst(str(Purpose(purpose).label)) if purpose else _("every use"),
                _instant(since), _instant(notice_at), _instant(lifted_at), str(request_id or ""), digest,
            )  # fmt: skip


def _instant(at: datetime | None) -> Any:
    return at.astimezone(get_default_timezone()).isoformat(sep=" ", timespec="minutes") if at else ""
