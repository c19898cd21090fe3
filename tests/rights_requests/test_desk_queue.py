"""The queue: what stands in it, in which order, what it says about time, and how few queries it takes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from post_office.models import STATUS, Email

from accounts.models import User
from privacy.actors import Actor
from privacy.jobs import engine
from privacy.models import AuditEntry, Job, JobStep
from privacy.vocabulary import Right
from rights_requests import notifications
from rights_requests.desk import queue
from rights_requests.models import RightsRequest, State
from rights_requests.services import deciding
from rights_requests.words import controller_zone
from tests.factories import make_request, make_user
from tests.rights_requests.browsing import said
from tests.rights_requests.desk import QUEUE, browser, make_colleague, make_erasure, workspace_url

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("right", list(Right))
def test_the_number_of_steps_is_the_one_that_the_work_really_has(right: Right) -> None:
    person = make_user()
    request = make_erasure(person) if right is Right.ERASURE else make_request(person)
    if right is Right.ERASURE:
        deciding.prepare(request_id=request.pk, actor=Actor.staff(make_colleague().pk))
    deciding.approve(request_id=request.pk, actor=Actor.staff(make_colleague().pk))
    engine.run(Job.objects.get(about=request.pk).pk)
    done = queue.listed(RightsRequest.objects.all()).get()
    assert done.state == State.COMPLETED
    assert done.steps_done == queue.steps_total(done)


@pytest.fixture
def colleague() -> User:
    return make_colleague(email="colleague@occicor.example")


@pytest.fixture
def desk(colleague: User) -> Client:
    return browser(colleague)


def look(desk: Client, **parameters: str) -> str:
    """What the queue says under these parameters."""
    response = desk.get(reverse(QUEUE), parameters)
    assert response.status_code == 200
    return said(response)


def due_in(days: int) -> RightsRequest:
    """An open request whose answer is due so many days from now."""
    return make_request(make_user(), due_at=timezone.now() + timedelta(days=days))


@pytest.mark.parametrize(
    ("days", "words", "kind"),
    [
        (-3, "3 days late", "late"),
        (-1, "1 day late", "late"),
        (1, "1 day left", "urgent"),
        (2, "2 days left", "urgent"),
        (7, "7 days left", "soon"),
        (8, "8 days left", "quiet"),
    ],
)
def test_the_time_left_is_said_in_words(days: int, words: str, kind: str) -> None:
    assert queue.due(due_in(days)) == queue.Pill(words, kind)


def test_the_last_day_says_so_and_then_says_that_it_is_over() -> None:
    noon = timezone.localtime(timezone.now(), controller_zone()).replace(hour=12, minute=0)
    request = make_request(make_user(), due_at=noon)
    assert queue.due(request, noon - timedelta(hours=1)).label == "due today"
    assert queue.due(request, noon + timedelta(hours=1)).label == "late since today"


def test_what_is_due_first_stands_on_top(desk: Client) -> None:
    later, late, soon = due_in(20), due_in(-2), due_in(3)
    text = look(desk)
    assert text.index(late.reference) < text.index(soon.reference) < text.index(later.reference)


def test_of_what_is_due_at_one_instant_what_came_first_stands_first(desk: Client) -> None:
    due = timezone.now() + timedelta(days=3)
    came = [make_request(make_user(), due_at=due, received_at=due - timedelta(days=days)) for days in (5, 9, 7, 8)]
    page = desk.get(reverse(QUEUE)).content.decode()
    in_turn = sorted(came, key=lambda request: page.index(request.reference))
    assert in_turn == sorted(came, key=lambda request: request.received_at)
    assert page.count("sorted ascending") == 1


def test_a_line_says_who_what_when_and_how_far(desk: Client, colleague: User) -> None:
    person = make_user(email="amelie@shop.example")
    request = make_request(person, state=State.RUNNING, assignee=colleague, due_at=timezone.now() + timedelta(days=12))
    job = Job.objects.create(kind=Right.ACCESS, about=request.pk)
    JobStep.objects.create(job=job, name="start", fence=1, done_at=timezone.now())
    text = look(desk)
    for expected in (request.reference, "Access", "amelie@shop.example", "12 days left", "In progress 1 of 3 steps"):
        assert expected in text
    assert text.count("colleague@occicor.example") == 2


def test_closed_requests_wait_behind_their_own_tab(desk: Client) -> None:
    closed, open_one = make_request(make_user(), state=State.REFUSED), due_in(3)
    assert closed.reference not in look(desk)
    assert closed.reference in look(desk, view="closed")
    assert open_one.reference not in look(desk, view="closed")


def test_each_view_shows_its_own_and_an_unknown_view_the_open_ones(desk: Client, colleague: User) -> None:
    mine = make_request(make_user(), assignee=colleague, due_at=timezone.now() + timedelta(days=30))
    late, soon = due_in(-2), due_in(3)
    stuck = make_request(make_user(), state=State.NEEDS_ATTENTION, due_at=timezone.now() + timedelta(days=30))
    everyone = {mine, late, soon, stuck}
    views = {"open": everyone, "mine": {mine}, "unassigned": {late, soon, stuck}, "late": {late}, "soon": {soon}}
    for view, expected in {**views, "attention": {stuck}, "nonsense": everyone}.items():
        text = look(desk, view=view)
        assert {request for request in everyone if request.reference in text} == expected, view


def test_a_request_is_found_by_reference_and_by_address(desk: Client) -> None:
    wanted, other = make_request(make_user(email="find.me@shop.example")), make_request(make_user())
    for words in (wanted.reference, wanted.reference.lower(), "find.me@shop.example"):
        text = look(desk, q=words)
        assert wanted.reference in text
        assert other.reference not in text
    assert "No request is found by this" in look(desk, q="nothing-like-it")


def test_the_queue_takes_few_queries_however_long_it_is(desk: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            look(desk)
        return len(captured)

    for _ in range(3):
        make_erasure()
    look(desk)  # the first look of a session asks once what this person chose, and notes where they are
    look(desk)  # the first look of a visit goes on record, and is not counted here
    few = queries()
    for _ in range(12):
        make_request(make_user(), state=State.RUNNING, assignee=make_user())
    assert queries() == few
    assert few <= MOST_QUERIES - 1
    person = RightsRequest.objects.select_related("subject_user").first()
    for narrowed in (
        {"right__exact": "access", "state__exact": "running"},
        {"q": str(person.subject_user)},
        {"q": "Ma"},
    ):
        with CaptureQueriesContext(connection) as captured:
            look(desk, **narrowed)
        assert len(captured) <= MOST_QUERIES, narrowed


def test_what_people_wrote_is_not_even_read_for_the_queue(desk: Client) -> None:
    make_request(make_user(), message="private words")
    with CaptureQueriesContext(connection) as captured:
        assert "private words" not in look(desk)
    assert not any('"message"' in query["sql"] for query in captured)


def test_requests_are_taken_together_and_own_ones_are_left_with_the_reason(desk: Client, colleague: User) -> None:
    one, two, own = make_request(make_user()), make_erasure(), make_request(colleague)
    data = {"action": "assign_to_me", "index": "0", "_selected_action": [str(item.pk) for item in (one, two, own)]}
    text = said(desk.post(reverse(QUEUE), data, follow=True))
    assert "2 requests are yours now." in text
    assert f"{own.reference}: This request is about you" in text
    assert set(RightsRequest.objects.filter(assignee=colleague)) == {one, two}
    assert AuditEntry.objects.filter(event="request.assigned").count() == 2


def test_taking_is_the_only_thing_that_is_done_to_many_at_once(desk: Client) -> None:
    request = make_erasure()
    for action in ("delete_selected", "approve", "assign_to_me, approve"):
        desk.post(reverse(QUEUE), {"action": action, "index": "0", "_selected_action": [str(request.pk)]})
    request.refresh_from_db()
    assert request.state == State.RECEIVED
    assert request.assignee is None


def test_the_overview_counts_and_leads_to_each_view(desk: Client) -> None:
    due_in(-1)
    response = desk.get(reverse("admin:index"))
    assert "1 Late" in said(response)
    assert f"{reverse(QUEUE)}?view=late" in response.content.decode()


def test_the_overview_names_the_requests_whose_people_could_not_be_told(desk: Client) -> None:
    assert "could not be delivered" not in said(desk.get(reverse("admin:index")))
    request = make_request(make_user())
    notifications.received(request, to="ada@example.org")
    Email.objects.update(status=STATUS.failed)
    answer = desk.get(reverse("admin:index"))
    assert "1 message could not be delivered" in said(answer)
    assert f'href="{workspace_url(request)}">{request.reference}</a>' in answer.content.decode()
    assert "ada@example.org" not in answer.content.decode()
