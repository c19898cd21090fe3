"""The form in which staff choose which requests an authority is shown."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy.vocabulary import Right
from rights_requests.figures import law_codes, law_named
from rights_requests.requests_register import Asked

_DAY = {"type": "date"}
_ALL = ("", _("all"))


class AskedForm(forms.Form):
    """Days, right and law; this year and everything unless something else is asked."""

    use_required_attribute = False

    since = forms.DateField(label=_("Received from"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))
    until = forms.DateField(label=_("Until"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))
    right = forms.ChoiceField(label=_("Right"), choices=[_ALL, *Right.choices], required=False)
    law = forms.ChoiceField(label=_("Law"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        laws = [(code, law_named(code)) for code in dict.fromkeys(law_codes()[1])]
        self.fields["law"].choices = [_ALL, *laws]  # type: ignore[attr-defined]

    @classmethod
    def begun(cls) -> "AskedForm":
        """The form for this year."""
        today = timezone.localdate()
        return cls({"since": date(today.year, 1, 1).isoformat(), "until": today.isoformat()})

    def clean(self) -> dict[str, Any]:
        """The days are in order."""
        given: dict[str, Any] = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", _("Enter a day that is not before the first one."))
        return given

    def asked(self) -> Asked:
        """What was chosen; call it on a form that is valid."""
        return Asked(**self.cleaned_data)
