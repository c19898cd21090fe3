"""Closing a duplicate: both stay linked, the person is told where it goes on, and nothing else is closed this way."""

from uuid import uuid4

import pytest
from post_office.models import Email

from accounts.models import User
from privacy.models import AuditEntry
from privacy.vocabulary import Right
from rights_requests.errors import FirstAtWork, LinkTheOther, NotAllowed, NotTheSame, NotTheSamePerson, WrongState
from rights_requests.models import RightsRequest, State
from rights_requests.people import party_of_address
from rights_requests.services import deciding, filing, merging, standing_in, withdrawing
from rights_requests.services.standing_in import Mandate
from rights_requests.subjects import address_of, both, subject_of
from rights_requests.vocabulary import Outcome, RequesterRole
from tests.factories import make_enrolment, make_message, make_user
from tests.rights_requests.browsing import said
from tests.rights_requests.desk import act_url, browser, make_colleague
from tests.rights_requests.scenario import filed, staff_actor, subject_actor
from tests.rights_requests.test_keeping_a_part import carried_out
from visitors.models import ContactMessage

pytestmark = pytest.mark.django_db


@pytest.fixture
def first() -> RightsRequest:
    """What somebody asked with their account."""
    return filed(make_user())


def asked_by_address() -> RightsRequest:
    """What somebody asked by their work address."""
    party = party_of_address(make_enrolment("ada@work.example").work_email)
    asker = filing.Asker(party.subject, party.method)
    return filing.file(actor=party.actor, asker=asker, asked=filing.Asked(Right.ACCESS)).request


def by_an_agent(address: str) -> RightsRequest:
    """What an agent asks for the person with this address."""
    agent = party_of_address("agent@example.org")
    given = {"role": RequesterRole.AGENT, "name": "Ada", "mandate": Mandate(statement="They asked.", signed="Ada")}
    asked, key = filing.Asked(Right.ACCESS), uuid4()
    return standing_in.ask(party=agent, address=address, asked=asked, key=key, **given).request


@pytest.fixture
def second() -> RightsRequest:
    """What the same person asked again by their work address."""
    return asked_by_address()


def test_a_duplicate_goes_on_under_the_first_reference(first: RightsRequest, second: RightsRequest) -> None:
    typed = {"reference": first.reference.lower().replace("-", " "), "known_how": "She signed both."}
    done = browser(make_colleague()).post(act_url(second, "link-duplicate"), typed, follow=True)
    assert "closed as a duplicate" in said(done)
    second.refresh_from_db()
    assert (second.state, second.duplicate_of, first.duplicates.get()) == (State.WITHDRAWN, first, second)
    assert RightsRequest.objects.get(pk=first.pk).state == State.RECEIVED
    assert first.reference in Email.objects.filter(to="ada@work.example").latest("id").subject


def test_a_wrong_reference_is_told_in_words(first: RightsRequest, second: RightsRequest) -> None:
    desk, erasure = browser(make_colleague()), filed(make_user(), Right.ERASURE)
    for wrong in (second.reference, erasure.reference, "OC-9999-9999"):
        page = desk.post(act_url(second, "link-duplicate"), {"reference": wrong})
        assert "no other open request of this right" in said(page)
    assert RightsRequest.objects.get(pk=second.pk).state == State.RECEIVED


def test_requests_that_name_different_people_are_linked_only_when_staff_say_how_they_know(
    first: RightsRequest, second: RightsRequest
) -> None:
    given = {"request_id": second.pk, "actor": staff_actor(), "reference": first.reference}
    with pytest.raises(NotTheSamePerson):
        merging.link_duplicate(**given)
    assert not second.messages.exists()
    merging.link_duplicate(**given, known_how="She signed both.")
    assert [(note.kind, note.text) for note in second.messages.all()] == [("note", "She signed both.")]


def test_two_requests_about_one_person_are_linked_without_more(first: RightsRequest) -> None:
    user = User.objects.get(pk=first.subject_user_id)
    other = by_an_agent(user.email)
    merging.link_duplicate(request_id=other.pk, actor=staff_actor(), reference=first.reference)
    other.refresh_from_db()
    assert other.duplicate_of == first


