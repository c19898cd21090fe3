"""The plan: what a right does with each holding of a subject; the same object is shown, approved and carried out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from privacy.data_map.declarations import Erase, Word
from privacy.data_map.held import held_parts
from privacy.data_map.reach import pk_sql
from privacy.data_map.registry import Registry, registry
from privacy.data_map.relations import erase_order
from privacy.vocabulary import Action, Category, Right

if TYPE_CHECKING:
    from privacy.data_map.declarations import Holding, Store
    from privacy.data_map.subject import Subject

STORE_PREFIX = "store-"
NOTHING: Mapping[str, str] = MappingProxyType({})
ACTIONS = {Erase.DELETE_ROW: Action.ERASE, Erase.MASK_FIELDS: Action.MASK, Erase.KEEP_ROW: Action.KEEP}


@dataclass(frozen=True)
class PlanItem:
    """One holding or store of a plan, in words a lay person reads; `count` is its rows (or items) right now.

    `material` is False where rows come and go as a by-product of the request itself.
    """

    slug: str
    title: str
    description: str
    action: Action
    count: int
    reason: str = ""
    categories: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    basis: str = ""
    retention: str = ""
    recipients: tuple[str, ...] = ()
    masked_fields: tuple[str, ...] = ()
    kept_fields: tuple[str, ...] = ()
    material: bool = True


@dataclass(frozen=True)
class Plan:
    """What happens to everything we hold about one subject; `declared` fingerprints the data map it was made from."""

    right: Right
    items: tuple[PlanItem, ...]
    declared: str

    @property
    def hash(self) -> str:
        """SHA-256 of what matters: which holdings and stores have something, and what is done with each.

        It does not depend on language, nor on counts that drift; a holding gained or lost, or an action changed, does
        change it, so that a plan is never carried out that nobody approved.
        """
        present = sorted(f"{item.slug}={item.action.value}" for item in self.items if item.material and item.count)
        content = json.dumps([self.right.value, self.declared, present], separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """The plan as plain values, in the language it was made in."""
        items = [asdict(item) | {"action": item.action.value} for item in self.items]
        return json.loads(json.dumps({"right": self.right.value, "declared": self.declared, "items": items}))  # type: ignore[no-any-return]

    def sparing(self, spared: Mapping[str, str]) -> Plan:
        """The same plan, with the named holdings left as they are, each for its reason."""

        def kept(item: PlanItem) -> PlanItem:
            if item.slug not in spared:
                return item
            return replace(item, action=Action.KEEP, reason=spared[item.slug], retention=_while_it_holds())

        return replace(self, items=tuple(kept(item) for item in self.items))

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Plan:
        """The plan that `as_json` wrote, said anew in the active language; counts and actions stay what they were.

        Raises KeyError, TypeError or ValueError for anything else.
        """
        right = Right(content["right"])
        said = tuple(_retold(_item(entry), right) for entry in content["items"])
        return cls(right, said, content["declared"])


def plan(subject: Subject, right: Right, *, spared: Mapping[str, str] = NOTHING, declared: Registry = registry) -> Plan:
    """What `right` does now with each holding and store that has something of the subject; reads, changes nothing.

    Texts are in the active language. Holdings come in the order of erasure, stores first, as the work is done. `spared`
    are the holdings that an erasure leaves as they are, by slug, each with the exception of the law (Art. 17(3)); those
    under a legal hold are left without being named.
    """
    holdings = [holding for holding in erase_order(declared) if _concerned(holding, right)]
    counts = counts_of(subject, holdings)
    items = [_holding_item(holding, right, counts[holding.slug()]) for holding in holdings if counts[holding.slug()]]
    if right is Right.ERASURE:
        items = [*_store_items(subject, declared), *items]
        held = held_parts(subject.digests(), declared)
        spared = {**{slug: str(part.ground.label) for slug, part in held.items()}, **spared}
    return Plan(right, tuple(items), declared_fingerprint(declared, right)).sparing(spared)


def planned_titles(content: Mapping[str, Any]) -> dict[str, str]:
    """What each holding of a stored plan is called, by slug, in the active language; nothing where there is no plan."""
    return {item.slug: item.title for item in Plan.from_json(content).items} if content else {}


def planned_title(content: Mapping[str, Any], slug: str) -> str:
    """What one holding of a stored plan is called, in the active language; its slug where the plan does not name it."""
    return planned_titles(content).get(slug, slug)


def _retold(item: PlanItem, right: Right) -> PlanItem:
    """One line of a stored plan in the active language; as it was written where its holding is declared no more."""
    store = registry.stores.get(item.slug.removeprefix(STORE_PREFIX))
    if store is not None and item.slug.startswith(STORE_PREFIX):
        return replace(_store_item(store, item.count), action=item.action)
    holding = registry.holding_named(item.slug)
    if holding is None:
        return item
    said = _holding_item(holding, right, item.count)
    if said.action is item.action:
        return said
    # What is spared against the declaration stays for the reason that was written then.
    return replace(said, action=item.action, reason=item.reason, retention=_while_it_holds())


def _concerned(holding: type[Holding], right: Right) -> bool:
    """Whether the right does anything with rows of this holding; a correction or a restriction has no plan."""
    fields = {Right.ACCESS: holding.exported, Right.PORTABILITY: holding.portable}
    return right is Right.ERASURE or (right in fields and any(fields[right]()))


def counts_of(subject: Subject, holdings: list[type[Holding]]) -> dict[str, int]:
    """How many rows of each holding belong to the subject, by slug, in one round trip."""
    if not holdings:
        return {}
    parts: list[str] = []
    params: list[Any] = []
    for holding in holdings:
        sql, values = pk_sql(holding, subject)
        parts.append(f"SELECT %s, (SELECT count(*) FROM ({sql}) mine)")
        params += [holding.slug(), *values]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        return dict(cursor.fetchall())


def declared_fingerprint(declared: Registry, right: Right) -> str:
    """SHA-256 of what the data map says is done under a right, field by field, whoever the subject is."""
    with translation.override(None):
        said = [
            [
                holding.slug(),
                _action(holding, right).value,
                sorted([name, rule.word.value, str(rule.why)] for name, rule in holding.rules().items()),
            ]
            for holding in declared.holdings.values()
        ]
    content = json.dumps([sorted(said), sorted(declared.stores)], separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def _action(holding: type[Holding], right: Right) -> Action:
    return ACTIONS[holding.erase] if right is Right.ERASURE else Action.EXPORT


def _holding_item(holding: type[Holding], right: Right, count: int) -> PlanItem:
    erasing = right is Right.ERASURE
    rules = holding.rules()
    kept = {name: str(rule.why) for name, rule in rules.items() if rule.word is Word.KEPT}
    return PlanItem(
        slug=holding.slug(),
        title=str(holding.title) or holding.slug(),
        description=str(_(one_line(holding.__doc__))),
        action=_action(holding, right),
        count=count,
        reason=" ".join(dict.fromkeys(kept.values())) if erasing else "",
        categories=tuple(dict.fromkeys(str(Category(rule.category).label) for _name, rule in holding.exported())),
        purposes=tuple(str(purpose.label) for purpose in holding.purposes),
        basis=str(holding.basis.label),
        retention=retention(holding),
        recipients=tuple(_(recipient) for recipient in holding.recipients),
        masked_fields=_labels(holding, (name for name, _rule in holding.blanked())) if erasing else (),
        kept_fields=_labels(holding, kept) if erasing else (),
        material=not holding.by_product,
    )


def _store_items(subject: Subject, declared: Registry) -> list[PlanItem]:
    found = [(store, store.find(subject)) for store in declared.stores.values()]
    return [_store_item(store, count) for store, count in found if count]


def _store_item(store: Store, count: int) -> PlanItem:
    return PlanItem(
        slug=f"{STORE_PREFIX}{store.name}",
        title=str(store.title) or store.name,
        description=str(store.because),
        action=Action.ERASE,
        count=count,
        material=False,
    )


def retention(holding: type[Holding]) -> str:
    """How long rows of a holding are kept, in words, in the active language."""
    retain = holding.retain
    if retain.for_good:
        return str(retain.for_good)
    if not retain.after:
        return _("as long as your account exists")
    if not retain.days:
        return _("until %(moment)s") % {"moment": retain.moment}
    return _("%(time)s after %(moment)s") % {"time": duration(retain.days), "moment": retain.moment}


def _while_it_holds() -> str:
    """Until when something stays that an exception of the law spares, whatever its own term was."""
    return _("as long as this reason holds")


def duration(days: int) -> str:
    """A length of time as people say it, in the active language: years where they are whole, days otherwise."""
    years, rest = divmod(days, 365)
    if years and rest <= 1:  # five years are 1825 or 1826 days
        return ngettext("%(years)d year", "%(years)d years", years) % {"years": years}
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def _labels(holding: type[Holding], names: Iterable[str]) -> tuple[str, ...]:
    """What the fields are, in words for a person, each once."""
    rules, meta = holding.rules(), holding.model()._meta
    found = [str(rules[name].label) or str(getattr(meta.get_field(name), "verbose_name", name)) for name in names]
    return tuple(dict.fromkeys(found))


def one_line(text: str | None) -> str:
    """A docstring as one line of text."""
    return " ".join((text or "").split())


def _item(entry: Mapping[str, Any]) -> PlanItem:
    known = {field.name for field in fields(PlanItem)}
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}
    if unknown := set(values) - known:
        raise ValueError(f"not part of a plan: {sorted(unknown)}")
    return PlanItem(**values | {"action": Action(entry["action"])})
