"""Every difference between what is published and what code and registers hold now, named to the cell and the word."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from privacy.data_map.registry import Registry
from privacy.data_map.registry import registry as data_map
from privacy.models import PolicyText
from privacy.policy import versions
from privacy.policy.clauses import LANGUAGES
from privacy.policy.comparing import shortened, split, words_of
from privacy.policy.content import Content, contents
from privacy.policy.register import Register
from privacy.policy.register import register as site_register

HOW = "Publish a version that says what is true now (manage.py publish_policy), or take the change back."
# Tables whose lines staff change while the site runs, by keeping a register; all else changes with the code only.
OF_REGISTERS = frozenset({"processors", "foreign_trackers"})


@dataclass(frozen=True)
class Difference:
    """One thing that the published version says otherwise: `place` is "clause children" or "table retention".

    `row` names the line of a table ("accounts-user"), `part` the column or the part of a clause. `old` is empty for
    what is new, `new` for what is gone.
    """

    place: str
    row: str
    part: str
    old: str
    new: str
    language: str

    @property
    def of_code(self) -> bool:
        """Whether it came with the code, and not because staff changed a line of a register."""
        return not self.row or self.place.removeprefix("table ") not in OF_REGISTERS

    def __str__(self) -> str:
        where = ", ".join(word for word in (self.place, self.row, self.part and f"“{self.part}”") if word)
        old, new = (f"“{text}”" if text else "(nothing)" for text in (self.old, self.new))
        return f"{where} ({self.language}): {old} → {new}"


def differences(*, declared: Registry = data_map, register: Register = site_register) -> list[Difference] | None:
    """How the newest published version and the present differ; none when they agree, None when nothing is published.

    A clause or row that differs is told in the first language that shows it, and not again in the others.
    """
    version = versions.newest()
    if version is None:
        return None
    published = {text.language: text for text in PolicyText.objects.filter(version=version)}
    now = contents(declared=declared, register=register)
    found: list[Difference] = []
    for language in LANGUAGES:
        told = {(difference.place, difference.row) for difference in found}
        fresh = _of_language(language, published.get(language), now[language])
        found += [difference for difference in fresh if (difference.place, difference.row) not in told]
    return found


def _of_language(language: str, published: PolicyText | None, now: Content) -> Iterator[Difference]:
    if published is None:
        yield Difference("language", language, "", "", "written", language)
        return
    if published.hash == now.hash:
        return
    yield from _of_clauses(language, published.clauses, now.clauses)
    for name in dict.fromkeys((*published.tables, *now.tables)):
        yield from _of_table(language, name, published.tables.get(name, {}), now.tables.get(name, {}))


def _of_clauses(
    language: str, old: Iterable[Mapping[str, Any]], new: Iterable[Mapping[str, Any]]
) -> Iterator[Difference]:
    before, after = ({clause["id"]: clause for clause in clauses} for clauses in (old, new))
    for name in dict.fromkeys((*before, *after)):
        one, two = before.get(name), after.get(name)
        if one is None or two is None:
            yield Difference(f"clause {name}", "", "", _heading(one), _heading(two), language)
            continue
        for part in dict.fromkeys((*one, *two)):
            if one.get(part) != two.get(part):
                yield Difference(f"clause {name}", "", part, *_changed(one.get(part), two.get(part)), language)
    if list(before) != list(after) and set(before) == set(after):
        yield Difference("order of the clauses", "", "", ", ".join(before), ", ".join(after), language)


def _of_table(language: str, name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    place, columns = f"table {name}", new.get("columns", old.get("columns", []))
    for part in ("title", "columns"):
        if old.get(part) != new.get(part):
            yield Difference(place, "", part, _said(old.get(part)), _said(new.get(part)), language)
    before, after = ({row["key"]: row["cells"] for row in table.get("rows", ())} for table in (old, new))
    for key in dict.fromkeys((*before, *after)):
        one, two = before.get(key), after.get(key)
        if one is None or two is None:
            yield Difference(place, key, "", " | ".join(one or ()), " | ".join(two or ()), language)
            continue
        for number, (was, is_now) in enumerate(zip(one, two, strict=False)):
            if was != is_now:
                yield Difference(place, key, columns[number], *shortened(split(was), split(is_now)), language)
    if list(before) != list(after) and set(before) == set(after):
        yield Difference(place, "", "order of the rows", ", ".join(before), ", ".join(after), language)


def _heading(clause: Mapping[str, Any] | None) -> str:
    return str(clause["title"]) if clause else ""


def _changed(old: Any, new: Any) -> tuple[str, str]:
    """The two in words, cut down to what differs; as they are written where only a link or a mark does."""
    before, after = _said(old), _said(new)
    one, two = words_of(before), words_of(after)
    return shortened(one, two) if one != two else shortened(split(before), split(after))


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
