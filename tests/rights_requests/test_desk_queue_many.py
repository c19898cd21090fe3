"""Many requests at once: each by itself, told of by itself, nothing decided, and whoever was second is told."""

import re
from html import unescape
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from privacy.actors import Actor
from privacy.models import AuditEntry
from privacy.vocabulary import Right
from rights_requests.desk import bulk
from rights_requests.models import Reminder, RightsRequest, State
from rights_requests.services import assigning, reminding_by_hand, terms
from rights_requests.services.many import MOST_AT_ONCE, Chosen, each
from rights_requests.vocabulary import AskReason
from tests.factories import make_request, make_staff, make_user
from tests.rights_requests.browsing import said
from tests.rights_requests.desk import QUEUE, VIEW, browser, make_colleague, make_erasure
from tests.rights_requests.scenario import at_once, filed

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague() -> User:
    return make_colleague(email="colleague@occicor.example")


@pytest.fixture
def desk(colleague: User) -> Client:
    return browser(colleague)


def choose(desk: Client, action: str, *requests: RightsRequest, **more: str) -> str:
    """The page that an act on many begins with."""
    data = {"action": action, "index": "0", "_selected_action": [str(one.pk) for one in requests], **more}
    return desk.post(reverse(QUEUE), data, follow=True).content.decode()


def confirm(desk: Client, name: str, page: str, **answers: str) -> str:
    """Send what the page holds, with these answers; what is said then."""
    chosen = [unescape(value) for value in re.findall(r'name="chosen" value="([^"]+)"', page)]
    address = reverse("admin:rights_requests_rightsrequest_bulk", args=[name])
    return said(desk.post(address, {"chosen": chosen, **answers}))


def test_a_colleague_gets_them_and_what_changed_meanwhile_is_left_alone(desk: Client) -> None:
    other = make_colleague(email="other@occicor.example")
    one, two, closed = filed(make_user()), make_erasure(), make_request(make_user(), state=State.REFUSED)
    page = choose(desk, "assign", one, two, closed)
    assert page.count('name="chosen"') == 2
    quicker = make_colleague(email="quicker@occicor.example")
    assigning.assign(request_id=two.pk, actor=Actor.staff(quicker.pk), to=quicker.pk)
    text = confirm(desk, "assign", page, to=str(other.pk))
    assert "Done for 1 of 2 requests." in text
    assert f"{two.reference} Not done: It was changed meanwhile" in text
    assert "quicker@occicor.example has it in hand" in text
    assert set(RightsRequest.objects.filter(assignee=other)) == {one}
    assert set(RightsRequest.objects.filter(assignee=quicker)) == {two}
    assert "Done for 0 of 2 requests." in confirm(desk, "assign", page, to=str(other.pk))


def test_they_are_given_back_together(desk: Client, colleague: User) -> None:
    mine = make_request(make_user(), assignee=colleague)
    assert "Done for 1 of 1 request." in confirm(desk, "assign", choose(desk, "assign", mine), to=bulk.NOBODY)
    mine.refresh_from_db()
    assert mine.assignee is None


def test_what_a_colleague_has_is_not_taken_by_assigning_to_oneself(desk: Client) -> None:
    theirs = make_request(make_user(), assignee=make_colleague(email="first@occicor.example"))
    free = make_request(make_user())
    text = said(
        desk.post(
            reverse(QUEUE),
            {
                "action": "assign_to_me",
                "index": "0",
                "_selected_action": [str(theirs.pk), str(free.pk)],
            },
            follow=True,
        )
    )
    assert f"{theirs.reference}: first@occicor.example has it in hand" in text
    assert "1 request is yours now." in text


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_the_same_at_once_one_has_it_and_the_other_is_told() -> None:
    request = filed(make_user())
    (chosen,) = bulk.as_seen([request])
    people = [Actor.staff(make_colleague().pk) for _number in range(2)]

    def take(number: int) -> bool:
        def do(request_id: object, actor: Actor) -> object:
            return assigning.take(request_id=request.pk, actor=actor)

        (outcome,) = each(chosen=[chosen], actor=people[number], do=do, done="done")
        return outcome.done

    assert sorted(at_once(2, take)) == [False, True]
    assert AuditEntry.objects.filter(event="request.assigned").count() == 1


def test_each_gets_the_longer_term_that_its_law_knows_and_the_others_say_why_not(desk: Client) -> None:
    longer, again, paused = filed(make_user()), filed(make_user()), filed(make_user())
    me = Actor.staff(make_colleague().pk)
    terms.extend(request_id=again.pk, actor=me, reason="number", text="Many.")  # type: ignore[arg-type]
    terms.ask(request_id=paused.pk, actor=me, reason=AskReason.IDENTITY, text="Is it you?")
    page = choose(desk, "extend", longer, again, paused)
    assert page.count('name="chosen"') == 1
    assert "This term was made longer already." in page
    assert "The clock stands still until the person answers." in page
    assert "Choose the reason why it takes longer." in confirm(desk, "extend", page, reason="", text="Many shops.")
    done = confirm(desk, "extend", page, reason="complexity", text="Many shops.")
    assert f"{longer.reference} The term is longer, and the person is told." in done
    longer.refresh_from_db()
    assert longer.extended_at is not None
    assert longer.decisions.get().text == "Many shops."


