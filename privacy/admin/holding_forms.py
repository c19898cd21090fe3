"""How staff say what is held back from deletion: which kind of data, whose, why, until when."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from privacy.data_map.subject import subject_of_email
from privacy.forms import AddressField
from privacy.models.retention import LONGEST_HOLD_BACK
from privacy.retention.enforcers import owner_of
from privacy.retention.rules import rules
from privacy.vocabulary import HeldBackReason


def _holdings() -> list[tuple[str, str]]:
    """Each kind of data that the sweep deletes, by its name; what owners delete cannot be held back here."""
    found = [(rule.slug, rule.title) for rule in rules() if owner_of(rule) is None]
    return [("", str(_("Everything of one person"))), *sorted(found, key=lambda one: one[1])]


class HoldBackForm(forms.Form):
    """Either a kind of data or a person is named, or both; it ends on a day within a year."""

    use_required_attribute = False
    holding = forms.ChoiceField(label=_("What stays"), required=False, choices=lazy(_holdings, list))
    address = AddressField(
        label=_("E-mail address of the person"),
        help_text=_("Only if it is about one person. We keep a code instead of the address."),
        required=False,
    )
    reason = forms.ChoiceField(label=_("Why"), choices=HeldBackReason.choices)
    until = forms.DateField(
        label=_("Until the end of"),
        help_text=_("At most a year from now. It can be ended sooner, or held back once more."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def clean_until(self) -> datetime:
        """The end of that day, by the site's clock."""
        until = timezone.make_aware(datetime.combine(self.cleaned_data["until"], time.max))
        if not timezone.now() < until <= timezone.now() + LONGEST_HOLD_BACK:
            raise ValidationError(_("Choose a day from today on that is no more than a year away."))
        return until

    def clean(self) -> dict[str, Any]:
        """Something is named."""
        cleaned = super().clean() or {}
        if not self.errors and not (cleaned.get("holding") or cleaned.get("address")):
            self.add_error("address", _("Name a kind of data above, or the person here."))
        return cleaned

    def asked(self) -> dict[str, Any]:
        """What the service takes."""
        given, address = self.cleaned_data, self.cleaned_data["address"]
        return {
            "holding": given["holding"],
            "subject": subject_of_email(address) if address else None,
            "reason": HeldBackReason(given["reason"]),
            "until": given["until"],
        }
