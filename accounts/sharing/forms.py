"""The form with which a person shares their card: with whom, which parts, for how long."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.sharing.selectors import CardLine
from accounts.vocabulary import LONGEST_SHARE, USUAL_SHARE
from privacy.data_map.plan import duration
from privacy.forms import AddressField

LASTS = (7, USUAL_SHARE, 90, 180, LONGEST_SHARE)
WHICH = _("Choose at least one thing to show.")
HOW_LONG = _("Choose for how long.")


class ShareForm(forms.Form):
    """Every question of a shared card; what can be shown is what the profile has, with the values beside it."""

    use_required_attribute = False

    email = AddressField(
        label=_("Who may see your card?"),
        help_text=_(
            "Their e-mail address. We write to it once, so that they know. They see your card when they sign in with"
            " this address."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter the e-mail address of the person who may see your card.")},
    )
    parts = forms.MultipleChoiceField(
        label=_("What do they see?"),
        help_text=_("Only what you choose, as your profile says it at that moment. Nothing else."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": WHICH, "invalid_choice": WHICH},
    )
    days = forms.TypedChoiceField(
        label=_("For how long?"),
        help_text=_("You can end it before, at any time, with one press. It ends at once."),
        coerce=int,
        initial=USUAL_SHARE,
        widget=forms.RadioSelect,
        error_messages={"required": HOW_LONG, "invalid_choice": HOW_LONG},
    )

    def __init__(self, *args: Any, own: Iterable[CardLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parts"].choices = [(line.part, _shown(line)) for line in own]  # type: ignore[attr-defined] # a field of choices
        self.fields["days"].choices = [(days, duration(days)) for days in LASTS]  # type: ignore[attr-defined] # the same


def _shown(line: CardLine) -> str:
    """The part and what it says, on one line; a number keeps its direction beside words of another one."""
    value = f"\u2068{' '.join(line.value.split())}\u2069"
    return gettext("%(part)s: %(value)s") % {"part": line.label, "value": value}
