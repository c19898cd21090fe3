"""What each exported field is to the package: its label, its kind of value, and the SQL that writes it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Literal

from django.db import connection
from django.db.models import Field
from django.utils.text import capfirst
from django.utils.translation import pgettext

from privacy.data_map.declarations import FieldRule, Holding, Word
from privacy.package import terms
from privacy.package.per_language import per_language

Kind = Literal[
    "text", "address", "integer", "number", "boolean", "instant", "date", "time", "duration", "json", "list", "other"
]

# What stands in the place of another person's data (Art. 15(4) GDPR); one constant, so that a count can be checked.
ANOTHER_PERSON = "[another person]"

# A spreadsheet takes a cell for a formula when it begins with = + - @ tab, line feed or carriage return, or with the
# full-width forms of the first four.
FORMULA_STARTS = (61, 43, 45, 64, 9, 10, 13, 65309, 65291, 65293, 65312)

KINDS: Mapping[str, Kind] = {
    "CharField": "text",
    "TextField": "text",
    "SlugField": "text",
    "FileField": "text",
    "FilePathField": "text",
    "UUIDField": "text",
    "GenericIPAddressField": "address",
    "BinaryField": "text",
    "AutoField": "integer",
    "BigAutoField": "integer",
    "SmallAutoField": "integer",
    "IntegerField": "integer",
    "BigIntegerField": "integer",
    "SmallIntegerField": "integer",
    "PositiveIntegerField": "integer",
    "PositiveBigIntegerField": "integer",
    "PositiveSmallIntegerField": "integer",
    "DecimalField": "number",
    "FloatField": "number",
    "BooleanField": "boolean",
    "DateTimeField": "instant",
    "DateField": "date",
    "TimeField": "time",
    "DurationField": "duration",
    "JSONField": "json",
    "ArrayField": "list",
}
# Kinds whose text PostgreSQL builds itself, so that no person can choose how a cell begins; `jsonb` is one of them.
UNFORGEABLE = frozenset({"address", "integer", "number", "boolean", "instant", "date", "time", "json"})


@dataclass(frozen=True, eq=False)
class Column:
    """One exported field of a holding; compared by identity, so that what is made of it can be remembered."""

    name: str
    label: str
    kind: Kind
    rule: FieldRule
    choices: Mapping[Any, str]
    _source: str
    _raw_json: bool

    # One that is made for a single package is not remembered beyond it.
    lasting: ClassVar[bool] = True

    def json_sql(self) -> str:
        """The value as `row_to_json` is to see it, named as the field."""
        return f"{self.json_value()} AS {_quote(self.name)}"

    def csv_sql(self) -> str:
        """The value as it stands in a cell, named as the field."""
        return f"{self.csv_value()} AS {_quote(self.name)}"

    def json_value(self) -> str:
        """The value for `row_to_json`."""
        if self.rule.third_person:
            return self._hidden_sql()
        if self._raw_json:
            # The `json` type keeps the line breaks between values that it was given; a line of JSON must not have any.
            return f"translate({self._source}::text, e'\\n\\r', '  ')::json"
        return self._source

    def csv_value(self) -> str:
        """The value for a cell: text of people's own making cannot begin a formula (CSV injection)."""
        if self.rule.third_person:
            return self._hidden_sql()
        if self.kind == "boolean":
            return f"{self._source}::text"
        if self.kind not in UNFORGEABLE or self._raw_json:
            return guarded(f"{self._source}::text")
        return self._source

    def marks(self) -> Mapping[str, str]:
        """What may stand in the place of a value, or within it, each with its words in the active language."""
        return {}

    @property
    def searched(self) -> Literal["text", "json", ""]:
        """How a term is looked for in it: within a text, in a value that is left out whole, or not at all."""
        if self.choices or self.kind not in {"text", "address", "json", "list", "other"}:
            return ""
        return "text" if self.kind == "text" else "json"

    def holds_sql(self, term: str) -> str:
        """A condition that is true where a term stands in the value; only for one that can be searched."""
        in_json = self.searched == "json"
        text = f"to_jsonb({self._source})::text" if in_json else f"{self._source}::text"
        return f"coalesce({text} ~ {literal(terms.pattern(term, in_json=in_json))}, false)"

    def other_people_sql(self) -> str:
        """A condition that is true where the field names another person."""
        return f"coalesce({self._source}::text, '') <> ''"

    def _hidden_sql(self) -> str:
        text = f"{self._source}::text"
        return f"CASE WHEN {text} <> '' THEN '{ANOTHER_PERSON}' ELSE {text} END"


