"""Values that can be put right (Art. 16 GDPR): what is held, as text, and the door by which its own app changes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from privacy.data_map.reach import rows
from privacy.data_map.registry import Registry, registry
from privacy.forms import TOO_LONG

if TYPE_CHECKING:
    from privacy.actors import Actor
    from privacy.data_map.declarations import Holding
    from privacy.data_map.subject import Subject

# Of a holding with more rows than this, the newest are shown: a form has room for no more.
MOST_ROWS = 100


@dataclass(frozen=True)
class Elsewhere:
    """Why nobody but the person can change a value, and the page on which they do: its URL's name and its link text."""

    why: Any
    url_name: str
    label: Any


@dataclass(frozen=True)
class Texts:
    """How a field is written for a person and read from what they type, where that is more than the model's own rules.

    `read` raises ValidationError with words for the person. What `write` gives must not depend on the language.
    """

    read: Callable[[str], Any]
    write: Callable[[Any], str] = str
    hint: Any = ""


def _nowhere(_row: models.Model, _name: str) -> Elsewhere | None:
    return None


def _nothing(_row: models.Model, _name: str, _value: Any) -> str:
    return ""


@dataclass(frozen=True)
class Door:
    """How an app has its rows corrected, registered with `register_door`.

    `change(actor, row, field, value)` is the app's service: in the caller's transaction, with the row locked, it writes
    the value and leaves its own audit entry; the other fields of `row` may be out of date by then. `elsewhere(row,
    field)` names what only the person can change themselves. `speaks_against(row, field, value)` says in words for
    staff what must come first, or nothing.
    """

    change: Callable[[Actor, Any, str, Any], object]
    texts: Mapping[str, Texts] = field(default_factory=dict)
    elsewhere: Callable[[Any, str], Elsewhere | None] = _nowhere
    speaks_against: Callable[[Any, str, Any], str] = _nothing


def register_door(label: str, door: Door, *, into: Registry = registry) -> None:
    """Say how rows of a model ("accounts.Profile") are corrected; raises ImproperlyConfigured if that was said before.

    Apps call it in `job_handlers.py`. A field that may be corrected and has no door is a fault of the data map (E017).
    """
    into.add_door(label, door)


@dataclass(frozen=True)
class Held:
    """One value that may be corrected, as it stands in a row of the subject."""

    holding: type[Holding]
    row: models.Model
    name: str

    @property
    def row_key(self) -> str:
        """The row's primary key."""
        return str(self.row.pk)

    @property
    def key(self) -> str:
        """What names the value among all: holding, row and field."""
        return f"{self.holding.slug()}:{self.row_key}:{self.name}"

    @property
    def label(self) -> str:
        """What the value is, in the active language."""
        return label_of(self.holding, self.name)

    @property
    def row_title(self) -> str:
        """What tells the row from others: the name of what it points at; empty where it points nowhere."""
        shown = [(name, rule.shows) for name, rule in self.holding.rules().items() if rule.shows]
        return str(getattr(getattr(self.row, shown[0][0]), shown[0][1])) if shown else ""

    @property
    def dated(self) -> date | None:
        """When the row came about, if it says so: a day, or an instant."""
        return next((getattr(self.row, name) for name in dated(self.holding)), None)

    @property
    def text(self) -> str:
        """The value as text; empty where there is none."""
        return self.written(getattr(self.row, self.name))

    @property
    def hint(self) -> Any:
        """How it is to be written, where that is not plain."""
        return self._texts.hint if self._texts else ""

    @property
    def multiline(self) -> bool:
        """Whether the text can have several lines."""
        return isinstance(self._field, models.TextField | models.JSONField)

    @property
    def elsewhere(self) -> Elsewhere | None:
        """Where the person changes it themselves, if nobody else can."""
        return self._door.elsewhere(self.row, self.name)

    def written(self, value: Any) -> str:
        """A value of this field as text: what `read` gives is always written the same way, however it was typed."""
        return "" if value is None else tidied(self._texts.write(value) if self._texts else str(value))

    def read(self, typed: str) -> Any:
        """The value that the text stands for; raises ValidationError in words for the person."""
        text = tidied(typed)
        if not text and self._field.null:
            return None
        value = self._texts.read(text) if self._texts else text
        try:
            return self._field.clean(value, self.row)
        except ValidationError as error:
            raise _in_plain_words(error, self._field, text) from error

    def hindrance(self, value: Any) -> str:
        """Why the value cannot be written now, in words for staff, such as that somebody else has it; or nothing.

        Never for the person: it would tell them whether an address or a name is somebody's.
        """
        wanted = copy(self.row)
        setattr(wanted, self.name, value)
        try:
            wanted.validate_unique()
            wanted.validate_constraints()
        except ValidationError as error:
            return _("Another record has this already.") if _codes(error) & _TAKEN else " ".join(error.messages)
        return self._door.speaks_against(self.row, self.name, value)

    def put_right(self, actor: Actor, value: Any) -> None:
        """Change it by the owning app's door, in the caller's transaction; the row must come from `find(lock=True)`."""
        self._door.change(actor, self.row, self.name, value)

    @property
    def _door(self) -> Door:
        return self.holding.registry.doors[self.holding.model_label.lower()]

    @property
    def _texts(self) -> Texts | None:
        return self._door.texts.get(self.name)

    @property
    def _field(self) -> Any:
        return self.row._meta.get_field(self.name)