def test_only_staff_and_only_open_requests(first: RightsRequest, second: RightsRequest) -> None:
    user = User.objects.get(pk=first.subject_user_id)
    with pytest.raises(NotAllowed):
        merging.link_duplicate(request_id=second.pk, actor=subject_actor(user), reference=first.reference)
    withdrawing.withdraw(request_id=first.pk, actor=subject_actor(user))
    with pytest.raises(NotTheSame):
        merging.link_duplicate(request_id=second.pk, actor=staff_actor(), reference=first.reference)
    with pytest.raises(WrongState):
        merging.link_duplicate(request_id=first.pk, actor=staff_actor(), reference=second.reference)


def linked(second: RightsRequest, first: RightsRequest) -> RightsRequest:
    """The first request, after the second was closed as a duplicate of it."""
    merging.link_duplicate(
        request_id=second.pk, actor=staff_actor(), reference=first.reference, known_how="She signed both."
    )
    return RightsRequest.objects.get(pk=first.pk)


def by_address(address: str, right: Right = Right.ACCESS) -> RightsRequest:
    """What somebody asks by an address of which we hold a message."""
    make_message(address)
    party = party_of_address(address)
    asker = filing.Asker(party.subject, party.method)
    return filing.file(actor=party.actor, asker=asker, asked=filing.Asked(right)).request


def test_the_first_covers_what_both_have_shown_to_be_theirs(first: RightsRequest, second: RightsRequest) -> None:
    account = subject_of(first)
    covers = linked(second, first)
    assert subject_of(covers) == both(account, subject_of(second))
    assert "accounts-enrolment" in {item["slug"] for item in covers.plan["items"]}
    assert address_of(covers) == User.objects.get(pk=first.subject_user_id).email
    assert AuditEntry.objects.filter(event="request.widened").count() == 1


def test_of_two_mailboxes_answers_go_to_the_one_that_was_asked_by() -> None:
    first = by_address("zoe@example.org")
    covers = linked(by_address("ann@example.org"), first)
    assert subject_of(covers).emails == {"zoe@example.org", "ann@example.org"}
    assert address_of(covers) == "zoe@example.org"


@pytest.mark.django_db(transaction=True)
def test_an_erasure_that_covers_more_is_recommended_anew_and_erases_both() -> None:
    user = make_user()
    first = filed(user, Right.ERASURE)
    deciding.prepare(request_id=first.pk, actor=staff_actor(), plan_hash=first.plan_hash)
    covers = linked(by_address("ann@example.org", Right.ERASURE), first)
    assert (covers.state, covers.prepared_by_id, covers.plan_hash != first.plan_hash) == (State.RECEIVED, None, True)
    assert carried_out(covers).state == State.COMPLETED
    assert not User.objects.filter(pk=user.pk).exists()
    assert not ContactMessage.objects.filter(email="ann@example.org").exists()


def test_a_mailbox_never_opens_an_account_and_no_account_another(first: RightsRequest, second: RightsRequest) -> None:
    for other in (second, filed(make_user())):
        with pytest.raises(LinkTheOther):
            linked(first, other)
        assert RightsRequest.objects.get(pk=first.pk).state == State.RECEIVED


def test_what_nobody_has_shown_to_be_theirs_is_not_covered(first: RightsRequest, second: RightsRequest) -> None:
    """A letter that nobody confirmed, and what an agent asked for, lead to nothing more."""
    second.identity_checks.update(outcome=Outcome.OPEN)
    before = subject_of(first)
    assert subject_of(linked(second, first)) == before
    assert RightsRequest.objects.get(pk=second.pk).state == State.WITHDRAWN
    agents = by_an_agent("ada@work.example")
    agents.identity_checks.update(outcome=Outcome.PASSED)
    assert subject_of(linked(agents, first)) == before


def test_what_is_approved_grows_no_more(first: RightsRequest, second: RightsRequest) -> None:
    deciding.approve(request_id=first.pk, actor=staff_actor())
    with pytest.raises(FirstAtWork):
        linked(second, first)