def literal(text: str) -> str:
    """A text as a literal of SQL, whatever the session says of backslashes; for COPY, which takes no parameters."""
    quoted = text.replace("\\", "\\\\").replace("'", "''")
    return f"E'{quoted}'" if "\\" in text else f"'{quoted}'"


def key_sql(holding: type[Holding]) -> str:
    """The primary key of a row that an export reads, as text; its hash where the key itself opens something."""
    pk = holding.model()._meta.pk
    text = f"r.{_quote(str(pk.column))}::text"
    return f"encode(sha256(convert_to({text}, 'UTF8')), 'hex')" if is_secret_key(holding) else text


def is_secret_key(holding: type[Holding]) -> bool:
    """Whether the primary key of the rows is a credential, such as that of a session."""
    rule = holding.rules().get(holding.model()._meta.pk.name)
    return rule is not None and rule.word is Word.SECRET


def guarded(text: str) -> str:
    """SQL of a text, with an apostrophe before it where a spreadsheet would take it for a formula."""
    starts = ", ".join(str(code) for code in FORMULA_STARTS)
    return f"CASE WHEN ascii({text}) IN ({starts}) THEN '''' || {text} ELSE {text} END"


def json_fields(columns: tuple[Column, ...]) -> str:
    """The list of expressions that `row_to_json` reads."""
    return _json_fields(columns) if _lasting(columns) else ", ".join(column.json_sql() for column in columns)


def csv_fields(columns: tuple[Column, ...]) -> str:
    """The list of expressions that fill the cells."""
    return _csv_fields(columns) if _lasting(columns) else ", ".join(column.csv_sql() for column in columns)


@lru_cache(maxsize=4096)
def _json_fields(columns: tuple[Column, ...]) -> str:
    return ", ".join(column.json_sql() for column in columns)


@lru_cache(maxsize=4096)
def _csv_fields(columns: tuple[Column, ...]) -> str:
    return ", ".join(column.csv_sql() for column in columns)


def _lasting(columns: tuple[Column, ...]) -> bool:
    return all(column.lasting for column in columns)


@per_language
def columns_of(holding: type[Holding]) -> tuple[Column, ...]:
    """The exported fields of a holding, in the order of its declaration; labels in the active language."""
    return tuple(_columns(holding))


@per_language
def source_columns(holding: type[Holding]) -> tuple[str, ...]:
    """The quoted columns that an export reads, the primary key first; each once."""
    meta = holding.model()._meta
    names = [meta.pk.column, *(_concrete(meta.get_field(name)).column for name, _ in holding.exported())]
    return tuple(_quote(name) for name in dict.fromkeys(names))


def _columns(holding: type[Holding]) -> Iterator[Column]:
    meta = holding.model()._meta
    for name, rule in holding.exported():
        field = _concrete(meta.get_field(name))
        label = holding.named(name) or pgettext("field", str(field.verbose_name))
        shown, source = _shown(field, rule)
        words = holding.in_words[name]() if name in holding.in_words else {}
        yield Column(
            name=name,
            label=capfirst(label),
            kind=_kind(shown),
            rule=rule,
            choices={**_choices(shown), **{value: str(text) for value, text in words.items()}},
            _source=source,
            _raw_json=shown.db_type(connection) == "json",
        )


def _choices(field: "Field[Any, Any]") -> dict[Any, str]:
    """The closed list that the model itself names."""
    return {key: str(text) for key, text in getattr(field, "base_field", field).flatchoices}


def _shown(field: "Field[Any, Any]", rule: FieldRule) -> tuple["Field[Any, Any]", str]:
    """The field whose value is told, and the SQL that reads it: the row's own, or one of the row it points at."""
    own = f"r.{_quote(str(field.column))}"
    if not rule.shows:
        return field, own
    there: Any = field.related_model
    shown, key = _concrete(there._meta.get_field(rule.shows)), _quote(field.target_field.column)  # type: ignore[attr-defined]
    return shown, f"(SELECT s.{_quote(str(shown.column))} FROM {_quote(there._meta.db_table)} s WHERE s.{key} = {own})"


def _concrete(field: Any) -> "Field[Any, Any]":
    """The field itself; raises TypeError for a relation without a column, which no holding may export."""
    if not isinstance(field, Field) or field.column is None:
        raise TypeError(f"{field} has no column of its own and cannot be exported")
    return field


def _kind(field: "Field[Any, Any]") -> Kind:
    target: Any = field
    while target.is_relation:
        target = target.target_field
    return KINDS.get(target.get_internal_type(), "other")


def _quote(name: str) -> str:
    return connection.ops.quote_name(name)
