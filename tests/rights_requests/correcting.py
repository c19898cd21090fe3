"""What the tests of corrections share: a person with something wrong, their request, and decisions on it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from accounts.models import Profile, User
from privacy.data_map.rectify import Held, held
from privacy.data_map.subject import subject_of_user
from privacy.vocabulary import Right
from rights_requests.models import Proposal, RightsRequest
from rights_requests.people import party_of_user
from rights_requests.questions.rectification import RECTIFICATION
from rights_requests.services import correcting, deciding
from rights_requests.services.correcting import Verdict, fingerprint
from rights_requests.vocabulary import Answer
from tests.factories import make_user
from tests.rights_requests.scenario import staff_actor

ACCEPT = Verdict(Answer.ACCEPTED)
DECLINE = Verdict(Answer.DECLINED, "Your contract says so.")


def make_person(**profile: str) -> User:
    """A person whose profile says something."""
    user = make_user()
    Profile.objects.filter(user=user).update(**{"name": "Ann", "workplace": "Carrefour", **profile})
    return user


def key(user: User, field: str, holding: str = "accounts-profile") -> str:
    """What names a value of the person's profile."""
    return f"{holding}:{user.pk}:{field}"


def values(user: User) -> dict[str, Held]:
    """Everything of the person that may be corrected, by key."""
    return {value.key: value for value in held(subject_of_user(user.pk))}


def filed(user: User, changes: Mapping[str, str], statement: str = "") -> RightsRequest:
    """A request for these corrections (new texts by field of the profile, or by key), sent as the page sends it."""
    full = {name if ":" in name else key(user, name): text for name, text in changes.items()}
    seen = fingerprint(values(user).values())
    answers: dict[str, Any] = {"seen": seen, "statement": statement, "changes": full}
    result = RECTIFICATION.send(party=party_of_user(user), answers=answers, key=UUID(int=1))
    assert result.request.right == Right.RECTIFICATION
    return result.request


def proposal(request: RightsRequest, field: str) -> Proposal:
    """The correction of one field."""
    return Proposal.objects.get(request=request, field=field)


def decided(request: RightsRequest, **verdicts: Verdict) -> RightsRequest:
    """Staff decide on fields."""
    given = {proposal(request, field).pk: verdict for field, verdict in verdicts.items()}
    return correcting.decide(request_id=request.pk, actor=staff_actor(), verdicts=given)


def approved(user: User, changes: Mapping[str, str], **verdicts: Verdict) -> RightsRequest:
    """A request for corrections that staff decided on (all accepted unless said otherwise) and approved."""
    request = filed(user, changes)
    decided(request, **{found.field: ACCEPT for found in request.proposals.all()} | verdicts)
    return deciding.approve(request_id=request.pk, actor=staff_actor())
