"""The words in which an app declares, beside its models, what personal data it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from privacy.data_map.registry import Registry, registry
from privacy.vocabulary import LegalBasis, Profile, Purpose

if TYPE_CHECKING:
    from django.db.models import Model, TextChoices

    from privacy.data_map.subject import Subject


class Word(Enum):
    """What happens to a field: the five words that classify every field of every model."""

    SYSTEM = "system"
    SECRET = "secret"
    PERSONAL = "personal"
    MASKED = "masked"
    KEPT = "kept"


class Erase(Enum):
    """What erasure does with the rows of a holding."""

    DELETE_ROW = "delete_row"
    MASK_FIELDS = "mask_fields"
    KEEP_ROW = "keep_row"


# Where in a JSON object a word of which closed list stands, and what that is called.
Words = tuple[tuple[str, Any, "type[TextChoices]"], ...]


@dataclass(frozen=True)
class FieldRule:
    """How one or more fields of a model are classified; built by the functions below, never by hand.

    `store` names the store that holds the file whose name the field keeps. `mask_to` may contain `{pk}`, which becomes
    the row's own key, so that a unique column can be blanked too. `label` says to a person what the field is, where the
    model's own name for it does not; fields of one label are told once. `shows` is for a foreign key: the field of the
    row it points at that is told in place of a number. `words` are for a JSON object: under which name a word of
    a closed list stands in it, what that is called, and the list. `markup` is HTML of what another field says as text:
    it is in the files of a copy, and the readable pages do not say it twice.
    """

    word: Word
    category: str = ""
    rectifiable: bool = False
    provided: bool = False
    free_text: bool = False
    third_person: bool = False
    shared_with: str = ""
    identifies: str = ""
    why: Any = ""
    mask_to: str | None = None
    store: str = ""
    label: Any = ""
    shows: str = ""
    words: Words = ()
    markup: bool = False

    @property
    def exported(self) -> bool:
        """Whether the value goes into the person's package (Art. 15(3)); secrets and system fields never do."""
        return self.word in {Word.PERSONAL, Word.MASKED, Word.KEPT} and bool(self.category)


def system(*, store: str = "") -> FieldRule:
    """A field with no personal content of its own: keys, technical states, dates of the row, names of stored files."""
    return FieldRule(Word.SYSTEM, store=store)


def secret(*, to: str | None = None) -> FieldRule:
    """A credential: erased with the row, or blanked (to NULL, or to `to`) where the row stays; never exported."""
    return FieldRule(Word.SECRET, mask_to=to)


def personal(
    category: str,
    *,
    rectifiable: bool = False,
    provided: bool = False,
    free_text: bool = False,
    third_person: bool = False,
    shared_with: str = "",
    identifies: str = "",
    store: str = "",
) -> FieldRule:
    """Personal data that goes with its row; `identifies` names the kind of identifier the value is ("email")."""
    return FieldRule(
        Word.PERSONAL,
        category,
        rectifiable=rectifiable,
        provided=provided,
        free_text=free_text,
        third_person=third_person,
        shared_with=shared_with,
        identifies=identifies,
        store=store,
    )


def markup(category: str) -> FieldRule:
    """Personal data that says as HTML what another field of the row says as text; goes with its row."""
    return FieldRule(Word.PERSONAL, category, markup=True)


def linked(category: str, *, shows: str, label: Any = "") -> FieldRule:
    """A foreign key that is personal data and goes with its row; told by the field `shows` of what it points at."""
    return FieldRule(Word.PERSONAL, category, shows=shows, label=label)


def masked(
    category: str = "",
    *,
    to: str | None = None,
    provided: bool = False,
    free_text: bool = False,
    third_person: bool = False,
    store: str = "",
    label: Any = "",
    shows: str = "",
) -> FieldRule:
    """Personal data that is blanked while the row stays: set to NULL, or to `to` where that is given."""
    return FieldRule(
        Word.MASKED,
        category,
        provided=provided,
        free_text=free_text,
        third_person=third_person,
        mask_to=to,
        store=store,
        label=label,
        shows=shows,
    )


def kept(
    category: str = "",
    *,
    why: Any,
    third_person: bool = False,
    label: Any = "",
    shows: str = "",
    words: Words = (),
) -> FieldRule:
    """Data that erasure leaves in place, with the reason that the person is told (Art. 17(3))."""
    return FieldRule(Word.KEPT, category, third_person=third_person, why=why, label=label, shows=shows, words=words)


