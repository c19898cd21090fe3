"""What the pages of the privacy policy show, read from the published versions and nowhere else."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.urls import reverse

from privacy.models import PolicyText, PolicyVersion
from privacy.policy import versions
from privacy.policy.comparing import ClauseChange, compared
from privacy.templatetags.outbound_links import outbound
from privacy.vocabulary import Right
from rights_requests.authority import COMPLAINT_AUTHORITY, EVERY_AUTHORITY_URL

# Whatever is longer waits until it is asked for.
SHORT_TABLE = 8
# More digits than any version has; the database takes no longer numbers.
LONGEST_NUMBER = 9
OUTBOUND = re.compile(r'<a href="to:(authority|authorities)">([^<]*)</a>')


class Unknown(Exception):
    """There is no such page: `reason` says in a word why, for the page that tells it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class ShownTable:
    """A table as it was frozen; a long one is folded."""

    title: str
    columns: list[str]
    rows: list[list[str]]

    @property
    def folded(self) -> bool:
        """Whether it waits until it is asked for."""
        return len(self.rows) > SHORT_TABLE

    @property
    def labelled(self) -> list[list[tuple[str, str]]]:
        """Each cell with its column's name, which a phone shows before it."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class ShownClause:
    """A clause with its links set; `body` is HTML of our own templates."""

    id: str
    title: str
    summary: str
    body: str
    addition: bool
    articles: str
    tables: list[ShownTable]


@dataclass(frozen=True)
class PolicyPage:
    """One version in one language; `current` is the one in force, `upcoming` one that will be."""

    version: PolicyVersion
    changed: str
    clauses: list[ShownClause]
    current: PolicyVersion | None
    upcoming: PolicyVersion | None
    before: int | None


def address(number: int) -> str:
    """Where a version can be read, from the site's root, in the active language."""
    return reverse("visitors:policy_version", args=[number])


def number_of(text: str | None) -> int | None:
    """The number that somebody sent as that of a version; None where it is none that a version could have."""
    return int(text) if text and text.isdecimal() and len(text) <= LONGEST_NUMBER else None


def page_of(number: int | None, language: str) -> PolicyPage:
    """A version, or the one in force, to read; two queries. Raises Unknown when there is none of this number."""
    published = versions.every()
    current = versions.in_force(published)
    version = current if number is None else next((one for one in published if one.pk == number), None)
    text = versions.text_of(version.pk, language) if version else None
    if version is None or text is None:
        raise Unknown("version" if published else "unpublished")
    return PolicyPage(
        version=version,
        changed=text.what_changed,
        clauses=_clauses(text),
        current=current,
        upcoming=published[0] if current and published[0].pk > current.pk else None,
        before=next((one.pk for one in published if one.pk < version.pk), None),
    )


def told(language: str) -> list[tuple[PolicyText, int | None]]:
    """What changed with each version, newest first, each with the number of the one before; one query.

    Raises Unknown when nothing is published.
    """
    texts = versions.changes(language)
    if not texts:
        raise Unknown("unpublished")
    earlier = [text.version_id for text in texts[1:]]
    return list(zip(texts, [*earlier, None], strict=True))


def comparison(old: str | None, new: str | None, language: str) -> tuple[PolicyText, PolicyText, list[ClauseChange]]:
    """Two versions word by word, the older one first; raises Unknown when they are not two that exist."""
    first, second = number_of(old), number_of(new)
    if first is None or second is None:
        raise Unknown("pair")
    if first == second:
        raise Unknown("same")
    first, second = sorted((first, second))
    found = versions.texts_of((first, second), language)
    if len(found) != 2:
        raise Unknown("version")
    one, two = found[first], found[second]
    changes = compared({"clauses": one.clauses, "tables": one.tables}, {"clauses": two.clauses, "tables": two.tables})
    return one, two, changes


def _clauses(text: PolicyText) -> list[ShownClause]:
    links = _links()
    return [_clause(clause, text.tables, links) for clause in text.clauses]


def _clause(clause: dict[str, Any], tables: dict[str, Any], links: dict[str, str]) -> ShownClause:
    body = clause["body"]
    for name, address in links.items():
        body = body.replace(f'href="to:{name}"', address)
    body = OUTBOUND.sub(_elsewhere, body)
    shown = [
        ShownTable(tables[name]["title"], tables[name]["columns"], [row["cells"] for row in tables[name]["rows"]])
        for name in clause["tables"]
    ]
    return ShownClause(
        clause["id"], clause["title"], clause["summary"], body, clause["addition"], clause["articles"], shown
    )


def _links() -> dict[str, str]:
    """Where the links of the texts lead today; a frozen text names what it means, never an address."""
    own = {f"right/{right.value}": reverse("rights_requests:new_right", args=[right.value]) for right in Right}
    own |= {
        "child": reverse("rights_requests:child"),
        "cookies": reverse("consent:settings"),
        "contact": reverse("visitors:contact"),
        "versions": reverse("visitors:policy_versions"),
        "feed": reverse("visitors:policy_feed"),
    }
    return {name: f'href="{address}"' for name, address in own.items()}


def _elsewhere(found: re.Match[str]) -> str:
    """A link of the texts to another site, made where all such links are made."""
    address = {"authority": COMPLAINT_AUTHORITY.url, "authorities": EVERY_AUTHORITY_URL}[found[1]]
    return outbound(address, unescape(found[2]))
