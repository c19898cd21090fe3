"""What the privacy centre shows: the rights, and what we hold, read from the declarations and from nowhere else."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from privacy.data_map.declarations import Erase, Holding, Retain
from privacy.data_map.registry import registry
from privacy.vocabulary import Category, Right

RIGHT_SENTENCES = {
    Right.ACCESS: gettext_lazy("See everything we hold about you, and take a copy with you."),
    Right.ERASURE: gettext_lazy("Have your data deleted. You see beforehand what goes and what must stay, and why."),
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

    category: str
    held: tuple[HeldData, ...]


def rights_offered() -> list[RightOffered]:
    """Every right that has a form today, in the order of the Regulation."""
    return [
        RightOffered(right, str(right.label), str(RIGHT_SENTENCES[right]), reverse("rights_requests:new_right", args=[right]))
        for right in Right
    ]


def held_data() -> list[HeldGroup]:
    """What we hold about people, grouped by its main category, categories in the order of the vocabulary."""
    groups: dict[str, list[HeldData]] = defaultdict(list)
    for holding in registry.holdings.values():
        groups[_main_category(holding)].append(_held(holding))
    return [HeldGroup(capfirst(str(word.label)), tuple(groups[word])) for word in Category if groups[word]]


def _held(holding: type[Holding]) -> HeldData:
    return HeldData(
        anchor=holding.slug(),
        title=str(holding.title) or capfirst(str(registry.model_of(holding)._meta.verbose_name)),
        description=_one_paragraph(holding.__doc__),
        what=_joined(_categories(holding)),
        why=_joined(str(purpose.label) for purpose in holding.purposes),
        basis=str(holding.basis.label),
        source=str(holding.source),
        until=_until(holding.retain),
        seen_by=_joined(_(recipient) for recipient in holding.recipients),
        on_erasure=str(ERASURE_WORDS[holding.erase]),
    )


def _categories(holding: type[Holding]) -> list[str]:
    """The categories of the fields a person would get, in words, each once, in declaration order."""
    return list(dict.fromkeys(str(Category(rule.category).label) for _name, rule in holding.exported()))


def _main_category(holding: type[Holding]) -> Category:
    """The category most fields have; the first declared one wins a tie."""
    found = [rule.category for _name, rule in holding.exported()]
    return Category(max(dict.fromkeys(found), key=found.count)) if found else Category.OTHER


def _until(retain: Retain) -> str:
    """How long, in words: as long as the account, or so many days after what happened."""
    if not retain.days:
        return _("as long as your account exists")
    return ngettext("%(count)d day", "%(count)d days", retain.days) % {"count": retain.days}


def _joined(words: Iterable[str]) -> str:
    return "; ".join(words)


def _one_paragraph(text: str | None) -> str:
    """The docstring's lines as running text; translated when a catalogue knows it."""
    return _(" ".join((text or "").split()))
