"""The form in which the officer writes what was thought about the dangers of a processing."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from privacy.models import ImpactAssessment
from privacy.registers.assessing import Note
from privacy.vocabulary import AssessmentOutcome

YEAR_DAYS = 365
LONGEST = 4000
_DAY = {"type": "date"}


def _words(label: Any, hint: Any, *, required: bool) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        error_messages={"required": _("Write it down: an authority will ask.")},
    )


class AssessmentForm(forms.Form):
    """A version of a note. It begins with what the last one says."""

    use_required_attribute = False

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=lambda: [(code, capfirst(str(label))) for code, label in AssessmentOutcome.choices],
        widget=forms.RadioSelect,
        initial=AssessmentOutcome.DONE,
    )
    necessity = _words(
        _("Why it is needed, and no more than needed"), _("Name nobody: the note is kept for good."), required=True
    )
    risks = _words(_("What could happen to people"), _("How likely, and how bad for them."), required=False)
    measures = _words(_("What we do against it"), _("What is in place, and what will be, by when."), required=False)
    reviewed_on = forms.DateField(label=_("Looked at on"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))
    next_review_on = forms.DateField(
        label=_("To be looked at again by"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    )
    based_on = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=30_000)

    @classmethod
    def begun(cls, last: ImpactAssessment | None) -> "AssessmentForm":
        """The empty form, or the form with what the newest note says, looked at today."""
        today = timezone.localdate()
        said = ("outcome", "necessity", "risks", "measures")
        known = {name: getattr(last, name) for name in said} if last else {}
        dates = {"reviewed_on": today, "next_review_on": today + timedelta(days=YEAR_DAYS)}
        return cls(initial={**known, **dates, "based_on": last.version if last else 0})

    def clean_reviewed_on(self) -> Any:
        """Nobody looked at anything tomorrow."""
        day = self.cleaned_data["reviewed_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come: enter the day on which it was looked at."))
        return day

    def clean(self) -> dict[str, Any]:
        """What the database asks too: risks and measures of whatever was assessed, and a review to come."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("outcome") != AssessmentOutcome.NOT_NEEDED:
            for name in ("risks", "measures"):
                if name not in self.errors and not given.get(name):
                    self.add_error(name, _("Write it down, or say above that no assessment is needed."))
        reviewed, following = given.get("reviewed_on"), given.get("next_review_on")
        if reviewed and following and following <= reviewed:
            self.add_error("next_review_on", _("Enter a day after the one on which it was looked at."))
        return given

    def note(self) -> Note:
        """What was written; call it on a form that is valid."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "based_on"}
        return Note(**{**given, "outcome": AssessmentOutcome(given["outcome"])})

    def rebase(self, last: ImpactAssessment) -> None:
        """Let what was written stand as the version after the newest one, once its writer has seen that."""
        self.data = {**{name: self.data.get(name) for name in self.fields}, "based_on": str(last.version)}
        sentence = _("A colleague saved version %(version)s meanwhile; it stands above. What you wrote is still here.")
        self.add_error(None, sentence % {"version": last.version})
