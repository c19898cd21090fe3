"""The rules that every declaration must keep; a site that breaks one of them does not start."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.fields import GenericForeignKey
from django.core.checks import Error
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import models

from privacy.data_map.catalogue import leading_columns
from privacy.data_map.declarations import Erase, FieldRule, Holding, Word
from privacy.data_map.registry import Registry, registry
from privacy.data_map.relations import Reference, erase_order, goes, references
from privacy.data_map.routes import BrokenPath, route, routes
from privacy.data_map.subject import KINDS
from privacy.vocabulary import Category, LegalBasis, Profile, Purpose

if TYPE_CHECKING:
    from privacy.data_map.declarations import Retain

# What each check says; the functions below only decide. `{what}` and `{why}` are filled in.
MESSAGES = {
    "E001": ("{what} is declared neither as a holding nor as nobody's data", "Declare it in a personal_data.py."),
    "E002": ("{what} is not classified", "Give the field one of the five words."),
    "E003": ("{what} is declared but does not exist", "Remove the declaration or correct its name."),
    "E004": ("{what} leads nowhere: {why}", "A path goes over fields of the models to one column."),
    "E005": ("{what} cannot be blanked: {why}", "Make the column nullable or give `to`; with {{pk}} where unique."),
    "E006": ("{what} is kept without a reason", "Say in `why` what the person is told (Art. 17(3))."),
    "E007": ("{what} would be exported but looks like a secret", "Classify it with secret()."),
    "E008": ("{what} uses a word that is not in the vocabulary: {why}", "See privacy.vocabulary."),
    "E009": ("{what} would be removed with rows of a holding, undeclared", "Declare it as a holding that is erased."),
    "E010": ("{what} is a generic foreign key", "The data map cannot follow it: use a plain foreign key."),
    "E011": ("{what} is a file without a store", "Name the store that holds the files: store=..."),
    "E012": ("{what} is incomplete: {why}", "A holding says everything that Art. 13 to 15 ask for."),
    "E013": ("{what} stays but must point at rows that go", "Make the foreign key nullable."),
    "E014": ("{what} is looked up without an index", "Erasure would read the whole table: add an index."),
    "E015": ("{what} contradicts what erasure does with the row: {why}", "Change the word or `erase`."),
    "E016": ("the order of erasure cannot be found: {why}", "Reach one of them by an identifier of its own."),
    "E017": ("{what} may be corrected, but cannot be: {why}", "Register a door: privacy.data_map.rectify.Door."),
}

# Names of fields that are credentials in every code base we have seen.
SECRETIVE = re.compile(r"passw|secret|token|nonce|otp|recovery|session_(key|data)|private|wrapped|credential|api_?key")
# With these a condition asks something of a column instead of comparing it.
LOOKUPS = ("__isnull", "__in")
OWN_NAMES = frozenset(name for name in vars(Holding) if not name.startswith("_")) | {"erase", "basis", "retain"}

Check = Callable[[Registry], Iterator[Error]]


def problem(number: str, what: str, why: str = "") -> Error:
    """The finding of one check, with its stable id `privacy.E…`."""
    message, hint = MESSAGES[number]
    return Error(message.format(what=what, why=why), hint=hint.format(), obj=None, id=f"privacy.{number}")


def undeclared_models(declared: Registry) -> Iterator[Error]:
    """E001: every installed model, automatic many-to-many tables included, is declared one way or the other."""
    for model in declared.models():
        label = model._meta.label_lower
        if label not in declared.holdings and label not in declared.nobodies:
            yield problem("E001", model._meta.label)


def unclassified_fields(declared: Registry) -> Iterator[Error]:
    """E002: every column of a holding's model has one of the five words."""
    for holding, model in _installed(declared):
        rules = holding.rules()
        for field in model._meta.local_concrete_fields:
            if field.name not in rules:
                yield problem("E002", f"{model._meta.label}.{field.name}")


def vanished(declared: Registry) -> Iterator[Error]:
    """E003: what is declared exists: models, and fields of holdings."""
    installed = {model._meta.label_lower for model in declared.models()}
    for label in sorted({*declared.holdings, *declared.nobodies} - installed):
        yield problem("E003", label)
    for holding, model in _installed(declared):
        names = {field.name for field in model._meta.local_concrete_fields}
        for name in dict.fromkeys([*holding.rules(), *holding.names, *holding.in_words]):
            if name not in names:
                yield problem("E003", f"{model._meta.label}.{name}")


def broken_paths(declared: Registry) -> Iterator[Error]:
    """E004: every path that a holding names leads to a column."""
    for holding, model in _installed(declared):
        for path in _named_paths(holding):
            try:
                route(model, "", path)
            except BrokenPath as broken:
                yield problem("E004", f"{holding.model_label}: {path}", str(broken))


def impossible_masks(declared: Registry) -> Iterator[Error]:
    """E005: a field that is blanked can be: nullable or with a value, unique where the column is, not too long."""
    for holding, model in _installed(declared):
        for name, rule in holding.blanked():
            if why := _mask_fault(model, name, rule):
                yield problem("E005", f"{holding.model_label}.{name}", why)


