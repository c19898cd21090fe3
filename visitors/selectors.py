"""What the public pages show: the rights, what we hold (read from the declarations and nowhere else), messages."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy.data_map.declarations import Erase, Holding
from privacy.data_map.plan import one_line, retention
from privacy.data_map.registry import registry
from privacy.vocabulary import Category, Right
from rights_requests.questions.table import QUESTIONS
from visitors.models import ContactDraft, ContactMessage

# Sentence, what the button says, how it looks; a deletion shows its plan first, so its button promises no more.
RIGHT_WORDS = {
    Right.ACCESS: (
        gettext_lazy("See everything we hold about you, and keep a copy."),
        gettext_lazy("Ask for your copy"),
        "",
    ),
    Right.ERASURE: (
        gettext_lazy("Have your data deleted. You see first what will go, what must stay, and why."),
        gettext_lazy("See what would be deleted"),
        "quiet",
    ),
    Right.RECTIFICATION: (
        gettext_lazy("Have what is wrong corrected, and what is missing added."),
        gettext_lazy("Correct your data"),
        "quiet",
    ),
    Right.RESTRICTION: (
        gettext_lazy("Have your data stored and nothing else, for as long as there is a reason for it."),
        gettext_lazy("Restrict its use"),
        "quiet",
    ),
    Right.PORTABILITY: (
        gettext_lazy("Take what you gave us with you, or have it sent where you say."),
        gettext_lazy("Take it elsewhere"),
        "quiet",
    ),
    Right.OBJECTION: (
        gettext_lazy("Say no to a use of your data. Advertising ends at once."),
        gettext_lazy("Object to a use"),
        "quiet",
    ),
}
ERASURE_WORDS = {
    Erase.DELETE_ROW: gettext_lazy("it is deleted"),
    Erase.MASK_FIELDS: gettext_lazy("what points to you is blanked, the rest stays"),
    Erase.KEEP_ROW: gettext_lazy("it is kept, and you are told why"),
}


@dataclass(frozen=True)
class RightOffered:
    """One right, in one plain sentence, with the address of its form."""

    right: Right
    title: str
    sentence: str
    act: str
    kind: str
    url: str


@dataclass(frozen=True)
class HeldData:
    """One holding in the words of the privacy centre."""

    anchor: str
    title: str
    description: str
    what: str
    why: str
    basis: str
    source: str
    until: str
    seen_by: str
    on_erasure: str


@dataclass(frozen=True)
class HeldGroup:
    """Holdings of one category, in declaration order."""

    anchor: str
    category: str
    held: tuple[HeldData, ...]


def rights_offered() -> list[RightOffered]:
    """Every right that has a form today, in the order of the Regulation."""
    return [
        RightOffered(
            right, str(right.label), str(sentence), str(act), kind, reverse("rights_requests:new_right", args=[right])
        )
        for right, (sentence, act, kind) in RIGHT_WORDS.items()
        if right in QUESTIONS
    ]


def held_data() -> list[HeldGroup]:
    """What we hold about people, grouped by its main category, categories in the order of the vocabulary."""
    groups: dict[Category, list[HeldData]] = defaultdict(list)
    for holding in registry.holdings.values():
        groups[_main_category(holding)].append(_held(holding))
    return [HeldGroup(word.value, capfirst(str(word.label)), tuple(groups[word])) for word in Category if groups[word]]


def held_elsewhere() -> list[tuple[str, str]]:
    """The places outside the database's tables, each with what lies there."""
    return [(str(store.title), str(store.because)) for store in registry.stores.values()]


def held_example() -> HeldData | None:
    """The label of the account itself, for the home page: the one thing we hold about everybody who signs in."""
    holding = registry.holdings.get(settings.AUTH_USER_MODEL.lower())
    return _held(holding) if holding else None


def message(message_id: UUID) -> ContactMessage | None:
    """A message from the contact page; None when there is none, or none any more."""
    return ContactMessage.objects.filter(pk=message_id).first()


def is_received(form_key: UUID) -> bool:
    """Whether these words on this form have reached us before."""
    return ContactMessage.objects.filter(form_key=form_key).exists()


def message_retention() -> str:
    """How long a message is kept, in the words of its declaration."""
    return retention(registry.holdings[ContactMessage._meta.label_lower])


def begun(draft: ContactDraft | None, address: str) -> dict[str, str]:
    """What stands in the form of the contact page when it is opened: the draft, or at least the reader's address."""
    if draft is None:
        return {"email": address}
    return {name: getattr(draft, name) for name in ("topic", "text", "email", "name")}


def answer_by(written: ContactMessage) -> datetime:
    """The day by which we want to have answered; what is about somebody's rights has the law's own term."""
    return written.received_at + timedelta(days=settings.CONTACT_ANSWER_DAYS)


def _held(holding: type[Holding]) -> HeldData:
    return HeldData(
        anchor=holding.slug(),
        title=str(holding.title) or capfirst(str(registry.model_of(holding)._meta.verbose_name)),
        description=_(one_line(holding.__doc__)),
        what=_joined(_categories(holding)),
        why=_joined(str(purpose.label) for purpose in holding.purposes),
        basis=str(holding.basis.label),
        source=str(holding.source),
        until=retention(holding),
        seen_by=_joined(_seen_by(holding)),
        on_erasure=str(ERASURE_WORDS[holding.erase]),
    )


def _categories(holding: type[Holding]) -> list[str]:
    """The categories of the fields a person would get, in words, each once, in declaration order."""
    return list(dict.fromkeys(str(Category(rule.category).label) for _name, rule in holding.exported()))


def _seen_by(holding: type[Holding]) -> list[str]:
    """The person, unless nothing of it is ever copied out, and the recipients."""
    you = [_("you")] if any(holding.exported()) else []
    return [*you, *(_(recipient) for recipient in holding.recipients)] or [_("nobody")]


def _main_category(holding: type[Holding]) -> Category:
    """The category most fields have; the first declared one wins a tie."""
    found = [rule.category for _name, rule in holding.exported()]
    return Category(max(dict.fromkeys(found), key=found.count)) if found else Category.OTHER


def _joined(words: Iterable[str]) -> str:
    return "; ".join(words)
