"""The data map put into plain values: one description from which the command, the register and the pages are made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from privacy.data_map.plan import one_line, retention
from privacy.data_map.registry import Registry, registry
from privacy.data_map.relations import erase_order
from privacy.vocabulary import Category

if TYPE_CHECKING:
    from privacy.data_map.declarations import FieldRule, Holding

COLUMNS = ("holding", "erased", "reached by", "personal", "masked", "kept", "secret", "system", "retention")


def describe(declared: Registry = registry) -> dict[str, Any]:
    """Everything that is declared, as JSON values in the active language; holdings in the order of erasure."""
    return {
        "holdings": [describe_holding(holding) for holding in erase_order(declared)],
        "nobody": [{"model": label, "because": why} for label, why in sorted(declared.nobodies.items())],
        "stores": [
            {"name": store.name, "title": str(store.title), "because": str(store.because)}
            for store in declared.stores.values()
        ],
    }


def describe_holding(holding: type[Holding]) -> dict[str, Any]:
    """One holding with all of its fields."""
    return {
        "slug": holding.slug(),
        "model": holding.model_label,
        "table": holding.registry.table_of(holding),
        "title": str(holding.title),
        "description": one_line(holding.__doc__),
        "reached_by": [{"identifier": kind, "path": path} for kind, path in holding.paths()],
        "erase": holding.erase.value,
        "purposes": [str(purpose.value) for purpose in holding.purposes],
        "basis": str(holding.basis.value),
        "source": str(holding.source),
        "recipients": [str(recipient) for recipient in holding.recipients],
        "retention": {
            "profile": str(holding.retain.profile.value),
            "after": holding.retain.after,
            "days": holding.retain.days,
            "words": retention(holding),
        },
        "fields": [_field(name, rule) for name, rule in sorted(holding.rules().items())],
    }


def table_rows(declared: Registry = registry) -> Iterator[tuple[str, ...]]:
    """The data map as rows under COLUMNS: which fields of which holding are what, and how they are found."""
    for holding in erase_order(declared):
        words: dict[str, list[str]] = {}
        for name, rule in holding.rules().items():
            words.setdefault(rule.word.value, []).append(name)
        yield (
            holding.model_label,
            holding.erase.value,
            ", ".join(f"{kind}={path}" for kind, path in holding.paths()),
            *(", ".join(words.get(word, ())) for word in ("personal", "masked", "kept", "secret", "system")),
            retention(holding),
        )


def _field(name: str, rule: FieldRule) -> dict[str, Any]:
    said: dict[str, Any] = {"name": name, "word": rule.word.value, "exported": rule.exported}
    if rule.category:
        said["category"] = str(Category(rule.category).value)
    for flag in ("rectifiable", "provided", "free_text", "third_person"):
        if getattr(rule, flag):
            said[flag] = True
    for text in ("shared_with", "identifies", "why", "store"):
        if getattr(rule, text):
            said[text] = str(getattr(rule, text))
    return said