def unexplained_keeping(declared: Registry) -> Iterator[Error]:
    """E006: whoever keeps data says why."""
    for holding, name, rule in _rules(declared):
        if rule.word is Word.KEPT and not str(rule.why).strip():
            yield problem("E006", f"{holding.model_label}.{name}")


def exported_secrets(declared: Registry) -> Iterator[Error]:
    """E007: nothing that looks like a credential goes into a package."""
    for holding, name, rule in _rules(declared):
        if (rule.exported and SECRETIVE.search(name)) or (rule.word is Word.SECRET and rule.category):
            yield problem("E007", f"{holding.model_label}.{name}")


def unknown_words(declared: Registry) -> Iterator[Error]:
    """E008: categories, purposes, bases, profiles and kinds of identifiers come from the closed lists."""
    for holding, name, rule in _rules(declared):
        needs_category = rule.word is Word.PERSONAL or rule.category
        if needs_category and rule.category not in Category.values:
            yield problem("E008", f"{holding.model_label}.{name}", f"category {rule.category!r}")
        if rule.identifies and rule.identifies not in {"email", "phone"}:
            yield problem("E008", f"{holding.model_label}.{name}", f"identifies {rule.identifies!r}")
    for holding, _model in _installed(declared):
        for why in _unknown_words_of(holding):
            yield problem("E008", holding.model_label, why)


def undeclared_cascades(declared: Registry) -> Iterator[Error]:
    """E009: nothing disappears with a holding's rows unless it is itself a holding."""
    for found in references(declared):
        cascades = goes(found.parent, declared) and found.on_delete is models.CASCADE
        if cascades and declared.holding_of(found.child) is None:
            yield problem("E009", _named(found))


def generic_foreign_keys(declared: Registry) -> Iterator[Error]:
    """E010: no model of a holding points at anything and everything."""
    for _holding, model in _installed(declared):
        for field in model._meta.private_fields:
            if isinstance(field, GenericForeignKey):
                yield problem("E010", f"{model._meta.label}.{field.name}")


def files_without_store(declared: Registry) -> Iterator[Error]:
    """E011: each file has a store that finds, erases and verifies it, and each store that is named exists."""
    for holding, name, rule in _rules(declared):
        try:
            field = holding.model()._meta.get_field(name)
        except (FieldDoesNotExist, LookupError):
            continue
        needs_store = isinstance(field, models.FileField) or rule.store
        if needs_store and rule.store not in declared.stores:
            yield problem("E011", f"{holding.model_label}.{name}")


def incomplete_holdings(declared: Registry) -> Iterator[Error]:
    """E012: a holding has everything that the person must be told, and is reachable."""
    for holding in declared.holdings.values():
        wanted = ("__doc__", "title", "reached_by", "purposes", "basis", "source", "retain", "erase")
        for name in wanted:
            if not getattr(holding, name, None):
                yield problem("E012", holding.model_label, f"no {name.strip('_')}")
        for name in vars(holding).keys() & OWN_NAMES:
            if isinstance(vars(holding)[name], FieldRule):
                yield problem("E012", holding.model_label, f"`{name}` is a word of its own: put the field in `fields`")
        if bool(holding.controller_name) != bool(holding.controller_contact):
            yield problem("E012", holding.model_label, "a controller has a name and an address that takes requests")
        theirs = {name for name, _rule in holding.blanked()} if holding.second else set()
        if not ({*holding.second} <= {path for _kind, path in holding.paths()} and {*holding.of_second} <= theirs):
            yield problem("E012", holding.model_label, "whom a row only names has paths and masked fields of its own")
        if holding.opens_account and not ("user" in holding.reached_by and holding.identifying("email")):
            yield problem("E012", holding.model_label, "what opens an account leads from an e-mail address to a user")


def stranded_references(declared: Registry) -> Iterator[Error]:
    """E013: no row that stays is left with an obligatory reference to a row that goes."""
    for found in references(declared):
        stays = goes(found.parent, declared) and not goes(found.child, declared)
        cascades_undeclared = found.on_delete is models.CASCADE and declared.holding_of(found.child) is None
        if stays and found.enforced and not found.field.null and not cascades_undeclared:
            yield problem("E013", _named(found))


def contradictions(declared: Registry) -> Iterator[Error]:
    """E015: nothing is kept or blanked in a row that goes, and nothing personal is left in a row that stays."""
    impossible = {
        Erase.DELETE_ROW: ({Word.KEPT, Word.MASKED}, "the whole row goes"),
        Erase.MASK_FIELDS: ({Word.PERSONAL}, "the row stays"),
        Erase.KEEP_ROW: ({Word.PERSONAL, Word.MASKED, Word.SECRET}, "the row stays as it is"),
    }
    for holding, name, rule in _rules(declared):
        words, why = impossible.get(getattr(holding, "erase", None), (set(), ""))  # type: ignore[arg-type]
        if rule.word in words:
            yield problem("E015", f"{holding.model_label}.{name}", f"it is {rule.word.value}, but {why}")
    for holding, _model in _installed(declared):
        if getattr(holding, "erase", None) is Erase.MASK_FIELDS and not any(holding.blanked()):
            yield problem("E015", holding.model_label, "nothing in it is masked")


