"""What becomes of each table in a copy for trying out: emptied, made up, or left; read from the data map."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import ForeignKey, Model

from privacy.data_map.declarations import Holding, Word
from privacy.data_map.registry import Registry, registry
from privacy.staging.makers import NoMaker, made
from privacy.staging.registered import blanked, emptied

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclass(frozen=True)
class Treatment:
    """Of one table: `why` it is emptied, or by which expression each of its columns is made up; neither: it stays."""

    model: type[Model]
    why: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def table(self) -> str:
        """The table's name."""
        return self.model._meta.db_table


def treatments(declared: Registry = registry) -> list[Treatment]:
    """One for each table of the site, by name; raises NoMaker for a field for which nothing can be made up."""
    gone = reasons(declared)
    found = [
        Treatment(model, why=gone[model])
        if model in gone
        else Treatment(model, columns=_columns(model, gone, declared))
        for model in declared.models()
        if model._meta.managed
    ]
    return sorted(found, key=lambda one: one.table)


def reasons(declared: Registry = registry) -> Mapping[type[Model], str]:
    """Why each model is emptied that is: said so, secrets that pass, files, or hanging on such a one."""
    found = {model: why for model in declared.models() if (why := _why(model, declared))}
    while more := {
        model: f"hangs on {parent._meta.label}"
        for model in declared.models()
        if model not in found
        for parent in _needs(model)
        if parent in found
    }:
        found |= more
    return found


def faults(declared: Registry = registry) -> Iterator[str]:
    """Fields for which nothing can be made up, as "app.Model.field"."""
    gone = reasons(declared)
    for model in declared.models():
        if model in gone:
            continue
        for one in model._meta.local_concrete_fields:
            try:
                made(declared.holding_of(model), one)
            except NoMaker as missing:
                yield str(missing)


def _why(model: type[Model], declared: Registry) -> str:
    if why := emptied().get(model._meta.label_lower):
        return why
    holding = declared.holding_of(model)
    if holding is None:
        return ""
    if any(rule.store for rule in holding.rules().values()):
        return "its files are not copied"
    if holding.by_product and _holds_secrets(holding):
        return "secrets that pass"
    return ""


def _holds_secrets(holding: type[Holding]) -> bool:
    return any(rule.word is Word.SECRET for rule in holding.rules().values())


def _needs(model: type[Model]) -> Iterator[type[Model]]:
    """The models without whose rows its own cannot stand."""
    for one in model._meta.local_concrete_fields:
        target = _target(one)
        if target is not None and not one.null:
            yield target


def _columns(model: type[Model], gone: Collection[type[Model]], declared: Registry) -> Mapping[str, str]:
    found: dict[str, str] = {}
    holding, said = declared.holding_of(model), blanked(model._meta.label)
    for one in model._meta.local_concrete_fields:
        if one.name in said:
            found[one.column] = said[one.name]
        elif one.null and _target(one) in gone:
            found[one.column] = "NULL"
        elif expression := made(holding, one):
            found[one.column] = expression
    return found


def _target(field: Any) -> type[Model] | None:
    """The model whose row must be there, since the database itself sees to it; None where it does not."""
    held = isinstance(field, ForeignKey) and getattr(field, "db_constraint", True)
    return field.related_model if held else None
