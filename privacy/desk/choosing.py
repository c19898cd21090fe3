"""Fields that the forms of cases share: holdings, Customers, colleagues, days, countries."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.data_map.declarations import Holding

CHOOSE = _("Choose one.")
DAY_WRONG = _("Enter a day, such as 31/01/2027.")


class HoldingsField(forms.MultipleChoiceField):
    """Some of the holdings of the data map, by their titles."""

    widget = forms.CheckboxSelectMultiple

    def offer(self, holdings: Iterable[type[Holding]]) -> None:
        """Set what can be chosen: in the order of the titles, in the active language."""
        titles = sorted((str(one.title), one.slug()) for one in holdings)
        self.choices = [(slug, title) for title, slug in titles]


def day_field(label: Any, **more: Any) -> forms.DateField:
    """A day, chosen with whatever the browser has for it."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    said = {"required": _("Choose a day."), "invalid": DAY_WRONG}
    return forms.DateField(label=label, widget=widget, error_messages=said, **more)


def moment_field(label: Any, **more: Any) -> forms.DateTimeField:
    """A day and a time in the controller's zone."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    said = {"required": _("Enter the day and the time."), "invalid": _("Enter the day and the time.")}
    formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    return forms.DateTimeField(label=label, widget=widget, input_formats=formats, error_messages=said, **more)


def words_field(label: Any, *, rows: int = 3, longest: int = 2000, **more: Any) -> forms.CharField:
    """Some sentences."""
    said = {"required": _("Write a sentence.")}
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=longest, widget=widget, error_messages=said, **more)


def line_field(label: Any, *, longest: int = 200, **more: Any) -> forms.CharField:
    """Some words in one line."""
    return forms.CharField(label=label, max_length=longest, error_messages={"required": _("Fill this in.")}, **more)
