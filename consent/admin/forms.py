"""The forms of the catalogue: every text in every language, kept together in the row it belongs to."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from consent import catalogue
from consent.models import Party, Purpose, Tracker

LONGEST = 600
NAME = r"^[A-Za-z0-9_.\-]{2,100}$"


class TextsForm(forms.ModelForm):  # type: ignore[type-arg] # not generic at run time
    """A row whose column `texts` holds some words in each language; one field for each."""

    words: ClassVar[dict[str, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, language in settings.LANGUAGES:
            for name, label in self.words.items():
                self.fields[f"{name}_{code}"] = forms.CharField(
                    label=capfirst(f"{label} ({language})"),
                    max_length=LONGEST,
                    required=name not in ("set_when",),
                    initial=(self.instance.texts or {}).get(code, {}).get(name, ""),
                    widget=forms.Textarea(attrs={"rows": 2, "dir": "auto", "lang": code}),
                    error_messages={"required": _("Write this in every language: people read it before they choose.")},
                )

    @classmethod
    def names(cls) -> list[str]:
        """The fields of the texts, language by language."""
        return [f"{name}_{code}" for code, _language in settings.LANGUAGES for name in cls.words]

    def texts(self) -> dict[str, dict[str, str]]:
        """What was typed, as the column holds it."""
        return {
            code: {name: self.cleaned_data[f"{name}_{code}"].strip() for name in self.words}
            for code, _language in settings.LANGUAGES
        }


class PurposeForm(TextsForm):
    """The words of a purpose and who learns of it; what allows it and its code are the code's."""

    words: ClassVar[dict[str, Any]] = {
        "title": _("title"),
        "description": _("what it is for"),
        "without": _("if one says no"),
        "data": _("which data"),
    }
    from_the_code = forms.BooleanField(
        label=_("Take the words of the software again"),
        help_text=_("What staff wrote is then replaced the next time the catalogue is brought up to date."),
        required=False,
    )

    class Meta:
        """Recipients are chosen from the list of parties."""

        model = Purpose
        fields = ("recipients",)
        widgets: ClassVar[dict[str, Any]] = {"recipients": forms.CheckboxSelectMultiple}

    def save(self, commit: bool = True) -> Any:
        """Keep the words as written by staff when they changed; hand them back to the code when that is asked."""
        changed = any(name in self.changed_data for name in self.names())
        self.instance.texts = self.texts()
        self.instance.written_by_staff = (self.instance.written_by_staff or changed) and not self.cleaned_data[
            "from_the_code"
        ]
        return super().save(commit)


class TrackerForm(TextsForm):
    """What another company sets: its name, for which purpose, by whom."""

    words: ClassVar[dict[str, Any]] = {
        "what_for": _("what it is for"),
        "set_when": _("set when"),
        "lasts": _("how long it stays"),
    }
    name = forms.RegexField(
        NAME,
        label=capfirst(_("name, or how it begins")),
        error_messages={"invalid": _("Two characters at least: letters, digits, dots, hyphens and underscores.")},
    )
    purpose = forms.ModelChoiceField(catalogue.choosable(), label=capfirst(_("purpose")))

    class Meta:
        """The columns that are not texts."""

        model = Tracker
        fields = ("matching", "kind", "party")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial.update(name=self.instance.name, purpose=self.instance.cookie.cookiegroup_id)

    def clean(self) -> dict[str, Any]:
        """No second tracker of that name, and none of our own site's."""
        cleaned = super().clean() or {}
        if catalogue.is_taken(cleaned.get("name", ""), by_other_than=self.instance.pk):
            self.add_error("name", _("This name stands in the catalogue already."))
        return cleaned

    def save(self, commit: bool = True) -> Any:
        """Keep the row of the library beside ours."""
        cleaned, english = self.cleaned_data, self.texts()[settings.LANGUAGE_CODE]
        facts = {"name": cleaned["name"], "cookiegroup": cleaned["purpose"].group, "description": english["what_for"]}
        self.instance.cookie = catalogue.named(self.instance.pk, **facts)
        self.instance.texts = self.texts()
        return super().save(commit)


class PartyForm(forms.ModelForm):  # type: ignore[type-arg] # not generic at run time
    """Somebody who sets something or learns of it."""

    url = forms.URLField(label=capfirst(_("its privacy policy")), required=False, assume_scheme="https")

    class Meta:
        """Who it is and how to reach it."""

        model = Party
        fields = ("name", "kind", "address", "email", "url", "country")


class PublishForm(forms.Form):
    """Whether everybody is asked again, and what changed."""

    material = forms.BooleanField(
        label=_("Ask everybody again"),
        help_text=_("For a new recipient, another use or a longer time. Leave it empty for better words."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, language in settings.LANGUAGES:
            self.fields[f"why_{code}"] = forms.CharField(
                label=f"{_('What changed, and why')} ({language})",
                max_length=LONGEST,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2, "dir": "auto", "lang": code}),
            )

    def clean(self) -> dict[str, Any]:
        """Who is asked again is told why, in each language."""
        cleaned = super().clean() or {}
        for code, _language in settings.LANGUAGES:
            if cleaned.get("material") and not cleaned.get(f"why_{code}"):
                self.add_error(
                    f"why_{code}", _("People who are asked again read here why: write it in every language.")
                )
        return cleaned

    def changes(self) -> dict[str, str]:
        """What was typed, by language."""
        return {code: self.cleaned_data[f"why_{code}"] for code, _language in settings.LANGUAGES}
