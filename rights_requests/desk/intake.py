"""What staff fill in when a request came by letter, call or e-mail."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy.actors import Actor
from privacy.data_map.residue import SHORTEST
from privacy.forms import AddressField
from privacy.uploads.fields import CleanFileField
from privacy.vocabulary import Right
from rights_requests.forms import WHY_PLACE, NameField, PlaceField, WholeText
from rights_requests.models import RightsRequest
from rights_requests.services import stopping, taking_in
from rights_requests.services.filing import Asked, FilingResult
from rights_requests.services.taking_in import Arrived, Contact
from rights_requests.vocabulary import (
    STAND_IN,
    Channel,
    IdentityMethod,
    ObjectionGround,
    RequesterRole,
    RestrictionGround,
)
from rights_requests.words import controller_zone

_OLDEST = timedelta(days=365)
_WAYS = (IdentityMethod.KNOWN_TO_STAFF, IdentityMethod.CUSTOMER)
_CHANNELS = [(channel.value, channel.label) for channel in Channel if channel is not Channel.PORTAL]
_GROUNDS = {Right.RESTRICTION: RestrictionGround, Right.OBJECTION: ObjectionGround}
_MESSAGE_LENGTH = RightsRequest._meta.get_field("message").max_length


class IntakeForm(forms.Form):
    """One request as it arrived; what the law asks of a right is asked for that right only."""

    use_required_attribute = False
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    channel = forms.ChoiceField(label=_("How did it reach us?"), choices=_CHANNELS)
    received_on = forms.DateField(
        label=_("On which day did it reach us?"),
        help_text=_("The day on which it was first in our hands, also when nobody looked. The term runs from it."),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": _("Enter the day on which it reached us."),
            "invalid": _("Enter the day as year, month and day, such as 2027-01-07."),
        },
    )
    old = forms.CharField(
        required=False,
        max_length=500,
        label=_("If that is more than a year ago: why is it taken in only now?"),
    )
    right = forms.ChoiceField(label=_("What is asked?"), choices=Right.choices)
    ground = forms.ChoiceField(
        required=False,
        label=_("For a restriction or an objection: on which ground?"),
        choices=[("", "–"), *RestrictionGround.choices, *ObjectionGround.choices],
    )
    purposes = forms.MultipleChoiceField(
        required=False,
        label=_("For an objection that is not to advertising: to which uses?"),
        choices=[(purpose.value, purpose.label) for purpose in stopping.OBJECTABLE],
        widget=forms.CheckboxSelectMultiple,
    )
    email = AddressField(
        required=False,
        label=_("E-mail address of the person it is about"),
        help_text=_("The one we know them by: that of their account, if they have one. They are told at this address."),
    )
    phone = forms.CharField(required=False, max_length=40, label=_("If there is none: their telephone number"))
    post = forms.CharField(
        required=False,
        max_length=500,
        label=_("If there is none: their name and postal address"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    role = forms.ChoiceField(
        label=_("Who asks?"),
        choices=[(role.value, role.label) for role in (RequesterRole.SELF, *STAND_IN)],
        help_text=_("“Myself” is the person it is about. For a report about a child use the form for that."),
    )
    stand_in_name = NameField(required=False, label=_("If somebody else asks: their name"))
    stand_in_email = AddressField(required=False, label=_("If somebody else asks: their e-mail address"))
    country = PlaceField(label=_("Where does the person live?"), help_text=WHY_PLACE)
    language = forms.CharField(required=False, max_length=10, label=_("Language, such as fr"))
    message = WholeText(
        required=False,
        max_length=_MESSAGE_LENGTH,
        label=_("What was said"),
        help_text=_("In the person’s own words where you have them. The person can read it."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    method = forms.ChoiceField(
        required=False,
        label=_("How do you know that it is them?"),
        choices=[("", _("Not yet: they are asked to confirm it")), *((way.value, way.label) for way in _WAYS)],
        help_text=_("A sender’s address or a name on the telephone shows nothing."),
    )
    known_how = forms.CharField(
        required=False, max_length=1000, label=_("How exactly? What did they know?"), widget=forms.Textarea
    )
    scan = CleanFileField(required=False, label=_("The letter, as a picture or a PDF"))

    def clean_received_on(self) -> Any:
        """A day that has begun."""
        day = self.cleaned_data["received_on"]
        if day > timezone.localdate(timezone=controller_zone()):
            raise forms.ValidationError(_("This day is still to come. Enter the day on which it reached us."))
        return day

    def clean_phone(self) -> str:
        """A number by which somebody can be told from others, also when an erasure searches for it."""
        phone = str(self.cleaned_data["phone"]).strip()
        if phone and sum(sign.isdigit() for sign in phone) < SHORTEST:
            raise forms.ValidationError(_("Enter the whole telephone number."))
        return phone

    def clean(self) -> dict[str, Any]:
        """What belongs together."""
        given = super().clean() or {}
        self._check_day(given)
        self._check_people(given)
        self._check_ground(given)
        if given.get("method") == IdentityMethod.KNOWN_TO_STAFF and not str(given.get("known_how", "")).strip():
            self.add_error("known_how", _("Write down what showed you that it is them."))
        return given

    def _check_day(self, given: dict[str, Any]) -> None:
        day = given.get("received_on")
        if day and day < timezone.localdate(timezone=controller_zone()) - _OLDEST and not given.get("old"):
            self.add_error("old", _("That is more than a year ago. Correct the day, or say why it is taken in now."))

    def _check_people(self, given: dict[str, Any]) -> None:
        if "email" in given and not (given["email"] or given.get("phone") or given.get("post")):
            self.add_error("email", _("Enter an e-mail address, a telephone number or a postal address."))
        if given.get("role") in STAND_IN and not given.get("stand_in_email") and "stand_in_email" in given:
            self.add_error("stand_in_email", _("Enter the e-mail address of whoever asks: the answer goes there."))
        if given.get("role") in STAND_IN and not given.get("stand_in_name") and "stand_in_name" in given:
            self.add_error("stand_in_name", _("Enter the name of whoever asks."))

    def _check_ground(self, given: dict[str, Any]) -> None:
        grounds = _GROUNDS.get(Right(given["right"])) if given.get("right") else None
        if grounds is None:
            given["ground"], given["purposes"] = "", []
        elif given.get("ground") not in grounds.values:
            self.add_error("ground", _("Choose the ground that fits what is asked."))
        elif given["ground"] == ObjectionGround.OWN_SITUATION and not given.get("purposes"):
            self.add_error("purposes", _("Choose at least one use."))

    def take_in(self, actor: Actor) -> FilingResult:
        """File it; call it after is_valid(). Raises what services.taking_in.take_in raises."""
        given = self.cleaned_data
        arrived = Arrived(
            channel=Channel(given["channel"]),
            received_on=given["received_on"],
            person=Contact(email=given["email"], phone=given["phone"], post=given["post"]),
            role=RequesterRole(given["role"]),
            stand_in=Contact(email=given["stand_in_email"], name=given["stand_in_name"]),
            method=IdentityMethod(given["method"]) if given["method"] else None,
            known_how="\n".join(filter(None, (given["known_how"], given["old"]))),
        )
        asked = Asked(
            Right(given["right"]),
            message=given["message"],
            ground=given["ground"],
            purposes=tuple(given["purposes"]),
            country=given["country"],
            language=given["language"].strip().lower(),
        )
        files = [given["scan"]] if given["scan"] else []
        key: UUID = given["key"]
        return taking_in.take_in(actor=actor, arrived=arrived, asked=asked, key=key, files=files)