def held(subject: Subject, *, declared: Registry = registry) -> Iterator[Held]:
    """Every value of the subject that may be corrected, row by row; of each holding the newest MOST_ROWS rows."""
    for holding in declared.holdings.values():
        if any(holding.rectifiable()):
            for row in islice(_newest_first(holding, subject), MOST_ROWS):
                yield from (Held(holding, row, name) for name, _rule in holding.rectifiable())


def find(
    subject: Subject, slug: str, row_key: str, name: str, *, lock: bool = False, declared: Registry = registry
) -> Held | None:
    """One value, if it is the subject's and may be corrected; None for whatever else is named, and where it is gone."""
    holding = declared.holdings.get(slug.replace("-", ".", 1))
    if holding is None or name not in dict(holding.rectifiable()):
        return None
    key: Any = holding.model()._meta.pk
    try:
        mine = rows(holding, subject).filter(pk=key.to_python(row_key))
    except ValidationError:
        return None
    row = (mine.select_for_update(of=("self",)) if lock else mine).first()
    return Held(holding, row, name) if row is not None else None


def label_of(holding: type[Holding], name: str) -> str:
    """What a field is, in words for a person, in the active language."""
    label = holding.named(name) or str(getattr(holding.model()._meta.get_field(name), "verbose_name", ""))
    return capfirst(label)


def tidied(text: str) -> str:
    """The text without space around it and with one kind of line break: browsers send another than they were given."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _newest_first(holding: type[Holding], subject: Subject) -> models.QuerySet[models.Model]:
    mine = rows(holding, subject).order_by(*(f"-{name}" for name in dated(holding)), "pk")
    linked = [name for name, rule in holding.rules().items() if rule.shows]
    return mine.select_related(*linked) if linked else mine


def dated(holding: type[Holding]) -> list[str]:
    """The first declared field that says when a row came about, if there is one."""
    meta = holding.model()._meta
    return [name for name in holding.rules() if isinstance(meta.get_field(name), models.DateField)][:1]


_TAKEN = {"unique", "unique_together"}


def _codes(error: ValidationError) -> set[str | None]:
    if hasattr(error, "error_dict"):
        return {found.code for several in error.error_dict.values() for found in several}
    return {found.code for found in error.error_list}


def _in_plain_words(error: ValidationError, of: Any, text: str) -> ValidationError:
    """The model's own objection as we say it."""
    codes = _codes(error)
    if codes & {"blank", "null"}:
        return ValidationError(_("This cannot be left empty. Enter what is right."), code="blank")
    if "max_length" in codes:
        counts = {"limit_value": of.max_length, "show_value": len(text)}
        return ValidationError(TOO_LONG % counts, code="max_length")
    return error
