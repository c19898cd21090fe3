"""What the public pages show: the rights, what we hold (read from the declarations and nowhere else), messages."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy.data_map.declarations import Erase, Holding
from privacy.data_map.plan import retention
from privacy.data_map.registry import registry
from privacy.package.contents import described
from privacy.vocabulary import Category, Right
from rights_requests.questions.table import QUESTIONS
from visitors.models import ContactDraft, ContactMessage

# What each right is for, in one plain sentence.
RIGHT_SENTENCES = {
    Right.ACCESS: gettext_lazy("See everything we hold about you, and keep a copy."),
    Right.ERASURE: gettext_lazy("Have your data deleted. You see first what will go, what must stay, and why."),
    Right.RECTIFICATION: gettext_lazy("Have what is wrong corrected, and what is missing added."),
    Right.RESTRICTION: gettext_lazy("Have your data stored and nothing else, for as long as there is a reason for it."),
    Right.PORTABILITY: gettext_lazy("Take what you gave us with you, or have it sent where you say."),
    Right.OBJECTION: gettext_lazy("Say no to a use of your data. Advertising ends at once."),
}
ERASURE_WORDS = {
    Erase.DELETE_ROW: gettext_lazy("it is deleted"),
    Erase.MASK_FIELDS: gettext_lazy("what points to you is blanked, the rest stays"),
    Erase.KEEP_ROW: gettext_lazy("it is kept, and you are told why"),
}


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


def rights_offered() -> list[tuple[Right, str]]:
    """Every right that has a form today, each with its sentence."""
    return [(right, str(sentence)) for right, sentence in RIGHT_SENTENCES.items() if right in QUESTIONS]


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
    label = described(holding)
    # The person sees it too, unless nothing of it is ever copied out.
    you = [_("you")] if label.columns else []
    return HeldData(
        anchor=label.slug,
        title=label.title,
        description=" ".join(label.paragraphs),
        what=_joined(category["text"] for category in label.categories),
        why=_joined(purpose["text"] for purpose in label.purposes),
        basis=label.basis["text"],
        source=label.source,
        until=label.retention["text"],
        seen_by=_joined([*you, *label.recipients] or [_("nobody")]),
        on_erasure=str(ERASURE_WORDS[holding.erase]),
    )


def _main_category(holding: type[Holding]) -> Category:
    """The category most fields have; the first declared one wins a tie."""
    found = [rule.category for _name, rule in holding.exported()]
    return Category(max(dict.fromkeys(found), key=found.count)) if found else Category.OTHER


def _joined(words: Iterable[str]) -> str:
    return "; ".join(words)
