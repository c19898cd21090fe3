"""What staff write about Customers and enrolments, each field with why it is asked."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts import appointing, attributes, enrolling, selectors
from accounts.errors import AppointmentRefused, EnrolmentRefused
from accounts.models import Customer, CustomerAdministrator, Enrolment, User
from privacy.actors import SYSTEM
from privacy.forms import AddressField

Answer = TypeVar("Answer")


class CustomerForm(forms.ModelForm):  # type: ignore[type-arg] # not generic at run time
    """The terms of a Customer."""

    country = forms.ChoiceField(
        label=_("Country"),
        choices=lambda: [("", "–"), *countries],
        help_text=_("Where the Customer is established."),
    )
    language = forms.ChoiceField(
        label=_("Language of its people"),
        choices=lambda: settings.LANGUAGES,
        help_text=_("Whoever is enrolled is told so in this language."),
    )
    privacy_contact = AddressField(
        required=False,
        label=_("Address for requests about privacy"),
        widget=forms.EmailInput(attrs={"size": "40"}),
        help_text=_("Requests of enrolled people go there where the Customer answers them. A shared mailbox is best."),
    )

    class Meta:
        model = Customer
        fields = (
            "name",
            "kind",
            "country",
            "language",
            "our_role",
            "answers_itself",
            "privacy_contact",
            "agreement_signed_on",
            "agreement_ended_on",
        )
        help_texts = {  # noqa: RUF012 - as Django has it
            "answers_itself": _("The Customer is the controller and answers its people’s requests: we pass them on."),
            "agreement_ended_on": _("From this day nobody can be enrolled."),
        }


class EnrolForm(forms.ModelForm):  # type: ignore[type-arg] # not generic at run time
    """One person to enrol; who is enrolled already can be enrolled anew, so the address is no field of the row here."""

    address = AddressField(
        label=_("Work e-mail address"),
        widget=forms.EmailInput(attrs={"size": "40"}),
        help_text=_("The person is told there that they were enrolled, by whom, and what they can do."),
    )
    facts = forms.CharField(
        required=False,
        label=_("What else the Customer told us"),
        widget=forms.Textarea(attrs={"rows": "4"}),
        help_text=_(
            "One fact on a line, such as “store: Lyon 3”. Nothing about health, origin, beliefs, opinions, trade union"
            " or private life."
        ),
    )

    class Meta:
        model = Enrolment
        fields = ("customer", "nickname")

    def clean_nickname(self) -> str:
        """The name, or in words why it is none."""
        return _asked(enrolling.tidied_nickname, self.cleaned_data["nickname"])

    def clean_facts(self) -> attributes.Attributes:
        """The facts by name, or in words what is wrong with them."""
        return _asked(attributes.of_lines, self.cleaned_data["facts"])

    def clean(self) -> dict[str, Any]:
        """Whether this Customer can enrol this person; the service asks again."""
        given = self.cleaned_data
        if given.get("customer") and given.get("address"):
            _asked(enrolling.refuse_barred, SYSTEM, given["customer"], given["address"])
        return given


class EndForm(forms.ModelForm):  # type: ignore[type-arg] # not generic at run time
    """The one thing that is decided about an enrolment that exists."""

    end = forms.BooleanField(
        required=False,
        label=_("End this enrolment"),
        help_text=_("The person stopped working there, or the Customer says so. One year later everything here goes."),
    )

    class Meta:
        model = Enrolment
        fields = ()


class AppointForm(forms.ModelForm):  # type: ignore[type-arg] # not generic at run time
    """Which account is to look after which Customer's people."""

    appointed_by: Any = None
    account = AddressField(
        label=_("Address of the account"),
        widget=forms.EmailInput(attrs={"size": "40"}),
        help_text=_(
            "With which the person signs in. Ask the Customer in writing whom it names: this person sees all whom it"
            " enrolled."
        ),
    )

    class Meta:
        model = CustomerAdministrator
        fields = ("customer",)

    def clean_account(self) -> User:
        """The account of this address, or in words why it cannot be appointed."""
        account = selectors.account_of(self.cleaned_data["account"])
        if account is None:
            raise forms.ValidationError(_("There is no account with this address. The person makes one first."))
        if account.pk == self.appointed_by:
            raise forms.ValidationError(_("Nobody appoints themselves. Ask a colleague."))
        return account

    def clean(self) -> dict[str, Any]:
        """Whether this account can act for this Customer; the service asks again."""
        given = self.cleaned_data
        if given.get("customer") and given.get("account"):
            try:
                appointing.refuse(given["account"], given["customer"].pk)
            except AppointmentRefused as refusal:
                self.add_error("account", refusal.message)
        return given


def _asked(ask: Callable[..., Answer], *given: Any) -> Answer:
    """What the question answers; a refusal becomes the form's own words."""
    try:
        return ask(*given)
    except EnrolmentRefused as refusal:
        raise forms.ValidationError(refusal.message) from refusal
