"""The question before a rectification: each value that may be corrected, and beside it room for what is right."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from privacy.data_map.declarations import Holding
from privacy.data_map.plan import one_line
from privacy.data_map.rectify import MOST_ROWS, Held, held, tidied
from privacy.vocabulary import Right
from rights_requests import words
from rights_requests.forms import WholeText, message_field
from rights_requests.models import RightsRequest
from rights_requests.people import Party
from rights_requests.questions.question import Answers, AskForm, Question, Row
from rights_requests.questions.rows import asked_row, change_row
from rights_requests.services import correcting
from rights_requests.services.filing import Asked

# Of a holding with more rows than this, each row is folded up.
FOLDED_FROM = 4
_ODD_CHARACTERS = _("The text contains a character that cannot be stored. Type it again instead of pasting it.")


class CorrectionField(WholeText):
    """What is right, beside what we hold; left as it is it says nothing, and is not judged."""

    def __init__(self, value: Held) -> None:
        self.value = value
        super().__init__(
            label=value.label,
            initial=value.text,
            help_text=" ".join(filter(None, (we_hold(value.text), str(value.hint)))),
            widget=forms.Textarea(attrs={"rows": 3}) if value.multiline else forms.TextInput,
            error_messages={"null_characters_not_allowed": _ODD_CHARACTERS},
        )

    def validate(self, value: str) -> None:
        """Nothing: whether it may be empty is a rule of what is corrected."""

    def clean(self, typed: Any) -> str:
        """The text as it would be written; raises ValidationError in the words of the data map."""
        text = tidied(super().clean(typed))
        return text if text == self.value.text else self.value.written(self.value.read(text))


@dataclass(frozen=True)
class Shown:
    """One value on the page: with a field, or with the way to where the person changes it themselves."""

    value: Held
    field: forms.BoundField | None


@dataclass(frozen=True)
class ShownRow:
    """The values of one row; `title` tells it from its neighbours; `opened` where something was typed into it."""

    title: str
    values: list[Shown]
    opened: bool


@dataclass(frozen=True)
class Group:
    """The rows of one holding; `cut` where there are more than the page shows."""

    title: str
    about: str
    rows: list[ShownRow]

    @property
    def folded(self) -> bool:
        """Whether each row is folded up."""
        return len(self.rows) >= FOLDED_FROM

    @property
    def cut(self) -> bool:
        """Whether there may be more rows than the page has room for."""
        return len(self.rows) >= MOST_ROWS


class CorrectionForm(AskForm):
    """One field for each value of the person that staff can correct, named by `Held.key`; nothing else can be named."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    statement = message_field(
        _("For example how you know it. If we do not change something, your words stay beside it."),
        label=_("Do you want to say why?"),
    )

    def __init__(self, *args: Any, initial: Any = None, **kwargs: Any) -> None:
        kept = dict(initial or {})
        super().__init__(*args, initial={**kept, **kept.pop("changes", {})}, **kwargs)
        self.held = list(held(self.party.subject))
        for value in self.held:
            if value.elsewhere is None:
                self.fields[value.key] = CorrectionField(value)
        self.order_fields([name for name in self.fields if name != "statement"])

    def clean_seen(self) -> str:
        """What the person saw; raises ValidationError when it is not what stands there now."""
        now = correcting.fingerprint(self.held)
        if self.cleaned_data["seen"] != now:
            self.data = {**self.data.dict(), "seen": now} if isinstance(self.data, QueryDict) else self.data
            raise forms.ValidationError(_("What we hold has changed since you opened the page. Look at it again."))
        return now

    def clean(self) -> dict[str, Any]:
        """At least one value must be another one."""
        given = super().clean() or {}
        if not self.errors and not self.changes():
            raise forms.ValidationError(_("You have not changed anything yet. Change what is wrong, then go on."))
        return given

    def changes(self) -> dict[str, str]:
        """The new texts by key, of what was changed and nothing else."""
        texts = {value.key: self.cleaned_data.get(value.key, value.text) for value in self.held}
        return {value.key: texts[value.key] for value in self.held if texts[value.key] != value.text}

    def answers(self) -> dict[str, Any]:
        """What was seen, what is to be changed, and why."""
        return {**{name: self.cleaned_data[name] for name in ("seen", "statement")}, "changes": self.changes()}

    def groups(self) -> Iterator[Group]:
        """What the page shows, by holding and row; what leads elsewhere is told once."""
        told: set[tuple[str, str]] = set()
        shown_once = [value for value in self.held if not (value.elsewhere and _told_before(value, told))]
        for holding, values in groupby(shown_once, key=lambda value: value.holding):
            rows = [list(row) for _key, row in groupby(values, key=lambda value: value.row_key)]
            shown = [self._row(row, row_title(row[0]) if len(rows) > 1 else "") for row in rows]
            yield Group(str(holding.title), _about(holding), shown)

    def _row(self, values: list[Held], title: str) -> ShownRow:
        shown = [Shown(value, self[value.key] if value.key in self.fields else None) for value in values]
        return ShownRow(title, shown, opened=any(self._touched(one) for one in shown))

    def _touched(self, shown: Shown) -> bool:
        return shown.field is not None and (
            bool(shown.field.errors) or tidied(str(shown.field.value() or "")) != shown.value.text
        )


def _told_before(value: Held, told: set[tuple[str, str]]) -> bool:
    """Whether the same text led to the same page before; the address of an account stands in two places."""
    leads = (value.text, value.elsewhere.url_name if value.elsewhere else "")
    before = leads in told
    told.add(leads)
    return before


def we_hold(text: str) -> str:
    """What stands there now, in one line."""
    if not text:
        return gettext("We hold nothing here.")
    return gettext("We hold: %(text)s") % {"text": text.replace("\n", " / ")}


def row_title(value: Held) -> str:
    """What tells a row from others of its holding."""
    dated = words.day(value.dated) if isinstance(value.dated, datetime) else ""
    return value.row_title or dated or value.text


def _about(holding: type[Holding]) -> str:
    return gettext(one_line(holding.__doc__))


def context(party: Party) -> dict[str, Any]:
    """`current` puts into the form what is seen."""
    return {"current": {"seen": correcting.fingerprint(held(party.subject))}}


def rows(answers: Answers, party: Party) -> list[Row]:
    """Each change, old beside new, and why."""
    changed = [value for value in held(party.subject) if value.key in answers["changes"]]
    changes = [
        change_row(Right.RECTIFICATION, value.label, answers["changes"][value.key], hidden=value.label)
        | {"corrects": True, "where": str(value.holding.title), "row": value.row_title, "old": value.text}
        for value in changed
    ]
    return [asked_row(Right.RECTIFICATION), *changes, change_row(Right.RECTIFICATION, _("Why"), answers["statement"])]


def asked(answers: Answers, right: Right) -> Asked:
    """The right alone: the words stand beside each correction."""
    return Asked(right)


def attach(answers: Answers, party: Party) -> Callable[[RightsRequest], None]:
    """Writes the corrections beside the request."""

    def propose(request: RightsRequest) -> None:
        correcting.propose(
            request=request,
            subject=party.subject,
            changes=answers["changes"],
            seen=answers["seen"],
            statement=answers["statement"],
        )

    return propose


RECTIFICATION = Question(
    Right.RECTIFICATION,
    CorrectionForm,
    "rights_requests/ask_rectification.html",
    "rights_requests/check_rectification.html",
    rows=rows,
    asked=asked,
    attach=attach,
    context=context,
)
