"""What we hold about the one who asks: counts and values of each holding, its label, who looked, and the rights."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.selectors import customer_names, teams_of
from privacy import looks
from privacy.data_map.declarations import Holding
from privacy.data_map.plan import counts_of
from privacy.data_map.registry import registry
from privacy.data_map.subject import Subject
from privacy.inert import inert
from privacy.package.columns import Column
from privacy.package.contents import Described, described
from privacy.package.glance import Row, newest_rows
from privacy.vocabulary import LegalBasis, LookReason, Purpose, Right
from rights_requests.models import Recipient
from rights_requests.questions.about import ABOUT, beginning
from rights_requests.selectors import receiving_now, references

# So many rows of a holding, so much of a value, and so many looks stand on the page; the copy has the rest.
MOST_ROWS = 5
MOST_CHARACTERS = 300
MOST_LINES = 6
MOST_LOOKS = 50

# What was looked at by an event of the audit, and what for. A look that stands here under no word fails the tests.
LOOKED_AT: Mapping[str, tuple[str, Any]] = {
    "account.viewed": ("accounts-user", gettext_lazy("to look after your account")),
    "customer.viewed": ("accounts-customer", gettext_lazy("to look after the company whose contact you are")),
    "customer_administrator.viewed": (
        "accounts-customeradministrator",
        gettext_lazy("to look after who acts for a company"),
    ),
    "enrolment.viewed": ("accounts-enrolment", gettext_lazy("to look after your enrolment by a company")),
    "choice.viewed": ("consent-consentevent", gettext_lazy("to check the proof of what you chose about cookies")),
    "contact_message.viewed": ("visitors-contactmessage", gettext_lazy("to answer your message")),
    "subscription.viewed": ("consent-subscription", gettext_lazy("to look after your subscriptions")),
    "request.viewed": ("rights_requests-rightsrequest", gettext_lazy("to work on a request of yours")),
    "evidence.viewed": ("rights_requests-evidence", gettext_lazy("to check a file that goes with your request")),
    "package.viewed": ("rights_requests-package", gettext_lazy("to see how the copy of your data stands")),
    "copy.viewed": ("rights_requests-package", gettext_lazy("to look through your copy before you get it")),
    "download.viewed": ("rights_requests-download", gettext_lazy("to see whether your copy was downloaded")),
    "receipt.viewed": ("rights_requests-receipt", gettext_lazy("to see a receipt that we signed for you")),
}
ACTS = {
    Right.RECTIFICATION: gettext_lazy("Correct"),
    Right.ERASURE: gettext_lazy("Delete"),
    Right.RESTRICTION: gettext_lazy("Limit"),
    Right.OBJECTION: gettext_lazy("Object"),
    Right.PORTABILITY: gettext_lazy("Take along"),
    Right.ACCESS: gettext_lazy("Get a copy"),
}


@dataclass(frozen=True)
class Value:
    """One value in words; `cut` where the page has no room for all of it, `correct_url` where it can be corrected."""

    label: str
    text: str
    cut: bool
    correct_url: str


@dataclass(frozen=True)
class Act:
    """A right as a button beside what it is about."""

    right: str
    label: str
    url: str


@dataclass(frozen=True)
class Seen:
    """One look: when, from which teams of ours or which company, at what, and for which request if for one.

    `reason` is why staff said that they look in that visit; empty for a company.
    """

    at: datetime
    teams: str
    why: str
    reference: str
    reason: str = ""


@dataclass(frozen=True)
class Piece:
    """One thing we hold about the person, in its frame."""

    label: Described
    count: int
    rows: tuple[tuple[Value, ...], ...]
    acts: tuple[Act, ...]
    companies: tuple[str, ...]
    looked: looks.Looks | None
    by_the_way: bool

    @property
    def more(self) -> int:
        """How many rows the page does not show."""
        return self.count - len(self.rows)


@dataclass(frozen=True)
class MyData:
    """Everything the page shows: first what the person gave or is known by, then what comes with using the site."""

    pieces: tuple[Piece, ...]
    seen: tuple[Seen, ...]
    looked_times: int

    @cached_property
    def first(self) -> list[Piece]:
        """What stays for longer than a visit or a request."""
        return [piece for piece in self.pieces if not piece.by_the_way]

    @cached_property
    def by_the_way(self) -> list[Piece]:
        """What comes and goes because the person uses the site or makes a request."""
        return [piece for piece in self.pieces if piece.by_the_way]

    @property
    def count(self) -> int:
        """How many records there are in all."""
        return sum(piece.count for piece in self.pieces)


def of(subject: Subject) -> MyData:
    """What we hold about the subject now; as many queries whatever there is of it."""
    holdings = list(registry.holdings.values())
    counts = counts_of(subject, holdings)
    present = [holding for holding in holdings if counts[holding.slug()]]
    rows = newest_rows(subject, present, most=MOST_ROWS)
    counted = {found.event: found for found in looks.looks_counted(subject.digests())}
    by_slug = {slug: counted[event] for event, (slug, _why) in LOOKED_AT.items() if event in counted}
    companies = receiving_now()
    pieces = (
        _piece(holding, counts[holding.slug()], rows.get(holding.slug(), []), companies, by_slug) for holding in present
    )
    return MyData(
        tuple(pieces),
        tuple(seen(looks.latest_looks(subject.digests(), most=MOST_LOOKS))),
        sum(found.count for found in counted.values()),
    )


def _piece(
    holding: type[Holding],
    count: int,
    rows: Iterable[Row],
    companies: Iterable[Recipient],
    looked: Mapping[str, looks.Looks],
) -> Piece:
    label = described(holding)
    return Piece(
        label=label,
        count=count,
        rows=tuple(
            tuple(_value(holding, key, column, text) for column, text in zip(label.columns, texts, strict=True))
            for key, texts in rows
        ),
        acts=tuple(_acts(holding)),
        companies=tuple(one.name for one in companies if label.slug in one.slugs),
        looked=looked.get(label.slug),
        by_the_way=holding.by_product,
    )


def _value(holding: type[Holding], key: str, column: Column, text: str) -> Value:
    whole = "\n".join(text.rstrip().splitlines())
    shown = "\n".join(whole[:MOST_CHARACTERS].split("\n")[:MOST_LINES])
    url = f"{_form(Right.RECTIFICATION, holding)}#id_{holding.slug()}:{key}:{column.name}"
    return Value(column.label, inert(shown), shown != whole, url if column.rule.rectifiable else "")


def _acts(holding: type[Holding]) -> Iterable[Act]:
    """The rights that can do something with the holding, each leading into its form with the holding named."""
    for right, word in ACTS.items():
        if _concerns(right, holding):
            fragment = f"#plan-{holding.slug()}" if right is Right.ERASURE else ""
            yield Act(right.value, str(word), f"{_form(right, holding)}{fragment}")


def _concerns(right: Right, holding: type[Holding]) -> bool:
    asks = {
        Right.RECTIFICATION: lambda: any(holding.rectifiable()),
        Right.PORTABILITY: lambda: any(holding.portable()),
        # What rests on our interests can be objected to, and advertising always (Art. 21(1) and (2) GDPR).
        Right.OBJECTION: lambda: (
            (holding.basis is LegalBasis.LEGITIMATE_INTERESTS or Purpose.PROMOTIONAL_MESSAGES in holding.purposes)
            and bool(beginning(right, holding.slug()))
        ),
        Right.ACCESS: lambda: any(holding.exported()),
    }
    return right not in asks or asks[right]()


def _form(right: Right, holding: type[Holding]) -> str:
    return f"{reverse('rights_requests:new_right', args=[right.value])}?{ABOUT}={holding.slug()}"


def seen(found: Iterable[looks.Look]) -> Iterable[Seen]:
    """Looks in words, without the name of whoever looked: the team, or the company, says in which role it was."""
    latest = list(found)
    teams = teams_of({look.staff_id for look in latest if look.staff_id})
    companies = customer_names({look.customer_id for look in latest if look.customer_id})
    named = references({UUID(look.about) for look in latest if look.event in {"request.viewed", "copy.viewed"}})
    for look in latest:
        if look.staff_id:
            role = ", ".join(teams.get(look.staff_id, [])) or _("our staff")
        else:
            role = companies.get(look.customer_id or 0) or _("the company that enrolled you")
        why = LOOKED_AT.get(look.event, ("", _("to look after your data")))[1]
        yield Seen(look.at, role, capfirst(str(why)), named.get(look.about, ""), reason_in_words(look.why))


def reason_in_words(word: str) -> str:
    """What staff chose as the reason of their visit, in the words they chose it by; empty for no reason."""
    return str(LookReason(word).label) if word in LookReason.values else ""
