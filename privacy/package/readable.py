"""The part of the package that a person reads: pages that work offline, without script, and printed on paper."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language_bidi, gettext_noop, ngettext
from django.utils.translation import gettext as _

from privacy.data_map.declarations import Holding
from privacy.enumerating import in_a_row
from privacy.package import statements, words
from privacy.package.columns import Column, columns_of
from privacy.package.contents import Copied, Described, described
from privacy.package.manifest import PackageInfo, named_recipients, omissions, stores
from privacy.package.per_language import per_language
from privacy.package.records import RecordTeller
from privacy.package.vcard import MOST_ROWS
from privacy.vocabulary import Right

PAGE_ROWS = 100
SHOWN_ROWS = 1_000
INLINE_ROWS = 4
INLINE_BYTES = 16 * 1024
# Stand in a rendered page where records or numbers go. One pass fills them all: what is put in is never looked through.
SLOT = "@@{name}@@"
SLOTS = re.compile(r"@@([a-z]+(?::[a-z0-9_-]+)?)@@")
NAMES = (
    "reference generated title suffix slug hidden count told others from to shown total rest href onward files csv json"
    " records navigation contents sections always received lede held gets nothing empty recipients omissions"
)
SLOTTED = {name: SLOT.format(name=name) for name in NAMES.split()}
GETS = gettext_noop("Who else gets your data from us")
# The page that checks signatures, by the name of its address.
VERIFY_PAGE = "rights_requests:verify"


@dataclass(frozen=True)
class Page:
    """One readable page: its member name and its bytes."""

    name: str
    content: bytes


class Pages:
    """Makes the pages of one package in the active language."""

    def __init__(self, about: PackageInfo, generated_at: datetime) -> None:
        tell = words.moment_teller()
        self.about, self._language = about, about.language
        told = {"reference": about.reference, "received": tell(about.received_at), "generated": tell(generated_at)}
        self._told = {name: escape(text) for name, text in told.items()}

    def records(self, copied: Copied) -> Iterator[Page]:
        """The pages of a holding's records; a holding with few and short ones is shown on the first page instead.

        Made one by one as they are asked for; after the last, only the few rows that the address card needs stay.
        """
        copied.shown = len(copied.lines)
        small = copied.count <= INLINE_ROWS and sum(map(len, copied.lines)) <= INLINE_BYTES
        if small and copied.shown == copied.count:
            copied.inline = _teller_of(copied).cards(copied.lines)
        else:
            copied.pages = -(-copied.shown // PAGE_ROWS)
            same, teller = self._same_on_every_page(copied), _teller_of(copied)
            yield from (self._records_page(copied, number, same, teller) for number in range(1, copied.pages + 1))
        del copied.lines[MOST_ROWS:]

    def _records_page(self, copied: Copied, number: int, same: Mapping[str, str], teller: RecordTeller) -> Page:
        first = (number - 1) * PAGE_ROWS
        rows = copied.lines[first : first + PAGE_ROWS]
        filling = {
            **same,
            "from": words.grouped(first + 1),
            "to": words.grouped(first + len(rows)),
            "hidden": " hidden" if number > 1 else "",
            "records": teller.cards(rows, first + 1),
        }
        if copied.pages > 1:
            names = [Path(page_name(copied.slug, other)).name for other in range(1, copied.pages + 1)]
            filling["suffix"] = escape(_(" – page %(number)s") % {"number": number})
            filling["navigation"] = _rendered("pages.html", names=names, current=number)
        return Page(page_name(copied.slug, number), _filled(_shell("page.html", self._language), filling).encode())

    def index(self, copies: Sequence[Copied]) -> Page:
        """The page that is opened first."""
        held = [copied for copied in copies if copied.count]
        recipients = named_recipients(self.about, copies)
        filling = {
            **self._told,
            "lede": escape(str(statements.SCOPES[Right(self.about.right)].text)),
            "held": _how_much(held),
            "gets": f'<li><a href="#recipients">{escape(_(GETS))}</a></li>' if recipients else "",
            "contents": "".join([_contents_item(copied) for copied in held]),
            "nothing": "" if held else _paragraph(_("We looked everywhere and found nothing about you.")),
            "sections": "".join([self._section(copied) for copied in held]),
            "empty": _where_nothing_is([copied.described.title for copied in copies if not copied.count]),
            "recipients": _rendered("recipients.html", recipients=recipients) if recipients else "",
            "omissions": _rendered("omissions.html", omissions=omissions(copies, self.about.left_out), stores=stores()),
            "always": _always(self._language, self.about.authority or statements.LEAD_AUTHORITY),
        }
        shell = _shell("index.html", self._language, root="", complaint=statements.COMPLAINT)
        return Page("index.html", _filled(shell, filling).encode())

    def readme(self) -> Page:
        """A plain text that says what the files are, for whoever opens the folder first."""
        shell = _shell("README.txt", self._language, verify_url=verify_url())
        text = _filled(shell, {"reference": self.about.reference})
        return Page("README.txt", text.replace("\n", "\r\n").encode())

    def _same_on_every_page(self, copied: Copied) -> dict[str, str]:
        rest = {"shown": words.grouped(copied.shown), "rest": words.grouped(copied.count - copied.shown)}
        return {
            **self._told,
            "title": escape(copied.described.title),
            "slug": copied.slug,
            "count": escape(words.records(copied.count)),
            "total": words.grouped(copied.count),
            "told": _told(copied.holding),
            "others": _others(copied),
            "rest": _rendered("rest.html", **rest) if copied.count > copied.shown else "",
            "files": self._files(copied, "../"),
        }

    def _section(self, copied: Copied) -> str:
        """A holding on the first page."""
        filling = {
            "count": escape(words.records(copied.count)),
            "told": _told(copied.holding),
            "others": _others(copied),
            "records": f'<div class="records">\n{copied.inline}\n</div>' if copied.inline else "",
            "onward": self._onward(copied) if copied.pages else "",
            "files": self._files(copied, ""),
        }
        return _filled(_section_shell(copied.holding), filling)

    def _onward(self, copied: Copied) -> str:
        """The link from the first page to a holding's own."""
        filling = {
            "href": page_name(copied.slug, 1),
            "title": escape(copied.described.title),
            "count": escape(words.records(copied.count)),
            "shown": words.grouped(copied.shown),
            "total": words.grouped(copied.count),
        }
        return _filled(_shell("onward.html", self._language, rest=copied.count > copied.shown), filling)

    def _files(self, copied: Copied, root: str) -> str:
        """Links to the files of a holding; none where nothing of it is exported."""
        links = {kind: f"{root}{name}" for kind, name in copied.files.items()}
        filling = {"title": escape(copied.described.title), **links}
        return _filled(_shell("files.html", self._language), filling) if links else ""


