"""The part of the package that a person reads: pages that work offline, without script, and printed on paper."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from privacy.package import statements, words
from privacy.package.contents import Copied
from privacy.package.manifest import PackageInfo, omissions, stores
from privacy.package.records import RecordTeller

PAGE_ROWS = 100
SHOWN_ROWS = 1_000
INLINE_ROWS = 4
INLINE_BYTES = 16 * 1024
# Stands in a page where the records go; what is put there is never looked through for it again.
SLOT = "@@records:{slug}@@"
SLOTS = re.compile(r"@@records:([a-z0-9_-]+)@@")


@dataclass(frozen=True)
class Page:
    """One readable page: its member name and its bytes."""

    name: str
    content: bytes


class Pages:
    """Makes the pages of one package in the active language."""

    def __init__(self, about: PackageInfo, generated_at: datetime) -> None:
        tell = words.moment_teller()
        self._shared = {
            "language": about.language,
            "bidi": get_language_bidi(),
            "reference": about.reference,
            "controller": statements.CONTROLLER_NAME,
            "contact": statements.controller_contact(),
            "site": settings.SITE_URL,
            "received": tell(about.received_at),
            "generated": tell(generated_at),
            "zone": settings.TIME_ZONE,
        }

    def records(self, copied: Copied) -> Iterator[Page]:
        """The pages of a holding's records; a holding with few and short ones is shown on the first page instead."""
        lines, teller = copied.lines, RecordTeller(copied.columns)
        copied.shown = len(lines)
        if copied.count <= INLINE_ROWS and sum(map(len, lines)) <= INLINE_BYTES and copied.shown == copied.count:
            copied.inline = teller.cards(lines)
            return
        copied.pages = -(-len(lines) // PAGE_ROWS)
        for number in range(1, copied.pages + 1):
            first = (number - 1) * PAGE_ROWS
            cards = teller.cards(lines[first : first + PAGE_ROWS], first + 1)
            yield Page(page_name(copied.slug, number), self._records_page(copied, number, first, cards))

    def index(self, copies: Sequence[Copied], names: Sequence[str]) -> Page:
        """The page that is opened first."""
        held = [copied for copied in copies if copied.count]
        text = self._render(
            "index.html",
            {
                "cards": [self._card(copied) for copied in held],
                "empty": [copied.title for copied in copies if not copied.count],
                "total": words.records(sum(copied.count for copied in held)),
                "omissions": omissions(copies),
                "stores": stores(),
                "rights": [{**right.as_json(), "article": right.article} for right in statements.RIGHTS],
                "complaint": statements.COMPLAINT.as_json(),
                "authority": statements.LEAD_AUTHORITY,
                "every_authority_url": statements.EVERY_AUTHORITY_URL,
                "transfers": statements.TRANSFERS.as_json(),
                "automated": statements.AUTOMATED_DECISIONS.as_json(),
                "verify_url": verify_url(),
                "has_consents": "consent/consents.json" in names,
            },
        )
        inline = {copied.slug: copied.inline for copied in held}
        return Page("index.html", SLOTS.sub(lambda found: inline[found[1]], text).encode())

    def readme(self) -> Page:
        """A plain text that says what the files are, for whoever opens the folder first."""
        text = render_to_string("package/README.txt", {**self._shared, "verify_url": verify_url()})
        return Page("README.txt", text.replace("\n", "\r\n").encode())

    def _records_page(self, copied: Copied, number: int, first: int, cards: str) -> bytes:
        text = self._render(
            "page.html",
            {
                "card": self._card(copied),
                "number": number,
                "numbers": [(other, Path(page_name(copied.slug, other)).name) for other in range(1, copied.pages + 1)],
                "from": words.grouped(first + 1),
                "to": words.grouped(min(first + PAGE_ROWS, copied.shown)),
                "slot": SLOT.format(slug=copied.slug),
                "root": "../",
            },
        )
        return SLOTS.sub(lambda _found: cards, text).encode()

    def _card(self, copied: Copied) -> dict[str, Any]:
        """A holding as the templates want it."""
        return {
            "slug": copied.slug,
            "title": copied.title,
            "paragraphs": copied.paragraphs,
            "count": words.records(copied.count),
            "facts": _facts(copied),
            "kept": list(dict.fromkeys(item["reason"] for item in copied.kept_fields)),
            "slot": SLOT.format(slug=copied.slug) if copied.inline else "",
            "first_page": page_name(copied.slug, 1) if copied.pages else "",
            "csv": copied.files.get("csv", ""),
            "json": copied.files.get("json", ""),
            "rest": words.grouped(copied.count - copied.shown) if copied.count > copied.shown else "",
            "shown": words.grouped(copied.shown),
            "total": words.grouped(copied.count),
            "other_people": copied.other_people,
        }

    def _render(self, template: str, values: dict[str, Any]) -> str:
        return render_to_string(f"package/{template}", {"root": "", **self._shared, **values})


def page_name(slug: str, number: int) -> str:
    """The member name of a page of records."""
    return f"pages/{slug}-{number}.html"


@lru_cache(maxsize=1)
def stylesheet() -> bytes:
    """The package's own style sheet: the site's tokens, then the rules of these pages."""
    tokens = finders.find("css/tokens.css")
    if not isinstance(tokens, str):
        raise FileNotFoundError("static/css/tokens.css")
    own = render_to_string("package/style.css")
    return f"{Path(tokens).read_text(encoding='utf-8')}\n{own}".encode()


def verify_url() -> str:
    """Where anyone can have a manifest checked; empty where this site has no such page."""
    try:
        return f"{settings.SITE_URL.rstrip('/')}{reverse('rights_requests:verify')}"
    except NoReverseMatch:
        return ""


def _facts(copied: Copied) -> list[tuple[str, list[str]]]:
    """What the law asks us to say about each holding (Art. 15(1) GDPR): label and sentences."""
    return [
        (_("Why we hold it"), [_sentence(purpose["text"]) for purpose in copied.purposes]),
        (_("What allows us to"), [_sentence(copied.basis["text"])]),
        (_("Where it came from"), [_sentence(copied.source)] if copied.source else []),
        (_("How long we keep it"), [_sentence(copied.retention["text"])]),
        (_("Who receives it"), [_sentence(name) for name in copied.recipients] or [_("Nobody outside Occicor")]),
        (_("Kinds of data"), [_sentence(", ".join(category["text"] for category in copied.categories))]),
    ]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
