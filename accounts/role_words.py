"""What a role may do, in words: read from its permissions, for the desk and for docs/reference/roles.md."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.apps import apps

from accounts.roles import ALSO, MAY, PERMISSIONS

ACTS = ("view", "add", "change", "delete")


@dataclass(frozen=True)
class RoleWords:
    """One role: what it is there for, which lists it sees, which it changes, and what else it may."""

    name: str
    what: str
    sees: Sequence[str]
    changes: Sequence[str]
    also: Sequence[str]


def roles_in_words() -> list[RoleWords]:
    """Every role of the table, in its order and in the active language."""
    return [_words(name, str(what)) for name, what in MAY.items()]


def _words(name: str, what: str) -> RoleWords:
    split = [(one, *one.partition(".")[::2]) for one in PERMISSIONS[name]]
    acts = [(one, label, *codename.partition("_")[::2]) for one, label, codename in split]
    sees = [_list(label, model) for _one, label, act, model in acts if act == "view"]
    changes = [_list(label, model) for _one, label, act, model in acts if act in ACTS[1:]]
    return RoleWords(
        name,
        what,
        _once(sees),
        _once(changes),
        [str(ALSO.get(one, one)) for one, _label, act, _model in acts if act not in ACTS],
    )


def _list(label: str, model: str) -> str:
    """What the rows of a model are called; its own word where the model is not there."""
    try:
        return str(apps.get_model(label, model)._meta.verbose_name_plural)
    except LookupError:
        return model


def _once(texts: Iterable[str]) -> list[str]:
    return sorted(set(texts))


def as_markdown() -> str:
    """The page docs/reference/roles.md."""
    lines = ["# The roles of our staff", "", "Made by `manage.py sync_roles --words` from `accounts/roles.py`.", ""]
    for role in roles_in_words():
        lines += [f"## {role.name}", "", role.what, ""]
        told = (("Sees", role.sees), ("Adds or changes", role.changes), ("May also", role.also))
        lines += [f"- {what}: {', '.join(texts)}" for what, texts in told if texts]
        lines.append("")
    return "\n".join(lines)
