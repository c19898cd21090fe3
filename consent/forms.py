"""The forms of the newsletter page: each field says why it asks, each error what to do instead."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from consent import wording
from consent.vocabulary import Topic
from privacy.forms import AddressField, NoProgramForm

WORDS_CHANGED = _("The words of this page have changed since you opened it. Read them again, then subscribe.")


class TopicsField(forms.TypedMultipleChoiceField):
    """Which topics; what stands beside each box is part of the consent."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=wording.topic_choices, coerce=Topic, widget=forms.CheckboxSelectMultiple, empty_value=[], **kwargs
        )


class AgreedForm(forms.Form):
    """What a person agrees to, with the hash of the words they saw: nobody agrees to words that have changed.

    `words` goes with the page unseen: `shown.sha256`, the present one also when the form comes back.
    """

    use_required_attribute = False

    words = forms.CharField(required=False)
    words_of_page = staticmethod(wording.shown)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shown = self.words_of_page()

    def clean(self) -> dict[str, Any]:
        """Whether the words are those that were on the page; the page then shows the new ones."""
        given: dict[str, Any] = super().clean() or {}
        if given.pop("words", "") != self.shown.sha256:
            raise forms.ValidationError(WORDS_CHANGED, code="words")
        return given


class SubscribeForm(NoProgramForm, AgreedForm):
    """Who wants which messages."""

    topics = TopicsField(
        label=wording.TOPICS,
        help_text=wording.TOPICS_HINT,
        error_messages={
            "required": _("Tick what you want to hear about."),
            "invalid_choice": _("Tick topics from the list."),
        },
    )
    email = AddressField(
        label=wording.EMAIL,
        help_text=wording.EMAIL_HINT,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Enter your e-mail address: without it we cannot write to you.")},
    )

    def refuse_for_now(self) -> None:
        """Say that so many subscriptions came from here that the next has to wait."""
        self.add_error(
            None,
            _("Many subscriptions came from your network in a short time. Yours is still here: try again in an hour."),
        )


class ChoicesForm(AgreedForm):
    """Which messages somebody gets from now on, and in which language; no topic at all ends everything."""

    words_of_page = staticmethod(wording.shown_to_subscribers)
    topics = TopicsField(
        label=wording.TOPICS,
        help_text=wording.TOPICS_HINT,
        required=False,
        error_messages={"invalid_choice": _("Tick topics from the list.")},
    )
    language = forms.ChoiceField(
        label=_("Language of the messages"),
        help_text=_("We write to you in this language."),
        choices=lambda: settings.LANGUAGES,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one from the list."), "required": _("Choose a language.")},
    )
