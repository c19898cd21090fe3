"""What a page costs the database: at most six queries, however long it is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from privacy.models import PolicyText
from rights_requests.models import Message, State
from rights_requests.vocabulary import MessageKind
from tests.api.app import App
from tests.factories import make_enrolment, make_request, make_user
from tests.privacy.policy.publishing import published
from tests.sign_in_factories import make_sign_in

pytestmark = pytest.mark.django_db
MOST = 6


@pytest.fixture(scope="module")
def addresses() -> list[str]:
    """Every list and every single thing."""
    return [
        *("requests/", "requests/?limit=1", "requests/?limit=100", "requests/TEST/", "requests/TEST/timeline/"),
        "requests/TEST/messages/",
        *(
            "profile/",
            "enrolments/",
            "sign-ins/",
            "sign-ins/?limit=100",
            "subscriptions/",
            "rights/",
            "regimes/",
            "policy/versions/",
            "policy/versions/1/",
        ),
    ]


def test_a_list_or_a_thing_costs_six_queries_at_most(addresses: list[str]) -> None:
    user = make_user()
    published()
    for _ in range(3):
        make_enrolment(user=user)
        make_sign_in(user)
    for state in State:
        request = make_request(user, state=state, requester_digest=state.value)
        texts = [Message(request=request, kind=MessageKind.TO_PERSON, author="staff", text="x") for _ in range(3)]
        Message.objects.bulk_create(texts)
    app = App.of(user)
    for address in addresses:
        for reference in user.requests_about_me.values_list("reference", flat=True) if "TEST" in address else ["-"]:
            path = address.replace("TEST", reference)
            with CaptureQueriesContext(
                connection,
            ) as found:
                answer = app.get(path)
            assert answer.status_code == 200, (path, answer.content)
            told = "\n".join(query["sql"][:150] for query in found.captured_queries)
            assert len(found) <= MOST, f"{path}: {len(found)}\n{told}"
    assert PolicyText.objects.exists()
