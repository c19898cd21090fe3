"""What the pages of the privacy policy show, read from the published versions and nowhere else."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse, translate_url
from django.utils.http import urlencode
from django.utils.translation import get_language

from privacy.models import PolicyText, PolicyVersion
from privacy.policy import versions
from privacy.policy.clauses import LANGUAGES
from privacy.policy.comparing import ClauseChange, compared
from privacy.policy.languages import NAMES, language_or_first
from privacy.vocabulary import Right
from rights_requests.authority import COMPLAINT_AUTHORITY, EVERY_AUTHORITY_URL

# Whatever is longer waits until it is asked for.
SHORT_TABLE = 8


class Unknown(Exception):
    """There is no such page: `reason` says in a word why, for the page that tells it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class LanguageLink:
    """The same page in another language of the policy."""

    code: str
    name: str
    url: str
    current: bool


@dataclass(frozen=True)
class ShownTable:
    """A table as it was frozen; a long one is folded."""

    name: str
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


def language_of(asked: str | None) -> str:
    """The language of the policy that a page is asked for in, or that of the site; raises Unknown for another one."""
    if asked is None:
        return language_or_first(get_language())
    if asked not in LANGUAGES:
        raise Unknown("language")
    return asked


def languages(path: str, query: dict[str, str], current: str) -> list[LanguageLink]:
    """The same page in every language; by its own address where the site has one for it."""
    return [LanguageLink(code, NAMES[code], in_language(path, query, code), code == current) for code in LANGUAGES]


def in_language(path: str, query: dict[str, str], language: str) -> str:
    """The address of a page of the policy in a language: the site's own, or the same one that names the language."""
    ways = {code: translate_url(path, code) for code in LANGUAGES}
    nameless = len(set(ways.values())) == 1 and language != language_or_first(settings.LANGUAGE_CODE)
    said = {**query, "language": language} if nameless else query
    return ways[language] + (f"?{urlencode(said)}" if said else "")


def address(number: int, language: str) -> str:
    """Where a version can be read in a language, from the site's root; the policy in force for the number 0."""
    page = reverse("visitors:policy_version", args=[number]) if number else reverse("visitors:policy")
    return in_language(page, {}, language)


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
        changed=text.changed,
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
    numbers = [int(text) if text and text.isdecimal() and len(text) < 9 else 0 for text in (old, new)]
    if not all(numbers):
        raise Unknown("pair")
    if numbers[0] == numbers[1]:
        raise Unknown("same")
    first, second = sorted(numbers)
    found = versions.texts_of((first, second), language)
    if len(found) != 2:
        raise Unknown("version")
    one, two = found[first], found[second]
    changes = compared({"clauses": one.clauses, "tables": one.tables}, {"clauses": two.clauses, "tables": two.tables})
    return one, two, changes


def _clauses(text: PolicyText) -> list[ShownClause]:
    links = _links(text.language)
    return [_clause(clause, text.tables, links) for clause in text.clauses]


def _clause(clause: dict[str, Any], tables: dict[str, Any], links: dict[str, str]) -> ShownClause:
    body = clause["body"]
    for name, address in links.items():
        body = body.replace(f'href="to:{name}"', address)
    shown = [
        ShownTable(name, tables[name]["title"], tables[name]["columns"], [row["cells"] for row in tables[name]["rows"]])
        for name in clause["tables"]
    ]
    return ShownClause(
        clause["id"], clause["title"], clause["summary"], body, clause["addition"], clause["articles"], shown
    )


def _links(language: str) -> dict[str, str]:
    """Where the links of the texts lead today; a frozen text names what it means, never an address."""
    own = {f"right/{right.value}": reverse("rights_requests:new_right", args=[right.value]) for right in Right}
    own |= {
        "child": reverse("rights_requests:child"),
        "contact": reverse("visitors:contact"),
        "versions": in_language(reverse("visitors:policy_versions"), {}, language),
        "feed": in_language(reverse("visitors:policy_feed"), {}, language),
    }
    elsewhere = {"authority": COMPLAINT_AUTHORITY.url, "authorities": EVERY_AUTHORITY_URL}
    return {name: f'href="{address}"' for name, address in own.items()} | {
        name: f'href="{address}" rel="external noreferrer"' for name, address in elsewhere.items()
    }
