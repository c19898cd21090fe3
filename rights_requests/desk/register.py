"""The form in which staff keep the register of recipients."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from privacy.data_map.registry import registry
from privacy.vocabulary import PartyRole
from rights_requests.models import Recipient
from rights_requests.recipients.adapters import KINDS_OF_IDENTIFIER
from rights_requests.regimes.places import choices, name_of
from rights_requests.services.registering import TERMS, Entry, Terms
from rights_requests.vocabulary import Adapter

_KINDS = {
    "email": _("e-mail address"),
    "phone": _("telephone number"),
    "user": _("our number for the account"),
    "visitor": _("our code for the visitor"),
}
_PEM = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})
_SETTINGS = ("known_by", "public_key", "domain", "certificate", "authority")
_DAY = {"type": "date"}
# What stands together on the page: what it is and gets, on which terms, and how it is told.
GROUPS = (
    (_("What it is"), ("name", "what_for", "role", "sub_processor_of", "slugs", "active")),
    (_("Where, and how it keeps data safe"), ("country", "safeguard", "contact", "security_note")),
    (
        _("The agreement"),
        ("agreement_signed_on", "agreement_ends_on", "agreement_reference", "agreement_kept_at"),
    ),
    (_("How it is told"), ("adapter", "address", *_SETTINGS)),
)


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
    # A new recipient is a processor: most are.
    role = forms.ChoiceField(
        label=_("Role"), choices=PartyRole.choices, initial=PartyRole.PROCESSOR, required=False,
        help_text=_("With a processor or a joint controller there must be an agreement."),
    )  # fmt: skip
    sub_processor_of = forms.ModelChoiceField(
        Recipient.objects.none(),
        label=_("Works for another recipient"),
        required=False,
        help_text=_("The recipient that charged it; the agreement is then with that one (Art. 28(4))."),
    )
    country = forms.ChoiceField(
        label=_("Country"), required=False, help_text=_("Where it works with the data. The policy says so.")
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
        fields = tuple(name for _title, names in GROUPS for name in names)
        widgets: ClassVar[dict[str, Any]] = {
            "agreement_signed_on": forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
            "agreement_ends_on": forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
            "security_note": forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "safeguard": _("Needed for every country in which the Regulation does not apply."),
            "contact": _("An address or number of its own, not of a person by name."),
            "agreement_ends_on": format_lazy(
                _("Leave it empty where it has no end. You are told {days} days before."),
                days=settings.AGREEMENT_ALARM_DAYS,
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What comes about by requests and messages of ours goes to nobody; nor does what holds nothing to pass on.
        given = [held for held in registry.holdings.values() if any(held.exported()) and not held.by_product]
        holdings = sorted((str(held.title), held.slug()) for held in given)
        self.fields["slugs"].choices = [(slug, title) for title, slug in holdings]  # type: ignore[attr-defined]
        place = self.instance.country
        known = [("", "–"), *choices()]
        # What was written before there was this list stays what it is until somebody changes it.
        self.fields["country"].choices = known if place in dict(known) else [*known, (place, name_of(place) or place)]  # type: ignore[attr-defined]
        others = Recipient.objects.exclude(pk=self.instance.pk)
        self.fields["sub_processor_of"].queryset = others  # type: ignore[attr-defined]
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
            terms=Terms(**{name: given[name] for name in TERMS}),
        )

    def clean_role(self) -> PartyRole:
        """A processor where nothing else was chosen."""
        return PartyRole(self.cleaned_data["role"] or PartyRole.PROCESSOR)

    def clean(self) -> dict[str, Any]:
        """The settings must be sound as a whole: each fault is said at its field."""
        given: dict[str, Any] = super().clean() or {}
        if not self.errors:
            for name, message in self.entry().faults().items():
                self.add_error(name, ValidationError(message))
        return given
