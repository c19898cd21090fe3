"""The form with which staff choose of which days they want the figures."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from visitors.audience.figures import Period, default_period


class DayField(forms.DateField):
    """A day, chosen with the browser's own calendar."""

    widget = forms.DateInput({"type": "date"}, "%Y-%m-%d")
    default_error_messages = dict.fromkeys(("required", "invalid"), _("Choose a day."))

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **options)


class PeriodForm(forms.Form):
    """From which day to which, both counted; asked with the address, so that a period can be passed on as a link."""

    use_required_attribute = False

    since = DayField(label=_("First day"))
    until = DayField(label=_("Last day"))

    @classmethod
    def asked(cls, given: Any) -> "PeriodForm":
        """The form with what was asked for; the last four weeks where nothing was."""
        wanted = default_period()
        usual = {"since": wanted.since.isoformat(), "until": wanted.until.isoformat()}
        return cls(usual | {name: given[name] for name in usual if name in given})

    def clean(self) -> dict[str, Any]:
        """The days are in order, and not more than figures are kept for."""
        found: dict[str, Any] = super().clean() or {}
        since, until = found.get("since"), found.get("until")
        if since and until and since > until:
            self.add_error("until", ValidationError(_("Choose a day that is not before the first one.")))
        elif since and until and (until - since).days > settings.AUDIENCE_DAYS:
            said = _("Choose a later day: figures are kept for %(months)d months.")
            self.add_error("since", ValidationError(said % {"months": round(settings.AUDIENCE_DAYS * 12 / 365)}))
        return found

    def period(self) -> Period:
        """What was asked for; the last four weeks where it cannot be told."""
        if self.is_valid():
            return Period(self.cleaned_data["since"], self.cleaned_data["until"])
        return default_period()
