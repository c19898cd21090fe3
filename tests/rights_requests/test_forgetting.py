"""What is forgotten when a request is long over: who was behind it, and secrets that nobody needs any more."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from privacy import restriction
from privacy.actors import SYSTEM
from privacy.data_map.subject import Subject
from privacy.vocabulary import Right, StopGround
from rights_requests import people
from rights_requests.contact import seal_requester
from rights_requests.models import RightsRequest, State, Transfer
from rights_requests.services import appealing, filing, withdrawing
from rights_requests.services.filing import Asked, Asker
from rights_requests.vocabulary import RequesterRole, TransferKind
from tests.factories import make_request, make_user
from tests.rights_requests.scenario import filed, subject_actor

pytestmark = pytest.mark.django_db

SECRET = "https://files.example/in?token=secret"


def long_over(address: str) -> RightsRequest:
    """A refused request of somebody without an account, past every appeal."""
    party = people.party_of_address(address)
    asker = Asker(party.subject, party.method)
    request = filing.file(actor=party.actor, asker=asker, asked=Asked(Right.RESTRICTION, ground="claims")).request
    return closed(request)


def closed(request: RightsRequest) -> RightsRequest:
    """The request, refused as long ago as makes it over for good."""
    before = timezone.now() - timedelta(days=settings.APPEAL_DAYS + 1)
    RightsRequest.objects.filter(pk=request.pk).update(state=State.REFUSED, closed_at=before)
    request.refresh_from_db()
    return request


@pytest.mark.promise("P5.4")
def test_whoever_has_a_restriction_in_force_does_not_keep_others_from_being_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(appealing, "AT_ONCE", 1)
    restricted, other = long_over("ada@example.org"), long_over("bob@example.org")
    ada = Subject(emails=frozenset({"ada@example.org"}))
    digests = {"subject_digest": ada.digest, "digests": ada.digests()}
    restriction.impose(actor=SYSTEM, **digests, ground=StopGround.CLAIMS, request_id=restricted.pk)
    assert (appealing.forget_people(), appealing.forget_people()) == (1, 0)
    sealed = {each.pk: each.subject_sealed is not None for each in RightsRequest.objects.all()}
    assert sealed == {restricted.pk: True, other.pk: False}


def test_who_asked_for_a_person_with_an_account_is_forgotten_too() -> None:
    request = make_request(make_user())
    sealed = seal_requester({"email": "agent@example.org", "name": "Ada Agent"}, request.pk)
    stands_in = {"requester_role": RequesterRole.AGENT, "requester_sealed": sealed}
    RightsRequest.objects.filter(pk=request.pk).update(**stands_in)
    closed(request)
    assert appealing.forget_people() == 1
    request.refresh_from_db()
    assert request.requester_sealed is None


@pytest.mark.promise("P5.6")
def test_the_secret_of_an_address_goes_with_the_request_that_is_withdrawn() -> None:
    user = make_user()
    request = filed(user, Right.PORTABILITY)
    Transfer.objects.create(request=request, kind=TransferKind.HTTPS, target=SECRET)
    withdrawing.withdraw(request_id=request.pk, actor=subject_actor(user))
    assert Transfer.objects.get().target == "https://files.example/in"


@pytest.mark.promise("P5.6")
def test_the_secret_of_an_address_goes_when_nothing_will_be_sent_any_more() -> None:
    request = filed(make_user(), Right.PORTABILITY)
    Transfer.objects.create(request=request, kind=TransferKind.HTTPS, target=SECRET)
    appealing.forget_people()
    assert Transfer.objects.get().target == SECRET
    closed(request)
    appealing.forget_people()
    assert Transfer.objects.get().target == "https://files.example/in"
