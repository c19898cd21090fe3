"""What staff fill in to decide: the plan they looked at, and for a refusal its reason and words for the person."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.vocabulary import Right
from rights_requests.desk.act import TOO_LONG, ActForm
from rights_requests.forms import WholeText
from rights_requests.models import RefusalReason
from rights_requests.services import redacting
from rights_requests.vocabulary import HandStep

_ALWAYS = (
    RefusalReason.NOT_IDENTIFIED,
    RefusalReason.NO_MANDATE,
    RefusalReason.UNFOUNDED,
    RefusalReason.EXCESSIVE,
)
_TO_KEEP = (
    RefusalReason.LEGAL_OBLIGATION,
    RefusalReason.LEGAL_CLAIMS,
    RefusalReason.EXPRESSION,
    RefusalReason.ARCHIVING,
)
REASONS = {
    Right.ACCESS: (*_ALWAYS, RefusalReason.RIGHTS_OF_OTHERS),
    Right.RECTIFICATION: (*_ALWAYS, RefusalReason.ACCURATE),
    Right.ERASURE: (*_ALWAYS, *_TO_KEEP),
    Right.RESTRICTION: (*_ALWAYS, RefusalReason.NO_GROUND),
    Right.PORTABILITY: (*_ALWAYS, RefusalReason.NOT_PORTABLE, RefusalReason.RIGHTS_OF_OTHERS),
    Right.OBJECTION: (*_ALWAYS, RefusalReason.OVERRIDING, RefusalReason.LEGAL_CLAIMS),
}


def words_field(label: Any, hint: Any, required: Any) -> WholeText:
    """Words of staff that go with a decision, as long as a decision holds them."""
    return WholeText(
        label=label,
        help_text=hint,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": required, "max_length": TOO_LONG},
    )


class PlanForm(ActForm):
    """Says which plan the member of staff had before them; nothing else is asked."""

    plan_hash = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class TickForm(ActForm):
    """Which step of the checklist was done by hand."""

    step = forms.ChoiceField(choices=HandStep.choices, widget=forms.HiddenInput)


class CopyForm(PlanForm):
    """Says besides what was seen to be left out of the copy."""

    left_out = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["left_out"].initial = redacting.fingerprint_of(self.filed.redactions.all())


class RefusalForm(ActForm):
    """A reason that the law knows, and the words in which the person is told (Art. 12(4))."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        widget=forms.Select,
        error_messages={"required": _("Choose the reason why the request is refused.")},
    )
    text = words_field(
        _("What the person will read"),
        _("Say why in plain words. The mail adds by itself how to complain and how to reach us."),
        _("Explain the refusal to the person in your own words."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = [(reason.value, reason.label) for reason in REASONS[Right(self.filed.right)]]
        self.fields["reason"].choices = [("", _("Choose a reason")), *reasons]  # type: ignore[attr-defined]
