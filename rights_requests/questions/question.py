"""A question of a right: its form, the page that asks it, what the check page lists, and what is filed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import get_language

from privacy.vocabulary import Right
from rights_requests.models import RightsRequest
from rights_requests.people import Party
from rights_requests.services import filing
from rights_requests.services.filing import Asked, Asker, FilingResult

Answers = Mapping[str, Any]
Row = dict[str, Any]


class AskForm(forms.Form):
    """The base of all questions: knows who is asked, and gives its answers as plain JSON values."""

    use_required_attribute = False

    def __init__(self, *args: Any, party: Party, **kwargs: Any) -> None:
        self.party = party
        super().__init__(*args, **kwargs)

    def answers(self) -> dict[str, Any]:
        """What the draft keeps; call it after is_valid()."""
        return dict(self.cleaned_data)


def nothing_more(_answers: Answers, _party: Party) -> Callable[[RightsRequest], None]:
    """For rights of which nothing is written beside the request."""
    return lambda _request: None


def just_message(answers: Answers, right: Right) -> Asked:
    """For rights that take words and nothing else."""
    return Asked(right, message=str(answers.get("message", "")))


@dataclass(frozen=True)
class Question:
    """Everything that differs between rights on the way from the start page to the filed request.

    `context` is what the page of the question shows besides its form. `rows` are the answers on the check page, in the
    form that the summary list takes. `asked` says what is filed, `attach` what is written beside it.
    """

    right: Right
    form: type[AskForm]
    template: str
    check_template: str
    rows: Callable[[Answers, Party], list[Row]]
    asked: Callable[[Answers, Right], Asked] = just_message
    attach: Callable[[Answers, Party], Callable[[RightsRequest], None]] = nothing_more
    context: Callable[[Party], dict[str, Any]] = lambda _party: {}
    # Whether an account is asked for its password again before it is sent.
    step_up: bool = False

    def send(self, *, party: Party, answers: Answers, key: UUID, country: str = "") -> FilingResult:
        """File the request of this party, who lives in this place; raises what services.filing.file raises."""
        return filing.file(
            actor=party.actor,
            asker=Asker(party.subject, party.method),
            asked=replace(self.asked(answers, self.right), country=country, language=get_language() or ""),
            idempotency_key=key,
            attach=self.attach(answers, party),
        )
