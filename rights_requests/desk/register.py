"""The form in which staff keep the register of recipients."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from privacy.data_map.registry import registry
from rights_requests.models import Recipient
from rights_requests.recipients.adapters import KINDS_OF_IDENTIFIER
from rights_requests.services.registering import Entry
from rights_requests.vocabulary import Adapter

_KINDS = {
    "email": _("e-mail address"),
    "phone": _("telephone number"),
    "user": _("our number for the account"),
    "visitor": _("our code for the visitor"),
}
_PEM = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})
_SETTINGS = ("known_by", "public_key", "domain", "certificate", "authority")


class RegisterForm(forms.ModelForm):  # type: ignore[type-arg] # not generic at run time
    """Who gets what, and how it is told; what its adapter needs stands in fields of its own."""

    slugs = forms.MultipleChoiceField(
        label=_("What it receives"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("When data of these is erased, corrected or restricted, the recipient is told."),
        error_messages={"required": _("Choose what it receives. Whoever receives nothing is no recipient.")},
    )
    known_by = forms.MultipleChoiceField(
        label=_("What it knows people by"),
        choices=[(kind, _KINDS[kind]) for kind in KINDS_OF_IDENTIFIER],
        initial=["email"],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It is told these and no others."),
        error_messages={"required": _("Choose at least one: it must know whom a message is about.")},
    )
    public_key = forms.CharField(
        label=_("Its public key"), required=False, help_text=_("For signed web requests: it begins with whpk_.")
    )
    domain = forms.CharField(label=_("Its domain"), required=False, help_text=_("For OpenDSR: as in its certificate."))
    certificate = forms.CharField(
        label=_("Its certificate"), required=False, widget=_PEM, help_text=_("For OpenDSR: what it signs answers with.")
    )
    authority = forms.CharField(
        label=_("Who vouches for its server"),
        required=False,
        widget=_PEM,
        help_text=_("Leave it empty for a server whose certificate browsers accept."),
    )

    class Meta:
        """The columns; the adapter's settings are one of them, made of the fields above."""

        model = Recipient
        fields = ("name", "what_for", "country", "adapter", "address", "slugs", *_SETTINGS, "active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What comes about by requests and messages of ours goes to nobody; nor does what holds nothing to pass on.
        given = [held for held in registry.holdings.values() if any(held.exported()) and not held.by_product]
        holdings = sorted((str(held.title), held.slug()) for held in given)
        self.fields["slugs"].choices = [(slug, title) for title, slug in holdings]  # type: ignore[attr-defined]
        for name in _SETTINGS:
            if name in self.instance.settings:
                self.initial[name] = self.instance.settings[name]

    def entry(self) -> Entry:
        """What was filled in, as the service takes it; call it after the fields are cleaned."""
        given = self.cleaned_data
        settings = {name: given[name] for name in _SETTINGS if given.get(name)}
        return Entry(
            name=given["name"],
            what_for=given["what_for"],
            country=given["country"],
            adapter=Adapter(given["adapter"]),
            address=given["address"],
            slugs=tuple(given["slugs"]),
            settings=settings,
            active=given["active"],
        )

    def clean(self) -> dict[str, Any]:
        """The settings must be sound as a whole: each fault is said at its field."""
        given: dict[str, Any] = super().clean() or {}
        if not self.errors:
            for name, message in self.entry().faults().items():
                self.add_error(name, ValidationError(message))
        return given
