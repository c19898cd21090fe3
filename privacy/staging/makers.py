"""By which expression each field of the data map is made up: by its kind, its word and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from privacy.data_map.declarations import FieldRule, Word
from privacy.keys.registered import digest_columns

if TYPE_CHECKING:
    from privacy.data_map.declarations import Holding

# No hash begins so: nobody signs in with it.
UNUSABLE = "'!not a password'"
# Whose words are a person's own; what stands under another category is ours as far as it is a word of a closed list.
THEIR_WORDS = {"identity", "contact", "employer", "content", "messages", "other", "location"}
LONGEST = 1_000_000
# Days, numbers and yes or no stay: without the rest of the row they are nobody's.
PLAIN = (
    models.DateField,
    models.TimeField,
    models.BooleanField,
    models.IntegerField,
    models.DecimalField,
    models.FloatField,
    models.DurationField,
)
TEXT = (models.CharField, models.TextField)


class NoMaker(Exception):
    """Nothing can be made up for a field of this kind: say in makers how, or have the model emptied in copies."""


def made(holding: type[Holding] | None, field: models.Field[Any, Any]) -> str | None:
    """The expression that takes a field's place, with `%(seed)s` for the seed; None where it stays. Raises NoMaker.

    Without a holding the model is nobody's data: only the numbers and codes of people in it are made anew.
    """
    column = f'"{field.column}"'
    rule = holding.rules().get(field.name) if holding is not None else None
    if f"{field.model._meta.label}.{field.name}".lower() in _digests():
        return f"pg_temp.made_digest(%(seed)s, {column})"
    if isinstance(_stored(field), models.UUIDField):
        return f"pg_temp.made_uuid(%(seed)s, {column})"
    if field.remote_field is not None or isinstance(field, PLAIN):
        return None
    if rule is None:
        return _names(column) if _is_free(field) else None
    if rule.word is Word.SYSTEM:
        is_json = isinstance(field, models.JSONField)
        return _names(column) if _is_free(field) else f"{_names(f'{column}::text')}::jsonb" if is_json else None
    return _replaced(field, rule, column)


def is_ours(rule: FieldRule) -> bool:
    """Whether a field holds words of our own lists, or what we made of them."""
    if rule.free_text or rule.provided or rule.identifies:
        return False
    return rule.category not in THEIR_WORDS


def _replaced(field: models.Field[Any, Any], rule: FieldRule, column: str) -> str:
    if rule.word is Word.SECRET:
        return _secret(field)
    if isinstance(field, TEXT):
        return _text(field, rule, column)
    if isinstance(field, models.JSONField):
        return f"pg_temp.made_json(%(seed)s, {column}, {str(is_ours(rule)).lower()})"
    if isinstance(field, ArrayField) and isinstance(field.base_field, TEXT):
        each = f"pg_temp.{'made_ours' if is_ours(rule) else 'made_text'}(%(seed)s, each, 1, 200)"
        return f"ARRAY(SELECT {each} FROM unnest({column}) each)::{field.db_type(connection)}"
    if isinstance(field, models.GenericIPAddressField):
        return f"CASE WHEN {column} IS NULL THEN NULL ELSE '192.0.2.1'::inet END"
    if isinstance(field, models.BinaryField) and field.null:
        return "NULL"
    raise NoMaker(f"{field.model._meta.label}.{field.name}")


def _text(field: models.Field[Any, Any], rule: FieldRule, column: str) -> str:
    most = field.max_length or LONGEST
    choices = [str(value) for value, _label in field.flatchoices if value != ""]
    if choices:
        listed = ", ".join(_quoted(choice) for choice in choices)
        return f"CASE WHEN {column} = '' OR {column} IN ({listed}) THEN {column} ELSE {_quoted(choices[0])} END"
    ours = is_ours(rule) and not field.unique
    least = min(12, most) if field.unique else 1
    return f"pg_temp.{'made_ours' if ours else 'made_text'}(%(seed)s, {column}, {least}, {most})"


def _secret(field: models.Field[Any, Any]) -> str:
    if isinstance(field, TEXT):
        return UNUSABLE
    raise NoMaker(f"{field.model._meta.label}.{field.name}")


def _is_free(field: models.Field[Any, Any]) -> bool:
    return isinstance(field, TEXT) and not field.choices and not field.primary_key


def _names(column: str) -> str:
    """Where nothing is anybody's: only numbers of rows and codes of people are made anew. A hash alone is of a text."""
    return f"CASE WHEN {column} ~ '^[0-9a-f]{{64}}$' THEN {column} ELSE pg_temp.made_names(%(seed)s, {column}) END"


def _stored(field: models.Field[Any, Any]) -> models.Field[Any, Any]:
    """What the column holds: for a foreign key, what it points at."""
    while field.remote_field is not None:
        field = field.target_field  # type: ignore[attr-defined]
    return field


def _digests() -> frozenset[str]:
    return frozenset(f"{found.label}.{name}".lower() for found in digest_columns() for name in found.fields)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"
