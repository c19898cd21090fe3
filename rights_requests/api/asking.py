"""What apps send to make a request: for each right the members that its page asks for, and no other."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.core.exceptions import ValidationError
from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers

from privacy.api.problems import Kind, Problem, Wrong, wrong_in_form
from privacy.api.reading import Strict, Text, read
from privacy.vocabulary import Purpose, Right
from rights_requests.forms import PlaceField
from rights_requests.models import RightsRequest
from rights_requests.people import Party
from rights_requests.questions.portability import MYSELF
from rights_requests.questions.question import Answers, Question
from rights_requests.questions.table import QUESTIONS
from rights_requests.services.stopping import OBJECTABLE
from rights_requests.vocabulary import ErasureGround, ObjectionGround, RestrictionGround, TransferKind

WORDS = RightsRequest._meta.get_field("message").max_length or 2000


class Ask(Strict):
    """What every request says: which right, and where the person lives."""

    right = serializers.ChoiceField(Right.choices)
    country = Text(
        required=False, allow_blank=True, max_length=6, help_text="Where you live, as `/regimes/` names places."
    )

    def validate_country(self, given: str) -> str:
        """The code as the list writes it."""
        try:
            return str(PlaceField(label="").clean(given))
        except ValidationError as error:
            raise serializers.ValidationError(error.messages, code="unknown") from error


class AskWithWords(Ask):
    """A request that takes words."""

    message = Text(required=False, allow_blank=True, max_length=WORDS)


class AskAccess(AskWithWords):
    """A copy of your data (Art. 15 GDPR)."""

    right = serializers.ChoiceField([Right.ACCESS.value])


class AskErasure(Ask):
    """That we delete your data (Art. 17 GDPR); `plan_hash` is that of the plan which was read and shown."""

    right = serializers.ChoiceField([Right.ERASURE.value])
    plan_hash = Text(max_length=64)
    ground = serializers.ChoiceField(ErasureGround.choices, required=False, allow_blank=True)
    waives_cooling = serializers.BooleanField(
        required=False, help_text="True begins as soon as it is checked: no time is left to change one’s mind."
    )


class AskRectification(Ask):
    """That we correct your data (Art. 16 GDPR); `seen` and the keys are those of the values that were read."""

    right = serializers.ChoiceField([Right.RECTIFICATION.value])
    seen = Text(max_length=64)
    changes = serializers.DictField(child=Text(allow_blank=True), allow_empty=False)
    statement = Text(required=False, allow_blank=True, max_length=WORDS)


class AskRestriction(AskWithWords):
    """That we only store your data (Art. 18 GDPR)."""

    right = serializers.ChoiceField([Right.RESTRICTION.value])
    ground = serializers.ChoiceField(RestrictionGround.choices)


class AskPortability(Ask):
    """What you gave us, for yourself or for somebody you name (Art. 20 GDPR)."""

    right = serializers.ChoiceField([Right.PORTABILITY.value])
    way = serializers.ChoiceField([MYSELF, *TransferKind.values])
    email = serializers.EmailField(required=False, allow_blank=True, help_text="Who gets the link, if `way` is mail.")
    url = Text(required=False, allow_blank=True, max_length=500, help_text="Where it goes, if `way` is https.")


class AskObjection(AskWithWords):
    """That we stop a use of your data (Art. 21 GDPR)."""

    right = serializers.ChoiceField([Right.OBJECTION.value])
    ground = serializers.ChoiceField(ObjectionGround.choices)
    purposes = serializers.ListField(
        child=serializers.ChoiceField([(use.value, Purpose(use).label) for use in OBJECTABLE]), required=False
    )


ASKED: Mapping[Right, type[Ask]] = MappingProxyType(
    {
        Right.ACCESS: AskAccess,
        Right.RECTIFICATION: AskRectification,
        Right.ERASURE: AskErasure,
        Right.RESTRICTION: AskRestriction,
        Right.PORTABILITY: AskPortability,
        Right.OBJECTION: AskObjection,
    }
)
ANY = PolymorphicProxySerializer(
    component_name="Ask",
    serializers={right.value: asked for right, asked in ASKED.items()},
    resource_type_field_name="right",
)


def question_of(data: Any) -> Question:
    """The question of the right that is asked for; raises a Problem where none is."""
    named = data.get("right") if isinstance(data, Mapping) else None
    if not isinstance(named, str) or named not in ASKED:
        said = str(serializers.ChoiceField.default_error_messages["invalid_choice"]).format(input=str(named)[:50])
        raise Problem(Kind.INVALID, wrong=[Wrong("#/right", said, "invalid_choice")])
    return QUESTIONS[Right(named)]


def answers_of(question: Question, data: Any, party: Party) -> tuple[Answers, str]:
    """The answers to the question, checked by the form of its page, and the place; raises what they find wrong."""
    given = read(ASKED[question.right], data)
    country = str(given.pop("country", ""))
    del given["right"]
    changes = given.pop("changes", {})
    form = question.form({**given, **_beside(changes, party, question)}, party=party)
    if not form.is_valid():
        raise wrong_in_form(form)
    return form.answers(), country


def _beside(changes: Mapping[str, str], party: Party, question: Question) -> Mapping[str, str]:
    """Of a rectification every value as it stands, with those that are to change; raises a Problem for any other."""
    if question.right is not Right.RECTIFICATION:
        return {}
    form = question.form(party=party)
    standing = {value.key: value.text for value in form.held if value.elsewhere is None}  # type: ignore[attr-defined]
    if foreign := sorted(set(changes) - set(standing)):
        said = str(serializers.ChoiceField.default_error_messages["invalid_choice"])
        wrong = [Wrong(f"#/changes/{key[:100]}", said.format(input=key[:50]), "invalid_choice") for key in foreign]
        raise Problem(Kind.INVALID, wrong=wrong)
    return {**standing, **changes}
