"""The forms of the public pages: each field says why it asks, each error what to write instead."""

from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from privacy.addresses import LookAlike, normalised
from privacy.forms import ADDRESS_ALIKE, LONGEST_ADDRESS, TOO_LONG, AddressField, NoProgramForm
from visitors.display import Motion, TextSize, Theme
from visitors.models import LONGEST_NAME, LONGEST_TEXT
from visitors.vocabulary import Topic


class OneLine(forms.CharField):
    """A text of one line: whatever breaks a line counts as a space, so that it cannot begin another one."""

    def to_python(self, value: Any) -> str:
        """The text as one line."""
        return " ".join(str(super().to_python(value) or "").split())


class BegunAddress(OneLine):
    """What there is of an e-mail address so far, in the one form in which addresses are compared."""

    def to_python(self, value: Any) -> str:
        """The normalised text, whose length counts, not that of what was typed; raises for a look-alike."""
        try:
            return normalised(super().to_python(value))
        except LookAlike as error:
            raise forms.ValidationError(ADDRESS_ALIKE, code="look_alike") from error


class FormKey(forms.UUIDField):
    """What names one form; anything that is no such name counts as none, for no person typed it."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        """The name, or one of its own."""
        try:
            return super().to_python(value) or uuid4()
        except forms.ValidationError:
            return uuid4()


class ContactForm(NoProgramForm):
    """What somebody wants to tell us."""

    use_required_attribute = False

    topic = forms.ChoiceField(
        label=_("What is it about?"),
        help_text=_("So that the right person reads it."),
        choices=Topic.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is about."), "invalid_choice": _("Choose one from the list.")},
    )
    text = forms.CharField(
        label=_("Your message"),
        help_text=_("Leave out what is nobody’s business, such as your health. A person reads every message."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": "8"}),
        error_messages={"required": _("Write what you want to tell us."), "max_length": TOO_LONG},
    )
    email = AddressField(
        label=_("Your e-mail address"),
        help_text=_("So that we can answer you. We use it for nothing else."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Enter your e-mail address: without it we cannot answer.")},
    )
    name = OneLine(
        label=_("Your name"),
        help_text=_("So that we can address you. A first name or nickname is enough."),
        max_length=LONGEST_NAME,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"max_length": TOO_LONG},
    )
    # Names this form, so that it counts once however often it is sent.
    key = FormKey(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid4())
        for field in self.fields.values():
            # Counted on the server, so that a long text is answered in words and not cut off in silence.
            field.widget.attrs.pop("maxlength", None)

    def refuse_for_now(self) -> None:
        """Say that so many messages came from here that the next has to wait."""
        self.add_error(
            None,
            _("Many messages came from your network in a short time. Yours is still here: send it again in an hour."),
        )


class DraftForm(forms.Form):
    """What there is of a message so far: anything may still be missing or wrong, but not longer than a message."""

    topic = forms.ChoiceField(choices=[("", ""), *Topic.choices], required=False)
    text = forms.CharField(max_length=LONGEST_TEXT, required=False, error_messages={"max_length": TOO_LONG})
    email = BegunAddress(max_length=LONGEST_ADDRESS, required=False, error_messages={"max_length": TOO_LONG})
    name = OneLine(max_length=LONGEST_NAME, required=False, error_messages={"max_length": TOO_LONG})

    def clean(self) -> dict[str, Any]:
        """There is something to keep."""
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(given.values()):
            raise forms.ValidationError(_("There is nothing to keep yet: write something first."), code="empty")
        return given


def _choice(label: Any, choices: Any) -> forms.ChoiceField:
    wrong = {"required": _("Choose one."), "invalid_choice": _("Choose one from the list.")}
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, error_messages=wrong)


def _languages() -> list[tuple[str, Any]]:
    own_names = [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]
    return [("", _("As the address of the page says")), *own_names]


class DisplayForm(forms.Form):
    """How somebody wants to see the site; each language is named as those who read it name it."""

    use_required_attribute = False

    theme = _choice(_("Light or dark"), Theme.choices)
    text_size = _choice(_("Size of the words"), TextSize.choices)
    motion = _choice(_("Motion"), Motion.choices)
    language = forms.ChoiceField(
        label=_("Language"),
        help_text=_("When you come to our first page from elsewhere, you see it in this language."),
        choices=_languages,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one from the list.")},
    )