def circular_order(declared: Registry) -> Iterator[Error]:
    """E016: holdings can be put in an order in which each is still found when its turn comes."""
    try:
        erase_order(declared)
    except ImproperlyConfigured as circle:
        yield problem("E016", "", str(circle))


def corrections_without_door(declared: Registry) -> Iterator[Error]:
    """E017: whatever may be corrected can be: its app has a door for that, and it is written and read as text."""
    for holding, model in _installed(declared):
        door = declared.doors.get(holding.model_label.lower())
        for name, _rule in holding.rectifiable():
            if door is None:
                yield problem("E017", f"{holding.model_label}.{name}", "no door is registered")
            elif name not in door.texts and not _is_text(model, name):
                yield problem("E017", f"{holding.model_label}.{name}", "it is no text, and its door has no `texts`")


def unindexed_paths(declared: Registry = registry) -> list[str]:
    """Every `table.column` that erasure looks up without an index, read from PostgreSQL's catalogue; sorted."""
    wanted: set[tuple[str, str]] = set()
    for holding, _model in _installed(declared):
        try:
            wanted |= {pair for way in routes(holding) for pair in way.looked_up()}
        except BrokenPath:
            continue
    for found in references(declared):
        if goes(found.parent, declared) and found.enforced:
            wanted.add((found.child._meta.db_table, found.field.column))
    return sorted(f"{table}.{column}" for table, column in wanted - leading_columns())


def unindexed(declared: Registry) -> Iterator[Error]:
    """E014: every path to a subject's rows, and every key on rows that go, begins an index of the database."""
    return (problem("E014", place) for place in unindexed_paths(declared))


STATIC_CHECKS: tuple[Check, ...] = (
    undeclared_models,
    unclassified_fields,
    vanished,
    broken_paths,
    impossible_masks,
    unexplained_keeping,
    exported_secrets,
    unknown_words,
    undeclared_cascades,
    generic_foreign_keys,
    files_without_store,
    incomplete_holdings,
    stranded_references,
    contradictions,
    circular_order,
    corrections_without_door,
)


def run_static(declared: Registry = registry) -> list[Error]:
    """Everything that can be said without a database."""
    return list(chain.from_iterable(check(declared) for check in STATIC_CHECKS))


def _installed(declared: Registry) -> Iterator[tuple[type[Holding], type[models.Model]]]:
    for holding in declared.holdings.values():
        try:
            yield holding, holding.model()
        except LookupError:
            continue  # E003 reports it


def _named_paths(holding: type[Holding]) -> Iterator[str]:
    yield from (path for _kind, path in holding.paths())
    yield from holding.identified_when
    yield from (path for path in holding.over_when if not path.endswith(LOOKUPS))
    yield from holding.controller_when
    yield from (f"{name}__{rule.shows}" for name, rule in holding.rules().items() if rule.shows)
    after = getattr(getattr(holding, "retain", None), "after", "")
    yield from (path for path in (after, holding.controller_name, holding.controller_contact) if path)


def _rules(declared: Registry) -> Iterator[tuple[type[Holding], str, FieldRule]]:
    for holding in declared.holdings.values():
        for name, rule in holding.rules().items():
            yield holding, name, rule


def _unknown_words_of(holding: type[Holding]) -> Iterator[str]:
    yield from (f"purpose {purpose!r}" for purpose in holding.purposes if purpose not in Purpose.values)
    yield from (f"kind {kind!r}" for kind in holding.reached_by if kind not in KINDS)
    basis = getattr(holding, "basis", None)
    if basis is not None and basis not in LegalBasis.values:
        yield f"basis {basis!r}"
    retain: Retain | None = getattr(holding, "retain", None)
    if retain is not None and retain.profile not in Profile.values:
        yield f"profile {retain.profile!r}"


def _mask_fault(model: type[models.Model], name: str, rule: FieldRule) -> str:
    try:
        field: Any = model._meta.get_field(name)
    except FieldDoesNotExist:
        return ""  # E003 reports it
    if getattr(field, "generated", False) or field.primary_key:
        return "the value cannot be written"
    if rule.mask_to is None:
        return "" if field.null else "the column is NOT NULL and `to` is missing"
    if len(rule.mask_to) > (getattr(field, "max_length", None) or len(rule.mask_to)):
        return "`to` is longer than the column"
    if _is_unique(model, field) and "{pk}" not in rule.mask_to:
        return "the column is unique, and every row would be blanked to the same value"
    return ""


def _is_text(model: type[models.Model], name: str) -> bool:
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return True  # E003 reports it
    return isinstance(field, models.CharField | models.TextField) and not field.choices


def _is_unique(model: type[models.Model], field: Any) -> bool:
    constrained = [constraint.fields for constraint in model._meta.total_unique_constraints]
    return bool(field.unique) or (field.name,) in [tuple(names) for names in constrained]


def _named(found: Reference) -> str:
    return f"{found.child._meta.label}.{found.field.name}"