def page_name(slug: str, number: int) -> str:
    """The member name of a page of records."""
    return f"pages/{slug}-{number}.html"


@lru_cache(maxsize=1)
def stylesheet() -> bytes:
    """The package's own style sheet: the site's tokens, then the rules of these pages."""
    tokens = Path(settings.BASE_DIR, "static", "css", "tokens.css").read_text(encoding="utf-8")
    return f"{tokens}\n{render_to_string('package/style.css')}".encode()


def verify_url() -> str:
    """Where anyone can have a manifest checked."""
    return f"{settings.SITE_URL.rstrip('/')}{reverse(VERIFY_PAGE)}"


def _rendered(template: str, **values: Any) -> str:
    return render_to_string(f"package/{template}", values)


@lru_cache(maxsize=64)
def _shell(template: str, language: str, **values: Any) -> str:
    """A template in `language`, the active one, with slots wherever one package differs from another."""
    shared = {**_said_everywhere(), "language": language, "reference": SLOTTED["reference"]}
    given = {"generated": SLOTTED["generated"], "root": "../", "slots": SLOTTED, **values}
    return _rendered(template, **shared, **given)


def _said_everywhere() -> dict[str, Any]:
    return {
        "bidi": get_language_bidi(),
        "controller": statements.CONTROLLER_NAME,
        "contact": statements.controller_contact(),
        "site": settings.SITE_URL,
        "zone": settings.TIME_ZONE,
    }


