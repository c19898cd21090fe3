"""The requests of the demonstration: each at the point of its way that it shows, made once."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts import demo_accounts, demo_customers
from accounts.models import User
from consent import demo_mailings
from privacy import clock
from rights_requests import demo_requests
from rights_requests.models import RightsRequest
from rights_requests.vocabulary import State
from tests.factories import make_request, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def demonstration(settings: Settings, tmp_path: Path) -> None:
    settings.DEMO_REQUESTS = True
    demo_accounts.ensure(tmp_path / "accounts.json")
    demo_customers.ensure()
    demo_mailings.ensure()


@pytest.mark.usefixtures("demonstration")
def test_the_desk_has_something_late_something_due_soon_and_something_of_each_stage() -> None:
    call_command("demo_requests")
    found = list(RightsRequest.objects.order_by("received_at"))
    assert [request.state for request in found] == [
        State.PREPARED,
        State.RECEIVED,
        State.RECEIVED,
        State.RECEIVED,
        State.APPROVED,
        State.RECEIVED,
    ]
    late, soon, *others = [(request.due_at - clock.now()).days for request in found]
    assert late < 0 <= soon < 7
    assert min(others) >= 7
    agent = User.objects.get(email=demo_requests.AGENT)
    assert [request.assignee_id == agent.pk for request in found] == [True, False, True, False, False, False]


@pytest.mark.usefixtures("demonstration")
def test_they_are_made_once() -> None:
    demo_requests.ensure()
    demo_requests.ensure()
    assert RightsRequest.objects.count() == len(demo_requests.CAME)


@pytest.mark.usefixtures("demonstration")
def test_none_is_made_beside_a_request_of_the_sites_own() -> None:
    own = make_request(make_user())
    demo_requests.ensure()
    assert RightsRequest.objects.get() == own


def test_without_its_staff_none_is_made_and_where_it_is_off_the_command_refuses() -> None:
    make_user()
    demo_requests.ensure()
    assert not RightsRequest.objects.exists()
    with pytest.raises(CommandError):
        call_command("demo_requests")
