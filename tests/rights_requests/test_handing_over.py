"""Routing to the Customer that decides about the data: who answers what, who is told, and no more than needed."""

from uuid import uuid4

import pytest
from django.test import Client
from post_office.models import Email

from privacy.vocabulary import Right
from rights_requests import people
from rights_requests.errors import NotIdentified, WrongState
from rights_requests.models import RightsRequest, State
from rights_requests.services import handing_over, standing_in
from rights_requests.services.filing import Asked, Asker, file
from rights_requests.services.standing_in import Mandate
from rights_requests.vocabulary import IdentityMethod, RequesterRole
from tests.factories import make_customer, make_enrolment, make_user
from tests.rights_requests.browsing import said
from tests.rights_requests.desk import act_url, browser, make_colleague, workspace_url
from tests.rights_requests.scenario import filed, staff_actor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P1.3")]
WORKER = "lina@shop.example"
CONTACT = "privacy@customer.example"


def enrolled(*, answers_itself: bool = True, name: str = "Shop") -> None:
    customer = make_customer(name, answers_itself=answers_itself)
    make_enrolment(WORKER, customer=customer)


def asked() -> RightsRequest:
    """A request of somebody without an account, whom a Customer enrolled."""
    party = people.party_of_address(WORKER)
    asker = Asker(party.subject, IdentityMethod.EMAIL_CODE)
    return file(actor=party.actor, asker=asker, asked=Asked(Right.ACCESS)).request


@pytest.fixture
def desk() -> Client:
    """The browser of a member of staff who may decide."""
    return browser(make_colleague())


def test_where_all_is_the_customers_the_request_goes_to_it_and_both_are_told(desk: Client) -> None:
    enrolled()
    request = asked()
    page = said(desk.get(workspace_url(request)))
    assert "All of it is theirs: they answer." in page
    assert "Hand over to the Customer" in page
    desk.post(act_url(request, "hand-over"))
    request.refresh_from_db()
    assert (request.state, request.handed_to) == (State.HANDED_OVER, "Shop")
    letter = Email.objects.get(to=WORKER, subject__startswith="Somebody else answers").message
    assert f"Shop: {CONTACT}" in letter
    notice = Email.objects.get(to=CONTACT)
    assert request.reference in notice.message
    assert WORKER not in notice.message + notice.html_message + notice.subject


def test_where_a_part_is_the_customers_we_name_it_and_go_on_with_ours(desk: Client) -> None:
    customer = make_customer("Shop", answers_itself=True)
    person = make_user(WORKER)
    make_enrolment(WORKER, customer=customer, user=person)
    request = filed(person)
    with pytest.raises(WrongState):
        handing_over.hand_over(request_id=request.pk, actor=staff_actor())
    assert "we answer for the rest" in said(desk.get(workspace_url(request)))
    desk.post(act_url(request, "name-customer"))
    desk.post(act_url(request, "name-customer"))
    request.refresh_from_db()
    assert (request.state, request.handed_to) == (State.RECEIVED, "Shop")
    assert "We go on with it." in Email.objects.get(to=WORKER, subject__startswith="For a part").message
    assert Email.objects.filter(to=CONTACT).count() == 1


def test_where_we_answer_for_the_customer_nothing_is_handed_over(desk: Client) -> None:
    enrolled(answers_itself=False)
    request = asked()
    page = said(desk.get(workspace_url(request)))
    assert "Hand over to the Customer" not in page
    assert "Whose data it is" not in page
    for act in (handing_over.hand_over, handing_over.name_customers):
        with pytest.raises(WrongState):
            act(request_id=request.pk, actor=staff_actor())


@pytest.mark.promise("P7.2")
def test_an_agent_learns_of_no_customer_before_the_mandate_is_accepted() -> None:
    enrolled()
    party = people.party_of_address("agent@example.org")
    given = {"role": RequesterRole.AGENT, "name": "Ada", "mandate": Mandate(statement="x", signed="Ada")}
    request = standing_in.ask(party=party, address=WORKER, asked=Asked(Right.ACCESS), key=uuid4(), **given).request  # type: ignore[arg-type]
    with pytest.raises(NotIdentified):
        handing_over.hand_over(request_id=request.pk, actor=staff_actor())
    assert not Email.objects.filter(to=CONTACT).exists()
