"""The workspace of one request: what it shows, to whom, what it never runs, and that looking is on record."""

import re
from datetime import date
from html.parser import HTMLParser
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Profile, User
from privacy import restriction
from privacy.actors import SYSTEM, Actor
from privacy.data_map.subject import subject_of_user
from privacy.models import AuditEntry, Job, JobState, JobStep
from privacy.vocabulary import Right, StopGround
from rights_requests.models import RefusalReason, RightsRequest, State
from rights_requests.services import taking_in
from rights_requests.services.filing import Asked
from rights_requests.services.taking_in import Arrived, Contact
from rights_requests.vocabulary import Channel
from tests.factories import make_request, make_staff, make_user
from tests.rights_requests.browsing import said
from tests.rights_requests.desk import VIEW, act_url, browser, make_colleague, make_erasure, workspace_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague() -> User:
    return make_colleague()


@pytest.fixture
def desk(colleague: User) -> Client:
    return browser(colleague)


def look(desk: Client, request: RightsRequest) -> str:
    """What the workspace says."""
    response = desk.get(workspace_url(request))
    assert response.status_code == 200
    return said(response)


@pytest.mark.promise("P5.4")
def test_a_person_whose_data_may_only_be_stored_is_marked_on_each_of_their_requests(desk: Client) -> None:
    person = make_user()
    request, other = make_request(person), make_request(make_user())
    subject = subject_of_user(person.pk)
    who = {"subject_digest": subject.digest, "digests": subject.digests()}
    restriction.impose(actor=SYSTEM, **who, ground=StopGround.ACCURACY, request_id=request.pk)
    response = desk.get(workspace_url(request))
    assert "only store this person’s data" in said(response)
    assert f'<a href="{workspace_url(request)}">The request it came by</a>' in response.content.decode()
    assert "only store" not in look(desk, other)


def test_a_copy_shows_what_would_go_into_it_and_what_to_do(desk: Client) -> None:
    request = make_request(make_user(email="amelie@shop.example"), message="In French, please.")
    text = look(desk, request)
    for expected in (
        request.reference, "amelie@shop.example", "In French, please.", "30 days left", "approve: the copy is made",
        "What goes into the copy", "Your profile", "Approve and start", "Refuse the request",
    ):  # fmt: skip
        assert expected in text


def test_an_erasure_shows_the_plan_with_counts_and_reasons(desk: Client) -> None:
    text = look(desk, make_erasure())
    for expected in ("What the erasure does", "Your account", "deleted", "recommend the erasure", "3 records"):
        assert expected in text


def test_an_erasure_that_was_recommended_says_by_whom_and_asks_for_the_second_look(desk: Client) -> None:
    first = make_colleague(email="first@occicor.example")
    request = make_erasure()
    browser(first).post(act_url(request, "prepare"), {"plan_hash": request.plan_hash})
    text = look(desk, request)
    assert "by first@occicor.example" in text
    assert "Read the plan yourself" in text
    assert "Approve the erasure" in text


def test_work_that_stopped_names_the_step_and_the_error_and_offers_to_resume(desk: Client) -> None:
    request = make_erasure(state=State.NEEDS_ATTENTION)
    stuck = {"state": JobState.NEEDS_STAFF, "failed_step": "holding:accounts-profile", "failure": "OperationalError"}
    job = Job.objects.create(kind=Right.ERASURE, about=request.pk, attempts=3, **stuck)
    JobStep.objects.create(job=job, name="check_plan", fence=1, done_at=timezone.now())
    text = look(desk, request)
    for expected in ("stopped at “holding:accounts-profile”", "OperationalError", "Resume the work", "1 step, nothing"):
        assert expected in text


def test_an_erasure_that_left_something_names_the_places(desk: Client) -> None:
    request = make_erasure(state=State.NEEDS_ATTENTION)
    stuck = {"state": JobState.NEEDS_STAFF, "failed_step": "residue", "failure": "ResidueFound"}
    job = Job.objects.create(kind=Right.ERASURE, about=request.pk, **stuck)
    JobStep.objects.create(job=job, name="residue", fence=1, detail={"places": ["old_table.note"]})
    assert "Something of the person is left in: old_table.note" in look(desk, request)


