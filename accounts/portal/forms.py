"""What a Customer's administrators write about a person, each field with why it is asked."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts import attributes, enrolling
from accounts.errors import EnrolmentRefused
from accounts.models import Customer, Enrolment
from accounts.portal.selectors import CURRENT, ENDED, EVERYBODY, enrolled_at
from privacy.actors import Actor
from privacy.forms import AddressField

Answer = TypeVar("Answer")


def _and_a_warning(hint: Any, warning: Any) -> SafeString:
    """A hint, and below it what must not be missed; a screen reader reads out both with the field."""
    return format_html("{}<br><strong>{}</strong>", hint, warning)


and_a_warning = lazy(_and_a_warning, SafeString)


class SearchForm(forms.Form):
    """Whom to look for; what cannot be looked for is not looked for, and nothing breaks."""

    use_required_attribute = False
    q = forms.CharField(
        required=False,
        max_length=254,
        label=_("Name or work address"),
        help_text=_("The beginning of a first name or nickname, or a whole work address."),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    standing = forms.ChoiceField(
        label=_("Show"),
        choices=((CURRENT, _("enrolled now")), (ENDED, _("enrolment ended")), (EVERYBODY, _("everybody"))),
    )

    def asked(self) -> dict[str, str]:
        """The search, for the selector."""
        self.is_valid()
        return {
            "search": str(self.cleaned_data.get("q", "")),
            "standing": str(self.cleaned_data.get("standing", "")) or CURRENT,
        }


class SaidForm(forms.Form):
    """What can be said of a person at any time: the name and the further facts."""

    use_required_attribute = False
    nickname = forms.CharField(
        max_length=200,
        label=_("First name or nickname"),
        help_text=_("How we address the person. A nickname will do; we need no surname."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter a first name or nickname.")},
    )
    facts = forms.CharField(
        required=False,
        label=_("Further facts"),
        help_text=and_a_warning(
            _(
                "One fact on a line, its name and a colon before it, such as “store: Lyon 3”, “shelves: 12” or “night"
                " shift: no”. At most 20, and only what the person’s work with the software needs: they read it."
            ),
            _(
                "Never anything about health, origin, beliefs, opinions, trade union, sexual life, or fingerprints and"
                " the like: the law forbids it here (Art. 9 GDPR)."
            ),
        ),
        widget=forms.Textarea(attrs={"rows": "5", "autocomplete": "off", "dir": "auto"}),
    )

    def __init__(self, *args: Any, before: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = before or {}
        # Counted on the server, so that a long text is answered in words and not cut off in silence.
        self.fields["nickname"].widget.attrs.pop("maxlength", None)

    @classmethod
    def of(cls, enrolment: Enrolment, given: Any = None) -> "SaidForm":
        """The form as it stands for somebody who is enrolled."""
        said = {"nickname": enrolment.nickname, "facts": attributes.as_lines(enrolment.attributes)}
        return cls(given, initial=said, before=enrolment.attributes)

    def clean_nickname(self) -> str:
        """The name, or in words why it is none."""
        return _asked(enrolling.tidied_nickname, self.cleaned_data["nickname"])

    def clean_facts(self) -> attributes.Attributes:
        """The facts by name, each in its kind, or in words what is wrong with them."""
        lines = _asked(attributes.of_lines, self.cleaned_data["facts"])
        return _asked(attributes.typed, lines, self.before)

    def said(self) -> dict[str, Any]:
        """What was written, for the service."""
        return {"nickname": self.cleaned_data["nickname"], "attributes": self.cleaned_data["facts"]}


class EnrolForm(SaidForm):
    """One person to enrol."""

    work_email = AddressField(
        label=_("Work e-mail address"),
        help_text=_(
            "We write to the person there at once: that you enrolled them, what you told us, and their rights."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter the work address of the person.")},
    )
    field_order = ("nickname", "work_email", "facts")

    def __init__(self, *args: Any, actor: Actor, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.customer = actor, customer
        self.known: Enrolment | None = None

    def clean_work_email(self) -> str:
        """An address that this Customer can enrol today, or in words why not; the service asks again."""
        address = str(self.cleaned_data["work_email"])
        self.known = enrolled_at(self.customer, address)
        if self.known:
            raise forms.ValidationError(
                _("You have enrolled this address already. What you said of the person can be changed on their page.")
            )
        _asked(enrolling.refuse_barred, self.actor, self.customer, address)
        return address


def _asked(ask: Callable[..., Answer], *given: Any) -> Answer:
    """What the question answers; a refusal becomes the form's own words."""
    try:
        return ask(*given)
    except EnrolmentRefused as refusal:
        raise forms.ValidationError(refusal.message) from refusal
