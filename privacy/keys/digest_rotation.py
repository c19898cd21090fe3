"""Puts the digests of the database under the key of today, and says which are not (ADR 0062)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Q

from privacy import audit
from privacy.actors import SYSTEM
from privacy.digests import HEX_DIGITS, key_names, renewed
from privacy.keys.batches import in_batches, without_triggers
from privacy.keys.registered import Digests, digest_columns

# However many processes still write with the old key, more often than this it is not gone through.
ROUNDS = 5
_DIGEST = f"^[0-9a-f]{{{HEX_DIGITS}}}$"


@dataclass(frozen=True)
class Counted:
    """The rows of a model with digests: under the key of today, and not. `stays` says why the latter may be there."""

    label: str
    current: int
    former: int
    stays: str


def standing() -> list[Counted]:
    """How many rows of each model are under the key of today; reads every such table once."""
    return [_counted(columns) for columns in digest_columns()]


def renew(tell: Callable[[str, int], object], columns: Sequence[Digests] | None = None) -> int:
    """Put every digest under the key of today that can be; returns how many rows changed, and tells them by model.

    Safe to run again at any time, also after it was killed: each batch is a transaction, and a digest says by itself
    under which key it is. First come the tables in which others look people up, so that nobody is missed meanwhile.
    Leaves an audit entry when something changed.
    """
    total = 0
    for found in digest_columns() if columns is None else columns:
        if found.stays or len(key_names()) == 1:
            continue
        changed = _renew(found)
        total += changed
        tell(found.label, changed)
    if total:
        with transaction.atomic():
            audit.record(event="digests.renewed", actor=SYSTEM, data={"rows": total, "key": key_names()[0]})
    return total


def _renew(found: Digests) -> int:
    rows, total = found.model._base_manager.filter(_former(found)), 0
    for _round in range(ROUNDS):
        changed = in_batches(rows, lambda batch: _write(found, batch))
        total += changed
        if not changed:
            break
    return total


def _write(found: Digests, batch: Sequence[models.Model]) -> int:
    for row in batch:
        for name in found.fields:
            setattr(row, name, renewed(getattr(row, name)) if getattr(row, name) else getattr(row, name))
    with without_triggers(found.model):
        try:
            with transaction.atomic():
                found.model._base_manager.bulk_update(batch, found.fields)
        except IntegrityError:
            return _one_by_one(found, batch)
    return len(batch)


def _one_by_one(found: Digests, batch: Sequence[models.Model]) -> int:
    """Where a row would say what another says already it is left: it is found as before, and counted."""
    written = 0
    for row in batch:
        try:
            with transaction.atomic():
                row.save(update_fields=list(found.fields))
        except IntegrityError:
            continue
        written += 1
    return written


def _counted(found: Digests) -> Counted:
    rows: models.QuerySet[Any] = found.model._base_manager.all()
    former = rows.filter(_former(found)).count()
    return Counted(found.label, rows.filter(_filled(found)).count() - former, former, found.stays)


def _filled(found: Digests) -> Q:
    """The rows with a digest: a word of a list or nothing may stand in its place."""
    return reduce(or_, (Q(**{f"{field}__regex": _DIGEST}) for field in found.fields))


def _former(found: Digests) -> Q:
    """The rows in which a digest is not under the key of today; none while there was only one key."""
    name = key_names()[0]
    if not name:
        return Q(pk__in=[])
    each = (Q(**{f"{field}__regex": _DIGEST}) & ~Q(**{f"{field}__startswith": name}) for field in found.fields)
    return reduce(or_, each)