def _filled(shell: str, filling: Mapping[str, str]) -> str:
    """The text with every slot filled by HTML; a slot without filling becomes empty."""
    return SLOTS.sub(lambda found: filling.get(found[1], ""), shell)


@lru_cache(maxsize=128)
def _always(language: str, authority: statements.Authority) -> str:
    """The end of the first page, in `language`, which is the active one: the same for everybody of one place."""
    return _rendered(
        "always.html",
        site=settings.SITE_URL,
        contact=statements.controller_contact(),
        verify_url=verify_url(),
        rights=[right.as_json() for right in statements.RIGHTS],
        complaint=statements.COMPLAINT.as_json(),
        authority=authority,
        our_authority=None if authority == statements.LEAD_AUTHORITY else statements.LEAD_AUTHORITY,
        every_authority_url=statements.EVERY_AUTHORITY_URL,
        transfers=statements.TRANSFERS.as_json(),
        automated=statements.AUTOMATED_DECISIONS.as_json(),
    )


def _teller_of(copied: Copied) -> RecordTeller:
    """The teller that every copy shares, or one of its own where something is left out."""
    if copied.columns is copied.described.columns:
        return _teller(copied.holding)
    return RecordTeller(_to_read(copied.columns))


@per_language
def _teller(holding: type[Holding]) -> RecordTeller:
    return RecordTeller(_to_read(columns_of(holding)))


def _to_read(columns: Iterable[Column]) -> list[Column]:
    return [column for column in columns if not column.rule.markup]


@per_language
def _section_shell(holding: type[Holding]) -> str:
    said = described(holding)
    return _rendered("section.html", slug=said.slug, title=said.title, slots=SLOTTED)


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _how_much(held: Sequence[Copied]) -> str:
    """How many records of how many kinds a package holds."""
    if not held:
        return escape(_("Nothing"))
    total = words.records(sum(copied.count for copied in held))
    kinds = ngettext("of %(kinds)s kind", "of %(kinds)s kinds", len(held)) % {"kinds": words.grouped(len(held))}
    return f"<strong>{escape(total)}</strong> {escape(kinds)}"


def _where_nothing_is(titles: Sequence[str]) -> str:
    if not titles:
        return ""
    heading, listed = (
        escape(_("Where we looked and found nothing")),
        "".join(f"<li>{escape(one)}</li>" for one in titles),
    )
    return f'<section>\n<h3 id="nothing">{heading}</h3>\n<ul class="plain">{listed}</ul>\n</section>'


def _contents_item(copied: Copied) -> str:
    title, total = escape(copied.described.title), words.grouped(copied.count)
    return f'<li><a href="#{copied.slug}"><span>{title}</span> <span class="count">{total}</span></a></li>'


def _others(copied: Copied) -> str:
    left_out = sum(copied.left_out.values())
    if not copied.other_people and not left_out:
        return ""
    return _rendered("hidden.html", number=copied.other_people, left_out=left_out)


@per_language
def _told(holding: type[Holding]) -> str:
    """What the declaration says, as HTML; the same for everybody."""
    said = described(holding)
    kept = list(dict.fromkeys(item["reason"] for item in said.kept_fields))
    return _rendered("card.html", paragraphs=said.paragraphs, facts=_facts(said), kept=kept)


def _facts(said: Described) -> list[tuple[str, list[str]]]:
    """What the law asks us to say about each holding (Art. 15(1) GDPR): label and sentences."""
    return [
        (_("Why we hold it"), [capfirst(purpose["text"]) for purpose in said.purposes]),
        (_("What allows us to"), [capfirst(said.basis["text"])]),
        (_("Where it came from"), [capfirst(said.source)] if said.source else []),
        (_("How long we keep it"), [capfirst(said.retention["text"])]),
        (_("Who receives it"), [capfirst(name) for name in said.recipients] or [_("Nobody outside Occicor")]),
        (_("Kinds of data"), [capfirst(in_a_row(category["text"] for category in said.categories))]),
    ]
