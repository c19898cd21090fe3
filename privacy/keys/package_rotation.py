"""Wraps anew, by settings.PACKAGE_KEK, what a key before it wrapped: keys of packages and files, sealed addresses."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction

from privacy import audit
from privacy.actors import SYSTEM
from privacy.keys.batches import in_batches
from privacy.keys.registered import Wrapped, wrapped_rows
from privacy.package.seal import SealBroken


@dataclass
class Looked:
    """What was found in a model's rows: under the key of today, under one before it, and what none of ours opens."""

    label: str
    current: int = 0
    former: int = 0
    broken: list[str] = field(default_factory=list)

    def take(self, row: models.Model, found: Wrapped) -> dict[str, Any]:
        """Count a row; returns what changes in it."""
        try:
            changes = dict(found.rewrap(row))
        except SealBroken:
            self.broken.append(str(row.pk))
            return {}
        self.former += bool(changes)
        self.current += not changes
        return changes


def standing() -> list[Looked]:
    """How much is wrapped by which key; opens every such row once, changes nothing, in bounded memory."""
    return [_looked(found) for found in wrapped_rows()]


def rewrap(tell: Callable[[Looked], object], models_of: Sequence[Wrapped] | None = None) -> int:
    """Wrap everything anew that a key before that of today wrapped; returns how many rows, and tells them by model.

    Safe to run again at any time, also after it was killed: each batch is a transaction, and what is wrapped anew is
    left alone. What none of our keys opens is left as it is and told. An audit entry when something changed.
    """
    total = 0
    for found in wrapped_rows() if models_of is None else models_of:
        looked = Looked(found.label)
        in_batches(_rows(found), lambda batch, found=found, looked=looked: _write(found, looked, batch))  # type: ignore[misc]
        tell(looked)
        total += looked.former
    if total:
        with transaction.atomic():
            audit.record(event="secrets.rewrapped", actor=SYSTEM, data={"rows": total})
    return total


def _write(found: Wrapped, looked: Looked, batch: Sequence[models.Model]) -> int:
    written = 0
    for row in batch:
        if changes := looked.take(row, found):
            written += found.model._base_manager.filter(pk=row.pk).update(**changes)
    return written


def _looked(found: Wrapped) -> Looked:
    looked = Looked(found.label)
    for row in _rows(found).order_by("pk").iterator(chunk_size=500):
        looked.take(row, found)
    return looked


def _rows(found: Wrapped) -> models.QuerySet[Any]:
    return found.model._base_manager.filter(found.rows)
