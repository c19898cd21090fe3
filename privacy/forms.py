"""Fields and parts of forms that several apps share."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from privacy.addresses import LookAlike, normalised
from privacy.numbers import NumberedText
from privacy.vocabulary import LookReason, ReadingVerdict

# So many characters of an address are stored; no real one is longer (RFC 5321).
LONGEST_ADDRESS = 254
ADDRESS_WRONG = _("Enter an e-mail address with an @ and a full stop after it, such as name@example.com.")
TOO_LONG: Any = NumberedText(_("Use at most %(limit_value)s characters; this has %(show_value)s."))
ADDRESS_ALIKE = _(
    "This address holds a character that is not seen or that looks like another. Type it letter by letter, in one"
    " alphabet; do not paste it."
)
PROGRAM = _(
    "A field that is not shown was filled in, perhaps by your browser. It is empty again: press the button once more."
)


class AddressField(forms.EmailField):
    """An e-mail address in the one form in which addresses are compared; a look-alike is refused."""

    default_error_messages = {"invalid": ADDRESS_WRONG, "look_alike": ADDRESS_ALIKE}  # noqa: RUF012 - as Django has it

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": LONGEST_ADDRESS, **kwargs})

    def to_python(self, value: Any) -> str:
        """The normalised address; raises ValidationError for a look-alike."""
        typed = str(super().to_python(value) or "")
        try:
            return normalised(typed)
        except LookAlike as error:
            raise ValidationError(self.error_messages["look_alike"], code="look_alike") from error

    def run_validators(self, value: Any) -> None:
        """Say once, in our words, that it is no address, whatever the library's validator says besides."""
        try:
            super().run_validators(value)
        except ValidationError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class NoProgramForm(forms.Form):
    """A form with a field that is shown to nobody (components/no_program.html): who fills it in is a program."""

    website = forms.CharField(required=False)

    def clean(self) -> dict[str, Any]:
        """Whether a program wrote; a person whose browser filled the field in is told and loses nothing."""
        given: dict[str, Any] = super().clean() or {}
        if given.pop("website", ""):
            raise ValidationError(PROGRAM, code="program")
        return given


class LookReasonForm(forms.Form):
    """Why a member of staff looks at people's data in this visit: one word of a closed list, never a text."""

    use_required_attribute = False

    reason = forms.ChoiceField(
        choices=LookReason.choices,
        widget=forms.RadioSelect,
        label=_("In this visit I look at people’s data"),
        help_text=_("Each person whose data you open can read this, with the day and your team, never your name."),
        error_messages={"required": _("Choose one: it is kept with each look, and shown to the person.")},
    )


class VerdictForm(forms.Form):
    """What came out when somebody looked into a colleague's reading: one word of a closed list."""

    use_required_attribute = False

    verdict = forms.ChoiceField(
        choices=ReadingVerdict.choices,
        widget=forms.RadioSelect,
        label=_("What came out?"),
        help_text=_("It is kept with the day and your number. It can be said once."),
        error_messages={"required": _("Choose what came out.")},
    )