def test_whoever_is_waited_for_is_reminded_once_a_day(desk: Client, colleague: User) -> None:
    person = make_user("ada@example.org")
    asked, theirs, free, mine = filed(person), filed(make_user()), filed(make_user()), filed(make_user())
    actor = Actor.staff(colleague.pk)
    terms.ask(request_id=asked.pk, actor=actor, reason=AskReason.CLARIFICATION, text="Which shop was it?")
    other = make_colleague(email="other@occicor.example")
    assigning.assign(request_id=theirs.pk, actor=actor, to=other.pk)
    assigning.assign(request_id=mine.pk, actor=actor, to=colleague.pk)
    page = choose(desk, "remind", asked, theirs, free, mine)
    assert page.count('name="chosen"') == 2
    assert "Nobody has it in hand" in page
    assert "You have it in hand yourself." in page
    assert "Done for 2 of 2 requests." in confirm(desk, "remind", page)
    letter = Email.objects.get(subject__contains="We still need your answer")
    assert letter.to == ["ada@example.org"]
    assert "Which shop" not in letter.message
    (internal,) = Email.objects.filter(subject=f"A colleague reminds you of {theirs.reference}")
    assert internal.to == ["other@occicor.example"]
    again = confirm(desk, "remind", page)
    assert "Done for 0 of 2 requests." in again
    assert "A reminder was sent today already." in again
    assert Reminder.objects.count() == AuditEntry.objects.filter(event="request.reminded").count() == 2


def test_a_second_reminder_of_a_day_cannot_be_stored(colleague: User) -> None:
    request = filed(make_user())
    assigning.assign(request_id=request.pk, actor=Actor.staff(colleague.pk), to=make_colleague().pk)
    sent = reminding_by_hand.remind(request_id=request.pk, actor=Actor.staff(colleague.pk))
    with pytest.raises(IntegrityError), transaction.atomic():
        Reminder.objects.create(request=request, whom=sent.whom, sent_on=sent.sent_on)


def test_the_whole_list_is_meant_only_up_to_a_bound(desk: Client, colleague: User) -> None:
    for _number in range(3):
        make_request(make_user(), right=Right.OBJECTION)
    make_request(make_user())
    narrowed = f"{reverse(QUEUE)}?right__exact=objection"
    desk.post(narrowed, {"action": "assign_to_me", "index": "0", "select_across": "1"})
    assert RightsRequest.objects.filter(assignee=colleague).count() == 3
    RightsRequest.objects.bulk_create(
        RightsRequest(reference=f"M-{number}", right=Right.ACCESS, subject_digest=f"{number}", due_at=timezone.now())
        for number in range(MOST_AT_ONCE)
    )
    for action in ("assign_to_me", "assign"):
        data = {"action": action, "index": "0", "select_across": "1"}
        assert f"You chose more than {MOST_AT_ONCE} requests." in said(desk.post(reverse(QUEUE), data, follow=True))
    assert RightsRequest.objects.filter(assignee=colleague).count() == 3


def test_nothing_is_decided_for_many(desk: Client) -> None:
    request = make_erasure()
    (chosen,) = bulk.as_seen([request])
    value = f"{chosen.request_id} {chosen.reference} {chosen.seen}"
    for name in ("approve", "refuse", "erase", "delete", "prepare"):
        address = reverse("admin:rights_requests_rightsrequest_bulk", args=[name])
        assert desk.post(address, {"chosen": [value]}).status_code == 404
    request.refresh_from_db()
    assert request.state == State.RECEIVED


def test_whoever_may_only_look_does_nothing_to_many() -> None:
    request = make_request(make_user())
    looker = browser(make_staff(perms=[VIEW]))
    assert b'name="action"' not in looker.get(reverse(QUEUE)).content
    (chosen,) = bulk.as_seen([request])
    value = f"{chosen.request_id} {chosen.reference} {chosen.seen}"
    for name in bulk.BULK:
        address = reverse("admin:rights_requests_rightsrequest_bulk", args=[name])
        assert looker.post(address, {"chosen": [value], "to": bulk.NOBODY}).status_code == 403
    assert not AuditEntry.objects.filter(event="request.assigned").exists()


def test_what_names_no_request_is_left_out_and_what_is_gone_is_told(desk: Client, colleague: User) -> None:
    address = reverse("admin:rights_requests_rightsrequest_bulk", args=["assign"])
    assert desk.post(address, {"chosen": ["nonsense", "' OR 1=1 --"]}).status_code == 302
    (gone,) = each(
        chosen=[Chosen(uuid4(), "OC-9999-9999", "0")], actor=Actor.staff(colleague.pk), do=lambda *_: None, done=""
    )
    assert not gone.done
    assert "We found no request" in str(gone.message)
