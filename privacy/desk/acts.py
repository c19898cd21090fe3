"""What an act of an officer on a case is, and how a case stands on its page: facts, acts, and what happened."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy.actors import Actor
from privacy.case_entries import Case
from privacy.inert import inert
from privacy.models import CaseEntry
from privacy.staff import names_of

Given = Mapping[str, Any]
WHY_MISSING = gettext_lazy("Write a sentence: it stands in the register.")


class CaseForm(forms.Form):
    """The base of what an act asks: knows the case that it is about (None while it is being opened), and who asks."""

    use_required_attribute = False

    def __init__(self, *args: Any, case: Any, user_id: UUID, **kwargs: Any) -> None:
        self.case, self.user_id = case, user_id
        super().__init__(*args, **kwargs)


class WordsForm(CaseForm):
    """A sentence for the register."""

    text = forms.CharField(
        label=gettext_lazy("In words"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": WHY_MISSING},
    )


@dataclass(frozen=True)
class Act:
    """One thing that officers can do with a case; `name` is the last part of its address, `done` says that it is done.

    It stands folded up under its `label`, with a `button` of its own. `open` says whether it exists for the case as it
    stands and for this officer.
    """

    name: str
    label: Any
    button: Any
    form: type[CaseForm]
    do: Callable[[Any, Actor, Given], object]
    done: Any
    open: Callable[[Any, UUID], bool]
    kind: str = ""


@dataclass(frozen=True)
class Offer:
    """An act as the page shows it."""

    act: Act
    url: str
    form: forms.Form
    opened: bool


@dataclass(frozen=True)
class Pill:
    """A state in a few words; the kind only colours it."""

    label: str
    kind: str = ""


@dataclass(frozen=True)
class Fact:
    """One line of what a case says."""

    label: Any
    value: Any


@dataclass(frozen=True)
class Happened:
    """One line of what happened, as the timeline shows it."""

    at: datetime
    title: str
    text: str
    kind: str = "done"


@dataclass(frozen=True)
class Stands:
    """How a case stands: in a few words, in facts, and what is to be done now, in a sentence."""

    pills: Sequence[Pill]
    facts: Sequence[Fact]
    next: str


def happened(case: Case) -> list[Happened]:
    """What happened to a case, with who did it; two queries."""
    entries: list[CaseEntry] = list(case.entries.all())
    names = names_of({entry.by_id for entry in entries if entry.by_id})
    return [
        Happened(
            entry.at,
            _("%(what)s, by %(who)s") % {"what": entry.get_kind_display(), "who": names[entry.by_id]}
            if entry.by_id in names
            else str(entry.get_kind_display()),
            inert(entry.text),
        )
        for entry in entries
    ]
