"""The words in which an app declares, beside its models, what personal data it holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar

from privacy.data_map.registry import registry
from privacy.vocabulary import LegalBasis, Profile, Purpose


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


@dataclass(frozen=True)
class FieldRule:
    """How one or more fields of a model are classified; built by the functions below, never by hand."""

    word: Word
    category: str = ""
    rectifiable: bool = False
    provided: bool = False
    free_text: bool = False
    third_person: bool = False
    shared_with: str = ""
    identifies: str = ""
    why: str = ""
    mask_to: str | None = None

    @property
    def exported(self) -> bool:
        """Whether the value goes into the person's package (Art. 15(3)); secrets and system fields never do."""
        return self.word in {Word.PERSONAL, Word.MASKED, Word.KEPT} and bool(self.category)


def system() -> FieldRule:
    """A field with no personal content of its own: keys, technical states, dates of the row."""
    return FieldRule(Word.SYSTEM)


def secret() -> FieldRule:
    """A credential: erased with the row, never exported."""
    return FieldRule(Word.SECRET)


def personal(
    category: str,
    *,
    rectifiable: bool = False,
    provided: bool = False,
    free_text: bool = False,
    third_person: bool = False,
    shared_with: str = "",
    identifies: str = "",
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
    )


def masked(
    category: str = "",
    *,
    to: str | None = None,
    provided: bool = False,
    free_text: bool = False,
    third_person: bool = False,
) -> FieldRule:
    """Personal data that is blanked while the row stays: set to NULL, or to `to` where that is given."""
    return FieldRule(
        Word.MASKED, category, provided=provided, free_text=free_text, third_person=third_person, mask_to=to
    )


def kept(category: str = "", *, why: str, third_person: bool = False) -> FieldRule:
    """Data that erasure leaves in place, with the reason that the person is told (Art. 17(3))."""
    return FieldRule(Word.KEPT, category, third_person=third_person, why=why)


@dataclass(frozen=True)
class Retain:
    """How long rows are kept: `days` days after the instant in the field path `after`, for people of `profile`.

    `after` may be empty when the rows live exactly as long as the account they belong to; `days` is then 0.
    """

    profile: Profile
    after: str
    days: int


class Holding:
    """One model that holds personal data. The class docstring is shown to the person; subclassing registers it.

    Field rules are class attributes named as the model's fields (several may share one rule: `id = user = system()`);
    where a field's name is taken by an attribute below, put it into `fields`.
    """

    model_label: ClassVar[str]
    title: ClassVar[Any] = ""
    reached_by: ClassVar[Mapping[str, str]] = {}
    identified_when: ClassVar[Mapping[str, Any]] = {}
    purposes: ClassVar[list[Purpose]] = []
    basis: ClassVar[LegalBasis]
    source: ClassVar[Any] = ""
    recipients: ClassVar[list[str]] = []
    retain: ClassVar[Retain]
    erase: ClassVar[Erase]
    fields: ClassVar[Mapping[str, FieldRule]] = {}

    def __init_subclass__(cls, *, model: str, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.model_label = model
        registry.add_holding(cls)

    @classmethod
    def rules(cls) -> dict[str, FieldRule]:
        """Every classified field of the model by name."""
        found = {name: value for name, value in vars(cls).items() if isinstance(value, FieldRule)}
        return {**found, **cls.fields}

    @classmethod
    def exported(cls) -> Iterator[tuple[str, FieldRule]]:
        """The fields that go into the person's package, in declaration order."""
        return ((name, rule) for name, rule in cls.rules().items() if rule.exported)

    @classmethod
    def slug(cls) -> str:
        """The holding's stable name in files, plans and step markers: `app-model`, lower case."""
        return cls.model_label.lower().replace(".", "-")


def nobody(model: str, *, because: str) -> None:
    """Declare that a model holds no personal data, and why; that is a statement too."""
    registry.add_nobody(model, because)


class Store:
    """A place outside the database's tables that may hold personal data: files, cache, task broker, sessions elsewhere.

    Subclass, fill in, and instantiate once in `personal_data.py`; the instance registers itself. All methods must be
    safe to run twice.
    """

    name: str = ""
    title: Any = ""
    because: str = ""

    def __init__(self) -> None:
        registry.add_store(self)

    def find(self, subject: Any) -> int:
        """How many items of this store belong to the subject."""
        raise NotImplementedError

    def erase(self, subject: Any) -> int:
        """Remove the subject's items; returns how many were removed. A second call removes none."""
        raise NotImplementedError

    def verify(self, identifiers: frozenset[str]) -> list[str]:
        """Places in this store where one of the (folded) identifiers is still found; empty when clean."""
        raise NotImplementedError
