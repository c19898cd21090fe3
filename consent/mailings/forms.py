"""The forms by which staff write a promotional message and say to how many people it goes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from consent.mailings.texts import SUBJECT_LENGTH, TEXT_LENGTH, Texts, problems, tidied
from consent.mailings.vocabulary import TOPIC_CHOICES
from privacy.forms import TOO_LONG

NO_SUBJECT = _("Enter a subject, or leave the text of this language empty too.")
NO_TEXT = _("Enter a text, or leave the subject of this language empty too.")


@dataclass(frozen=True)
class InOneLanguage:
    """The questions for one language: its code, its name in the reader's language, whether it runs right to left."""

    code: str
    name: str
    bidi: bool
    subject: forms.BoundField
    text: forms.BoundField


class TextField(forms.CharField):
    """Plain text in the form in which it is kept, without what a reader must not get."""

    longest = TEXT_LENGTH
    name = _("Text")
    hint = _(
        "Plain text. An empty line begins a paragraph; an address that begins with https:// becomes a link. Each"
        " reader’s links to end the messages follow by themselves."
    )
    missing = _("Enter a text.")

    def __init__(self, **kwargs: Any) -> None:
        said = {"required": self.missing, "max_length": TOO_LONG}
        super().__init__(
            label=self.name, help_text=self.hint, max_length=self.longest, strip=False, error_messages=said, **kwargs
        )

    def to_python(self, value: Any) -> str:
        """With one kind of line break and nothing at the ends."""
        return tidied(str(super().to_python(value) or ""))

    def validate(self, value: Any) -> None:
        """Say everything that is wrong with it, each in a sentence."""
        super().validate(value)
        wrong = [forms.ValidationError(why, params=named) for why, named in problems(value)]
        if wrong:
            raise forms.ValidationError(wrong)


class SubjectField(TextField):
    """The same in one line."""

    longest = SUBJECT_LENGTH
    name = _("Subject")
    hint = _("One line, as it stands in the list of a mailbox.")
    missing = _("Enter a subject.")

    def to_python(self, value: Any) -> str:
        """Without line breaks: a header has one line."""
        return " ".join(super().to_python(value).split())


class ComposeForm(forms.Form):
    """A message: its topic, and a subject and a text in each language; those but the site's first may be left out."""

    use_required_attribute = False
    topic = forms.ChoiceField(
        label=_("Topic"),
        help_text=_("It goes to those who asked for this topic and confirmed it, and to nobody else."),
        choices=TOPIC_CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a topic."), "invalid_choice": _("Choose a topic from the list.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, _name in settings.LANGUAGES:
            needed = code == settings.LANGUAGE_CODE
            shown = {"lang": code, "dir": "rtl" if get_language_info(code)["bidi"] else "ltr"}
            self.fields[f"subject_{code}"] = SubjectField(required=needed, widget=forms.TextInput(attrs=shown))
            self.fields[f"text_{code}"] = TextField(
                required=needed, widget=forms.Textarea(attrs={**shown, "rows": "12"})
            )

    def languages(self) -> Iterator[InOneLanguage]:
        """The questions of each language."""
        for code, name in settings.LANGUAGES:
            bidi = bool(get_language_info(code)["bidi"])
            yield InOneLanguage(code, str(name), bidi, self[f"subject_{code}"], self[f"text_{code}"])

    def clean(self) -> dict[str, Any]:
        """Each language is written whole or not at all, with nothing in it that a reader must not get."""
        given = super().clean() or {}
        for code, _name in settings.LANGUAGES:
            subject, text = given.get(f"subject_{code}"), given.get(f"text_{code}")
            if text and subject == "":
                self.add_error(f"subject_{code}", NO_SUBJECT)
            if subject and text == "":
                self.add_error(f"text_{code}", NO_TEXT)
        return given

    def texts(self) -> Texts:
        """What was written, as a message holds it."""
        codes = [code for code, _name in settings.LANGUAGES if self.cleaned_data[f"text_{code}"]]
        return {code: {what: self.cleaned_data[f"{what}_{code}"] for what in ("subject", "text")} for code in codes}


class SendForm(forms.Form):
    """That a member of staff knows to how many people the message goes that they looked at."""

    use_required_attribute = False
    sha256 = forms.CharField(widget=forms.HiddenInput)
    people = forms.IntegerField(
        label=_("To how many people does it go?"),
        help_text=_("Type the number that stands above. A message that has left cannot be called back."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": "8"}),
        error_messages={"required": _("Type the number."), "invalid": _("Type the number in digits.")},
    )