@dataclass(frozen=True)
class Retain:
    """How long rows are kept: `days` days after the instant in the field path `after`, for people of `profile`.

    `after` may be empty when the rows live exactly as long as the account they belong to; `days` is then 0. `moment`
    says the instant as a person would ("we answered your request"): pages show it, never the field's name. Rows that
    have no term at all say in `for_good` how long they are kept and why.
    """

    profile: Profile
    after: str
    days: int
    moment: Any = ""
    for_good: Any = ""


class Holding:
    """One model that holds personal data. The class docstring is shown to the person; subclassing registers it.

    Field rules are class attributes named as the model's fields (several may share one rule: `id = user = system()`);
    where a field's name is taken by an attribute below, put it into `fields`. `into` is the registry (tests have their
    own).

    `names` say what single fields are, where their label speaks of several at once or the model's own name is a
    programmer's; pages and packages show a field under it. `in_words` give the words for values that come from a closed
    list which the model does not name: by field what makes them, value by value, in the active language.

    `reached_by` says by which paths rows are found, per kind of identifier ("user", "email", "phone", "visitor",
    "left", the addresses that the person has left, and "digest", the subject's keyed digest); several paths are OR-ed.
    A path that ends at a multi-valued relation is fine.
    `by_product` marks rows that come and go because the person uses the site or makes a request (sessions, mails, the
    request itself): their coming and going is no material change of a plan.

    `opens_account` marks the holding of the addresses with which people sign in: whoever shows that such an address is
    theirs (`identified_when` it was confirmed) is the person of that account.

    `left_since` names the field that says when the person left the addresses of the row. They are nobody's way in, and
    whoever has them today is somebody else: they are identifiers of the kind "left" and of no other.

    `second` are those of the paths by which a row reaches a person whom it only names beside the one it is about, such
    as whoever asks for someone else. Their erasure blanks no more than the fields `of_second`: the rest is not theirs.

    `documents` are further files that go into the person's package beside the rows: a name, and what writes it for the
    subject bit by bit, from the rows as they are at that moment.

    `over_when` is what else must be so, besides its age, before retention takes a row: that a file was destroyed, say.

    Where somebody else than us may be the controller of a row, `controller_name` and `controller_contact` are the paths
    to its name and to the address that takes requests, and `controller_when` says which rows these are.
    """

    model_label: ClassVar[str]
    registry: ClassVar[Registry]
    title: ClassVar[Any] = ""
    reached_by: ClassVar[Mapping[str, str | tuple[str, ...]]] = {}
    second: ClassVar[tuple[str, ...]] = ()
    of_second: ClassVar[tuple[str, ...]] = ()
    identified_when: ClassVar[Mapping[str, Any]] = {}
    purposes: ClassVar[list[Purpose]] = []
    basis: ClassVar[LegalBasis]
    source: ClassVar[Any] = ""
    recipients: ClassVar[list[str]] = []
    retain: ClassVar[Retain]
    erase: ClassVar[Erase]
    fields: ClassVar[Mapping[str, FieldRule]] = {}
    names: ClassVar[Mapping[str, Any]] = {}
    in_words: ClassVar[Mapping[str, Callable[[], Mapping[str, Any]]]] = {}
    by_product: ClassVar[bool] = False
    opens_account: ClassVar[bool] = False
    left_since: ClassVar[str] = ""
    over_when: ClassVar[Mapping[str, Any]] = {}
    documents: ClassVar[Mapping[str, Callable[[Subject], Iterator[bytes]]]] = {}
    controller_name: ClassVar[str] = ""
    controller_contact: ClassVar[str] = ""
    controller_when: ClassVar[Mapping[str, Any]] = {}

    def __init_subclass__(cls, *, model: str | None, into: Registry = registry, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if model is None:
            return  # a part of a holding (see `provided_part`): registered is the whole
        cls.model_label = model
        cls.registry = into
        into.add_holding(cls)

    @classmethod
    def model(cls) -> type[Model]:
        """The model class; raises LookupError if it is not installed."""
        return cls.registry.model_of(cls)

    @classmethod
    def rules(cls) -> dict[str, FieldRule]:
        """Every classified field of the model by name."""
        found = {name: value for name, value in vars(cls).items() if isinstance(value, FieldRule)}
        return {**found, **cls.fields}

    @classmethod
    def named(cls, name: str) -> str:
        """What a single field is called where something was said of it, in the active language; empty otherwise."""
        return str(cls.names.get(name, "")) or str(cls.rules()[name].label)

    @classmethod
    def exported(cls) -> Iterator[tuple[str, FieldRule]]:
        """The fields that go into the person's package, in declaration order."""
        return ((name, rule) for name, rule in cls.rules().items() if rule.exported)

    @classmethod
    def receivers(cls) -> list[str]:
        """Who gets to see something of it: the recipients of the whole, then those of single fields, each once."""
        shared = (rule.shared_with for rule in cls.rules().values() if rule.shared_with)
        return list(dict.fromkeys([*cls.recipients, *shared]))

    @classmethod
    def portable(cls) -> Iterator[tuple[str, FieldRule]]:
        """The fields that the person provided, on consent or contract: what portability is about (Art. 20(1))."""
        if cls.basis not in {LegalBasis.CONSENT, LegalBasis.CONTRACT}:
            return iter(())
        return ((name, rule) for name, rule in cls.exported() if rule.provided)

    @classmethod
    def rectifiable(cls) -> Iterator[tuple[str, FieldRule]]:
        """The fields that a person may have corrected (Art. 16)."""
        return ((name, rule) for name, rule in cls.rules().items() if rule.rectifiable)

    @classmethod
    def blanked(cls) -> Iterator[tuple[str, FieldRule]]:
        """The fields that erasure blanks because the row stays; none where the row goes or stays as it is."""
        if cls.erase is not Erase.MASK_FIELDS:
            return iter(())
        return ((name, rule) for name, rule in cls.rules().items() if rule.word in {Word.MASKED, Word.SECRET})

    @classmethod
    def paths(cls) -> Iterator[tuple[str, str]]:
        """Each (kind of identifier, path) by which rows are reached, in declaration order."""
        for kind, declared in cls.reached_by.items():
            for path in (declared,) if isinstance(declared, str) else declared:
                yield kind, path

    @classmethod
    def identifying(cls, kind: str) -> list[str]:
        """The fields whose values are identifiers of this kind."""
        return [name for name, rule in cls.rules().items() if rule.identifies == kind]

    @classmethod
    def slug(cls) -> str:
        """The holding's stable name in files, plans and step markers: `app-model`, lower case."""
        return cls.model_label.lower().replace(".", "-")


@lru_cache(maxsize=256)
def provided_part(holding: type[Holding]) -> type[Holding]:
    """The holding as portability sees it: the same rows, of which only what the person provided is copied (Art. 20)."""

    class Provided(holding, model=None):  # type: ignore[call-arg, misc, valid-type]
        @classmethod
        def rules(cls) -> dict[str, FieldRule]:
            return holding.rules()

        @classmethod
        def exported(cls) -> Iterator[tuple[str, FieldRule]]:
            return holding.portable()

    Provided.__doc__ = holding.__doc__
    return Provided


@lru_cache(maxsize=256)
def blanked_parts(holding: type[Holding]) -> tuple[type[Holding], ...]:
    """The holding as an erasure blanks it: in full for whom a row is about, then in part for whom it only names."""
    if not holding.second:
        return (holding,)
    ways = list(holding.paths())

    class About(holding, model=None):  # type: ignore[call-arg, misc, valid-type]
        reached_by = _grouped((kind, path) for kind, path in ways if path not in holding.second)

        @classmethod
        def rules(cls) -> dict[str, FieldRule]:
            return holding.rules()

    class Named(holding, model=None):  # type: ignore[call-arg, misc, valid-type]
        reached_by = _grouped((kind, path) for kind, path in ways if path in holding.second)

        @classmethod
        def rules(cls) -> dict[str, FieldRule]:
            return {name: rule for name, rule in holding.rules().items() if name in holding.of_second}

    return About, Named


def _grouped(ways: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for kind, path in ways:
        found[kind] = (*found.get(kind, ()), path)
    return found


def nobody(model: str, *, because: str, into: Registry = registry) -> None:
    """Declare that a model holds no personal data, and why; that is a statement too."""
    into.add_nobody(model, because)


class Store:
    """A place outside the database's tables that may hold personal data: files, cache, task broker, sessions elsewhere.

    Subclass, fill in, and instantiate once in `personal_data.py`; the instance registers itself. All methods must be
    safe to run twice. `because` tells the person what the place is for and what it can hold.
    """

    name: str = ""
    title: Any = ""
    because: Any = ""

    def __init__(self, *, into: Registry = registry) -> None:
        self.registry = into
        into.add_store(self)

    def find(self, subject: Subject) -> int:
        """How many items of this store belong to the subject."""
        raise NotImplementedError

    def erase(self, subject: Subject) -> int:
        """Remove the subject's items; returns how many were removed. A second call removes none."""
        raise NotImplementedError

    def verify(self, identifiers: frozenset[str]) -> list[str]:
        """Places in this store where one of the (folded) identifiers is still found; empty when clean."""
        raise NotImplementedError
