"""The start page of what is about a person: one short fact for each thing, and the way to all of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.selectors import PROFILE_FIELDS, profile_of
from accounts.sharing.selectors import given_count, looks_of, received_count
from privacy import looks
from privacy.data_map.plan import counts_of
from privacy.data_map.registry import registry
from privacy.data_map.subject import Subject
from rights_requests.people import Party
from rights_requests.selectors import open_now
from rights_requests.term_words import late
from rights_requests.words import day, entries, in_words
from visitors.mine import sections
from visitors.mine.lines import held


@dataclass(frozen=True)
class Fact:
    """One thing: what it is, how it stands in a sentence or two, and where all of it is."""

    title: Any
    text: str
    url: str


@dataclass(frozen=True)
class Known:
    """What the facts are told from: the person, and how many rows of each holding there are, counted once."""

    who: Party

    @property
    def subject(self) -> Subject:
        """Whose data it is."""
        return self.who.subject

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many rows of each holding."""
        return counts_of(self.subject, list(registry.holdings.values()))

    def last(self, label: str, field: str) -> Any:
        """The newest instant in a field of a holding; None where there is no row, without a query."""
        slug = label.replace(".", "-")
        return held(label)(self.subject).aggregate(last=Max(field))["last"] if self.counts.get(slug) else None


def facts_of(who: Party) -> list[Fact]:
    """Every fact about the person; as many queries whatever there is."""
    known = Known(who)
    return [tell(known) for tell in _FACTS if who.user_id or tell not in _OF_ACCOUNTS]


def _profile(known: Known) -> Fact:
    profile = profile_of(known.who.user_id)  # type: ignore[arg-type] # asked for accounts only
    filled = sum(bool(getattr(profile, name)) for name in PROFILE_FIELDS)
    text = ngettext(
        "%(filled)s of 5 things filled in. All of them are optional.",
        "%(filled)s of 5 things filled in. All of them are optional.",
        filled,
    )
    nothing = _("Nothing yet. Your name, work, phone and address are all optional.")
    return Fact(_("Your profile"), text % {"filled": filled} if filled else nothing, reverse("accounts:profile"))


def _sign_ins(known: Known) -> Fact:
    last = known.last("accounts.signin", "at")
    text = _("The last one was on %(day)s.") % {"day": in_words(last)} if last else _("None is on record.")
    return Fact(_("Your sign-ins"), text, reverse("accounts:sign_ins"))


def _cards(known: Known) -> Fact:
    person = known.who.user_id
    given, received = given_count(person), received_count(person)  # type: ignore[arg-type] # accounts only
    see = ngettext("%(count)d person can see your card.", "%(count)d people can see your card.", given)
    share = ngettext("%(count)d shares theirs with you.", "%(count)d share theirs with you.", received)
    first = see % {"count": given} if given else _("Nobody can see your card.")
    text = f"{first} {share % {'count': received}}" if received else first
    return Fact(_("Who may see your card"), text, reverse("accounts:sharing"))


def _held(known: Known) -> Fact:
    kinds = sum(bool(count) for count in known.counts.values())
    text = ngettext("%(records)s, of %(kinds)d kind.", "%(records)s, of %(kinds)d kinds.", kinds)
    said = text % {"records": entries(sum(known.counts.values())), "kinds": kinds}
    nothing = _("At this moment we hold nothing about you.")
    return Fact(_("What we hold about you"), said if kinds else nothing, reverse("visitors:mine_held"))


def _requests(known: Known) -> Fact:
    count, due = open_now(known.who)
    text = ngettext("%(count)d is open.", "%(count)d are open.", count) % {"count": count}
    if due and (sorry := late(due)):
        text = f"{text} {sorry}"
    elif due:
        text = _("%(open)s You have our answer by %(day)s.") % {"open": text, "day": in_words(due)}
    return Fact(_("Your requests"), text if count else _("None is open."), reverse("rights_requests:list"))


def _choices(known: Known) -> Fact:
    last = known.last("consent.consentevent", "occurred_at")
    about = _("About cookies you chose on %(day)s.") % {"day": day(last)} if last else _("No choice about cookies yet.")
    count = known.counts.get("consent-subscription", 0)
    ours = ngettext("%(count)d subscription.", "%(count)d subscriptions.", count) % {"count": count}
    return _fact(sections.CHOICES, [about, ours] if count else [about])


def _messages(known: Known) -> Fact:
    from_us, from_you = (known.counts.get(slug, 0) for slug in ("post_office-email", "visitors-contactmessage"))
    ours = ngettext("%(count)d from us.", "%(count)d from us.", from_us) % {"count": from_us}
    theirs = ngettext("%(count)d from you.", "%(count)d from you.", from_you) % {"count": from_you}
    return _fact(sections.MESSAGES, [ours] * bool(from_us) + [theirs] * bool(from_you))


def _looks(known: Known) -> Fact:
    found = looks.looks_counted(known.subject.digests())
    times = sum(one.count for one in found)
    last = max((one.last_at for one in found), default=None)
    text = ngettext("%(times)d look, on %(day)s.", "%(times)d looks, the last on %(day)s.", times)
    said = [text % {"times": times, "day": day(last)}] if last else []
    seen = looks_of(known.subject).count()
    cards = ngettext("%(count)d look at a card of yours.", "%(count)d looks at cards of yours.", seen) % {"count": seen}
    return _fact(sections.LOOKS, [*said, cards] if seen else said)


def _disclosures(known: Known) -> Fact:
    count = known.counts.get("privacy-disclosure", 0)
    last = known.last("privacy.disclosure", "happened_at")
    text = ngettext("%(times)d time, on %(day)s.", "%(times)d times, the last on %(day)s.", count)
    return _fact(sections.DISCLOSED, [text % {"times": count, "day": day(last)}] if last else [])


def _downloads(known: Known) -> Fact:
    count = known.counts.get("rights_requests-package", 0)
    made = ngettext("%(count)d copy was made.", "%(count)d copies were made.", count) % {"count": count}
    last = known.last("rights_requests.download", "downloaded_at")
    when = _("Downloaded last on %(day)s.") % {"day": day(last)} if last else _("None was downloaded.")
    return _fact(sections.DOWNLOADS, [made, when] if count else [])


def _fact(section: sections.Section, sentences: list[str]) -> Fact:
    """The fact of a list: the sentences that there are, or that it is empty."""
    return Fact(section.title, " ".join(sentences) or str(section.empty), section.url)


# In the order of the page; what belongs to accounts is left out for whoever has none.
_FACTS: tuple[Callable[[Known], Fact], ...] = (
    *(_profile, _held, _requests),
    *(_choices, _messages, _sign_ins),
    *(_looks, _disclosures, _cards, _downloads),
)
_OF_ACCOUNTS = {_profile, _sign_ins, _cards}
