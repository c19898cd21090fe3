"""What is asked of somebody who asks for another person: who they are, for whom, what, and what shows that they may."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

from django import forms
from django.conf import settings
from django.utils import formats, timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from privacy.forms import AddressField
from privacy.uploads.clean import Cleaned
from privacy.uploads.fields import CleanFileField
from privacy.vocabulary import Purpose, Right
from rights_requests.forms import WHY_PLACE, NameField, PlaceField, message_field
from rights_requests.questions.objection import ObjectionForm
from rights_requests.questions.objection import asked as objection_asked
from rights_requests.questions.question import Answers, AskForm, Row, just_message
from rights_requests.questions.restriction import RestrictionForm
from rights_requests.questions.restriction import asked as restriction_asked
from rights_requests.regimes.places import name_of as place_name
from rights_requests.services.filing import Asked
from rights_requests.vocabulary import STAND_IN, ObjectionGround, RequesterRole, RestrictionGround


class WordsForm(AskForm):
    """Anything that goes with the request; never required."""

    message = message_field(
        _("You do not have to give a reason. Only the people who answer read this, and the person it is about may ask.")
    )


FORMS: Mapping[Right, type[AskForm]] = MappingProxyType(
    {
        Right.ACCESS: WordsForm,
        Right.ERASURE: WordsForm,
        Right.RESTRICTION: RestrictionForm,
        Right.OBJECTION: ObjectionForm,
    }
)
# Why the other rights are the person's own business: their questions show what we hold about them.
NOT_FOR_OTHERS = MappingProxyType(
    {
        Right.RECTIFICATION: _(
            "To correct data one has to see it, and we show it to the person alone. They can do it themselves on this"
            " site, with a code and without an account, or you write to us what is wrong."
        ),
        Right.PORTABILITY: _(
            "Where the files go is for the person to choose, so they ask for this themselves. You can ask for a copy"
            " for them: the files are in it too."
        ),
    }
)


class WhoForm(AskForm):
    """In which role somebody asks, their name, for whom, and which right."""

    role = forms.ChoiceField(
        label=_("You ask"),
        choices=[(role.value, role.label) for role in STAND_IN],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether the person asked you to, or you are responsible for them.")},
    )
    name = NameField(
        label=_("Your own name"),
        help_text=_("We tell the person who asks for them, by this name."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter your name.")},
    )
    email = AddressField(
        label=_("The e-mail address of the person you ask for"),
        help_text=_("The one you think we know them by. We write to it at once, so that they know and can say no."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Enter the e-mail address of the person you ask for.")},
    )
    country = PlaceField(label=_("Where does this person live?"), help_text=WHY_PLACE)
    right = forms.ChoiceField(
        label=_("What do you ask for?"),
        choices=[(right.value, right.label) for right in FORMS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you ask for.")},
    )

    def clean_email(self) -> str:
        """The person's address; raises ValidationError for one's own."""
        given = str(self.cleaned_data["email"])
        if given in self.party.subject.emails:
            raise forms.ValidationError(_("This is your own address. To ask for yourself, go back and choose a right."))
        return given


class MandateForm(AskForm):
    """What shows that somebody may ask: a file, or for an agent a statement that they sign with their name."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    mandate = CleanFileField(
        required=False,
        label=_("A file that shows it"),
        help_text=format_lazy(
            _(
                "A picture or a PDF: the letter in which the person asks you to act, or what shows that you are"
                " responsible for them. Cover what we do not need, such as numbers and photographs. Never send an"
                " identity card. We keep the file locked away for {days} days at most."
            ),
            days=settings.EVIDENCE_DAYS,
        ),
    )
    signed = NameField(
        required=False,
        label=_("Or sign here with your name"),
        help_text=_("Your name under the statement above counts as your signature."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def __init__(self, *args: Any, role: RequesterRole, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role = role
        if role == RequesterRole.GUARDIAN:
            del self.fields["signed"]
            self.fields["mandate"].required = True

    def clean(self) -> dict[str, Any]:
        """One of the two, unless the file itself was not taken."""
        cleaned = super().clean() or {}
        if self.role == RequesterRole.AGENT and not self.errors and not (cleaned["mandate"] or cleaned["signed"]):
            self.add_error("signed", _("Choose a file, or sign the statement with your name."))
        return cleaned

    @property
    def file(self) -> Cleaned | None:
        """The file made anew, if there is one; call it after is_valid()."""
        found: Cleaned | None = self.cleaned_data["mandate"]
        return found


def statement(who: Mapping[str, Any], on: date | None = None) -> str:
    """What an agent signs, with the date in the reader's language."""
    day = formats.date_format(on or timezone.localdate(), "DATE_FORMAT")
    text = gettext(
        "I declare that the person with the address %(email)s asked me, %(name)s, to make this request for them, and"
        " that what I write is true. %(day)s"
    )
    return text % {"email": who["email"], "name": who["name"], "day": day}


def asked(right: Right, who: Mapping[str, Any], answers: Answers) -> Asked:
    """What is filed, by the law of the place where the person lives.

    Never the plan, which an agent does not see, and always with time for the person to say no.
    """
    asks = {Right.RESTRICTION: restriction_asked, Right.OBJECTION: objection_asked}
    return replace(asks.get(right, just_message)(answers, right), country=who.get("country", ""))


def rows(right: Right, who: Mapping[str, Any], answers: Answers, urls: tuple[str, str]) -> list[Row]:
    """Everything that will be sent, each with the way back to its question; `urls` are those of the two questions."""
    first, second = urls
    about: list[tuple[Any, Any, str]] = [
        (_("You ask"), RequesterRole(who["role"]).label, first),
        (_("Your own name"), who["name"], first),
        (_("The person you ask for"), who["email"], first),
        (_("Where this person lives"), place_name(who.get("country", "")), first),
        (_("What you ask"), right.label, first),
        *((key, value, second) for key, value in _answered(right, answers)),
    ]
    return [{"key": key, "value": value, "url": url} for key, value, url in about]


def _answered(right: Right, answers: Answers) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    if right == Right.RESTRICTION:
        found.append((_("Why"), RestrictionGround(answers["ground"]).label))
    if right == Right.OBJECTION:
        found.append((_("You object to"), ObjectionGround(answers["ground"]).label))
        found.append((_("Uses"), "\n".join(str(Purpose(use).label) for use in answers["purposes"])))
    return [*found, (_("What you want to tell us"), answers["message"])]