def test_a_refusal_shows_its_reason_and_what_the_person_read(desk: Client) -> None:
    refused = {"refusal_reason": RefusalReason.EXCESSIVE, "refusal_text": "You asked last week."}
    text = look(desk, make_request(make_user(), state=State.REFUSED, **refused))
    assert "repeats an earlier one" in text
    assert "You asked last week." in text
    assert "Approve" not in text


def test_a_person_who_asked_before_is_counted(desk: Client) -> None:
    person = make_user()
    make_request(person, state=State.COMPLETED)
    assert "1 earlier request of this kind" in look(desk, make_request(person))


def test_a_request_without_its_person_is_still_shown(desk: Client) -> None:
    request = make_erasure(state=State.COMPLETED)
    RightsRequest.objects.update(subject_user=None, requester=None)
    assert "erased, no longer known" in look(desk, request)


def test_somebody_who_never_had_an_account_is_named_by_their_address(desk: Client, colleague: User) -> None:
    arrived = Arrived(Channel.EMAIL, date(2026, 1, 5), Contact(email="ada@example.org"))
    actor = Actor.staff(colleague.pk)
    filed = taking_in.take_in(actor=actor, arrived=arrived, asked=Asked(Right.ACCESS), key=uuid4()).request
    assert "Person ada@example.org Received" in look(desk, filed)


@pytest.mark.promise("P4.1")
def test_looking_at_a_persons_request_is_on_record(desk: Client, colleague: User) -> None:
    request = make_request(make_user())
    look(desk, request)
    entry = AuditEntry.objects.get(event="request.viewed")
    assert entry.actor == f"staff:{colleague.pk}"
    assert entry.subject_digest == request.subject_digest
    assert entry.object_id == str(request.pk)


def test_ones_own_request_is_readable_and_plainly_not_decidable(desk: Client, colleague: User) -> None:
    for request in (make_request(colleague), make_erasure(colleague)):
        text = look(desk, request)
        assert "a colleague must decide on it" in text
        assert not [words for words in ("Approve", "Recommend", "Refuse", "Assign to me") if words in text]


def test_whoever_may_only_read_sees_why_there_is_no_button() -> None:
    text = look(browser(make_staff(perms=[VIEW])), make_request(make_user()))
    assert "does not have the permission to decide" in text
    assert "Approve" not in text


def test_unknown_numbers_answer_as_not_found(desk: Client) -> None:
    for number in ("0", "nonsense", "6f9619ff-8b86-d011-b42d-00c04fc964ff"):
        address = reverse("admin:rights_requests_rightsrequest_change", args=[number])
        assert desk.get(address).status_code == 404


def test_the_workspace_takes_a_bounded_number_of_queries(desk: Client) -> None:
    request = make_erasure()
    with CaptureQueriesContext(connection) as captured:
        look(desk, request)
    assert len(captured) <= 37


PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "<svg/onload=alert(1)>",
    "{{ 7|add:7 }}{% debug %}",
    "</textarea><script>alert(1)</script>",
    "<a href=javascript:alert(1)>x</a>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<style>*{display:none}</style>",
    "\u202egnp.exe\u0000".replace("\u0000", ""),
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_strangers_words_stay_words(desk: Client, payload: str) -> None:
    plain = make_request(make_user(), message="words")
    person = make_user()
    Profile.objects.filter(user=person).update(name=payload)
    User.objects.filter(pk=person.pk).update(email=f"{payload.lower()}@shop.example")
    person.refresh_from_db()
    request = make_request(person, message=payload)
    for address in (workspace_url, lambda _request: reverse("admin:rights_requests_rightsrequest_changelist")):
        expected = structure(desk.get(address(plain)).content.decode())
        assert structure(desk.get(address(request)).content.decode()) == expected
    assert " ".join(payload.split()) in look(desk, request)


def structure(html: str) -> list[tuple[str, frozenset[str]]]:
    """The elements of a page with the names of their attributes; line breaks aside, words leave no trace in it."""
    reader = _Elements()
    reader.feed(re.sub(r"<br>", "", html))
    return reader.found


class _Elements(HTMLParser):
    """Gathers elements and the names of their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, frozenset[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One element."""
        self.found.append((tag, frozenset(name for name, _value in attrs)))
