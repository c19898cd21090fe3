"""Restriction and objection from the question to their end: what stops, when, and that the person is told before."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from privacy import restriction
from privacy.data_map.subject import Subject, subject_of_user
from privacy.models import ProcessingStop
from privacy.vocabulary import Purpose, Right, StopGround
from rights_requests.errors import NotAllowed, NotFound, NotTheSame, ReasonNeeded, WrongState
from rights_requests.models import Recipient, RefusalReason, RightsRequest, State
from rights_requests.people import party_of_address, party_of_user
from rights_requests.questions.table import QUESTIONS
from rights_requests.services import appealing, deciding, handing_over, merging, stopping, withdrawing
from rights_requests.vocabulary import ObjectionGround, RestrictionGround
from tests.factories import make_customer, make_enrolment, make_user
from tests.rights_requests.browsing import browser_of, hidden, said
from tests.rights_requests.desk import act_url, browser, make_colleague
from tests.rights_requests.scenario import run, staff_actor, subject_actor

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P5.4")]

ADVERTISING = {"ground": ObjectionGround.MARKETING.value, "purposes": [], "message": ""}
STATISTICS = {"ground": ObjectionGround.OWN_SITUATION.value, "purposes": ["improve"], "message": "I am known there."}
WRONG_DATA = {"ground": RestrictionGround.ACCURACY.value, "message": ""}


def asked(user: User, right: Right, answers: dict[str, object]) -> RightsRequest:
    """A request of a person who answered the question of this right."""
    key = RightsRequest._meta.pk.get_default()
    return QUESTIONS[right].send(party=party_of_user(user), answers=answers, key=key).request


@pytest.fixture
def user() -> User:
    return make_user()


@pytest.fixture
def allows(user: User) -> Callable[[Purpose], bool]:
    """Whether the gate lets a use of this person's data through."""
    return lambda purpose: restriction.allows(subject_of_user(user.pk), purpose)


def test_advertising_ends_with_the_filing_and_nobody_has_to_decide(
    user: User, allows: Callable[[Purpose], bool]
) -> None:
    assert allows(Purpose.PROMOTIONAL_MESSAGES)
    request = asked(user, Right.OBJECTION, ADVERTISING)
    assert not allows(Purpose.PROMOTIONAL_MESSAGES)
    assert request.state == State.APPROVED
    assert run(request).state == State.COMPLETED
    assert not allows(Purpose.PROMOTIONAL_MESSAGES)
    assert allows(Purpose.IMPROVE)
    assert "ended the use" in Email.objects.filter(to=user.email).latest("id").message


def test_a_use_rests_while_an_objection_is_weighed_and_ends_when_it_is_approved(
    user: User, allows: Callable[[Purpose], bool]
) -> None:
    request = asked(user, Right.OBJECTION, STATISTICS)
    assert (request.state, allows(Purpose.IMPROVE), allows(Purpose.PROVIDE_SERVICES)) == (State.RECEIVED, False, True)
    deciding.approve(request_id=request.pk, actor=staff_actor())
    assert run(request).state == State.COMPLETED
    assert not allows(Purpose.IMPROVE)
    assert [stop.ground for stop in restriction.stops_of_request(request.pk)] == ["own_situation"]


def test_a_refused_objection_lets_the_use_go_on_only_after_the_person_had_time_to_speak(
    user: User, allows: Callable[[Purpose], bool]
) -> None:
    request = asked(user, Right.OBJECTION, STATISTICS)
    deciding.refuse(request_id=request.pk, actor=staff_actor(), reason=RefusalReason.OVERRIDING, text="We must.")
    assert (stopping.end_announced(), allows(Purpose.IMPROVE)) == (0, False)
    with override_settings(RESTRICTION_NOTICE_DAYS=0):
        assert (stopping.end_announced(), allows(Purpose.IMPROVE)) == (1, True)


def test_who_takes_an_objection_back_ends_its_effect_at_once(user: User, allows: Callable[[Purpose], bool]) -> None:
    request = asked(user, Right.OBJECTION, STATISTICS)
    withdrawing.withdraw(request_id=request.pk, actor=subject_actor(user))
    assert allows(Purpose.IMPROVE)


def test_a_restriction_begins_with_the_approval_and_stops_every_use_but_storing(
    user: User, allows: Callable[[Purpose], bool]
) -> None:
    request = asked(user, Right.RESTRICTION, WRONG_DATA)
    assert allows(Purpose.PROVIDE_SERVICES)
    deciding.approve(request_id=request.pk, actor=staff_actor())
    assert run(request).state == State.COMPLETED
    stopped = {purpose for purpose in Purpose if not allows(purpose)}
    assert stopped >= {Purpose.PROVIDE_SERVICES, Purpose.IMPROVE, Purpose.PROMOTIONAL_MESSAGES}
    assert allows(Purpose.LEGAL_DUTIES)


def restricted(user: User) -> RightsRequest:
    """A restriction in force."""
    request = asked(user, Right.RESTRICTION, WRONG_DATA)
    deciding.approve(request_id=request.pk, actor=staff_actor())
    return run(request)


def test_a_restriction_ends_only_after_the_person_was_told_and_why(
    user: User, allows: Callable[[Purpose], bool]
) -> None:
    request, staff = restricted(user), staff_actor()
    with pytest.raises(ReasonNeeded):
        stopping.announce_end(request_id=request.pk, actor=staff, text="  ")
    stopping.announce_end(request_id=request.pk, actor=staff, text="We checked: it is right.")
    stopping.announce_end(request_id=request.pk, actor=staff, text="Again.")
    letters = Email.objects.filter(to=user.email, subject__contains="will end")
    assert ["We checked: it is right." in letter.message for letter in letters] == [True]
    assert (stopping.end_announced(), allows(Purpose.IMPROVE)) == (0, False)
    with override_settings(RESTRICTION_NOTICE_DAYS=0):
        assert (stopping.end_announced(), allows(Purpose.IMPROVE)) == (1, True)
    with pytest.raises(WrongState):
        stopping.announce_end(request_id=request.pk, actor=staff, text="Once more.")


def test_nobody_but_staff_announces_and_nobody_but_the_person_ends_it_at_once(user: User) -> None:
    request, stranger = restricted(user), subject_actor(make_user())
    with pytest.raises(NotAllowed):
        stopping.announce_end(request_id=request.pk, actor=subject_actor(user), text="Mine.")
    with pytest.raises(NotFound):
        stopping.end_by_person(request_id=request.pk, actor=stranger)


def test_the_person_ends_their_own_restriction_on_its_page(user: User, allows: Callable[[Purpose], bool]) -> None:
    request, own = restricted(user), browser_of(user)
    address = reverse("rights_requests:end_stop", kwargs={"reference": request.reference})
    detail = reverse("rights_requests:detail", kwargs={"reference": request.reference})
    assert address in own.get(detail).content.decode()
    assert "May we use your data again?" in said(own.get(address))
    assert not allows(Purpose.IMPROVE)
    assert "It has ended." in said(own.post(address, follow=True))
    assert allows(Purpose.IMPROVE)
    assert "It has ended already." in said(own.post(address, follow=True))
    assert browser_of(make_user()).post(address).status_code == 404


def test_staff_announce_the_end_in_the_desk(user: User) -> None:
    request, desk = restricted(user), browser(make_colleague())
    empty = desk.post(act_url(request, "announce-end"), {"text": ""})
    assert "Explain to the person why the restriction ends." in said(empty)
    done = desk.post(act_url(request, "announce-end"), {"text": "Checked."}, follow=True)
    assert "The person is told." in said(done)


def test_a_use_rests_through_the_appeal_and_as_long_after_it_as_the_notice_takes(
    user: User, allows: Callable[[Purpose], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as long_ago:
        long_ago.setattr("privacy.clock.now", lambda: timezone.now() - timedelta(days=20))
        request = asked(user, Right.OBJECTION, STATISTICS)
        deciding.refuse(request_id=request.pk, actor=staff_actor(), reason=RefusalReason.OVERRIDING, text="We must.")
        appealing.appeal(request_id=request.pk, actor=subject_actor(user), text="You need not.")
    assert (stopping.end_announced(), allows(Purpose.IMPROVE)) == (0, False)
    appealing.uphold(request_id=request.pk, actor=staff_actor(), text="We looked again.")
    assert (stopping.end_announced(), allows(Purpose.IMPROVE)) == (0, False)
    with override_settings(RESTRICTION_NOTICE_DAYS=0):
        assert (stopping.end_announced(), allows(Purpose.IMPROVE)) == (1, True)


def objected(address: str, answers: Mapping[str, object] = STATISTICS) -> RightsRequest:
    """An objection of somebody whom a Customer that answers itself enrolled."""
    make_enrolment(address, customer=make_customer("Shop", answers_itself=True))
    key = RightsRequest._meta.pk.get_default()
    return QUESTIONS[Right.OBJECTION].send(party=party_of_address(address), answers=answers, key=key).request


def rest_of(request: RightsRequest) -> list[ProcessingStop]:
    return [stop for stop in restriction.stops_of_request(request.pk) if stop.ground == "objection"]


def test_what_rested_for_an_objection_ends_when_the_objection_is_handed_over_and_the_person_is_told() -> None:
    request = objected("ada@shop.example")
    assert len(rest_of(request)) == 1
    handing_over.hand_over(request_id=request.pk, actor=staff_actor())
    assert "we may use it again" in Email.objects.filter(to="ada@shop.example").latest("id").message
    with override_settings(RESTRICTION_NOTICE_DAYS=0):
        assert (stopping.end_announced(), rest_of(request)) == (1, [])


def test_what_rested_for_a_duplicate_ends_with_notice_where_the_first_does_not_rest_for_the_same(user: User) -> None:
    first, second = asked(user, Right.OBJECTION, STATISTICS), objected("ada@shop.example")
    how = {"reference": first.reference, "known_how": "She wrote from both."}
    merging.link_duplicate(request_id=second.pk, actor=staff_actor(), **how)
    assert "we may use it again" in Email.objects.filter(to="ada@shop.example").latest("id").message
    with override_settings(RESTRICTION_NOTICE_DAYS=0):
        assert (stopping.end_announced(), rest_of(second), len(rest_of(first))) == (1, [], 1)


def test_what_rested_for_a_duplicate_ends_at_once_where_the_first_rests_for_the_same(user: User) -> None:
    first, second = asked(user, Right.OBJECTION, STATISTICS), objected("ada@shop.example")
    known = {
        "subject_digest": first.subject_digest,
        "digests": Subject(emails=frozenset({"ada@shop.example"})).digests(),
    }
    of_first = {"ground": StopGround.OBJECTION, "purpose": Purpose.IMPROVE, "request_id": first.pk}
    restriction.impose(actor=staff_actor(), **known, **of_first)
    how = {"reference": first.reference, "known_how": "She wrote from both."}
    merging.link_duplicate(request_id=second.pk, actor=staff_actor(), **how)
    assert (rest_of(second), len(rest_of(first))) == ([], 1)
    assert "we may use it again" not in Email.objects.filter(to="ada@shop.example").latest("id").message


def test_an_objection_to_other_uses_is_no_duplicate(user: User) -> None:
    first = asked(user, Right.OBJECTION, STATISTICS)
    second = objected("ada@shop.example", {**STATISTICS, "purposes": ["improve", "support"]})
    with pytest.raises(NotTheSame):
        merging.link_duplicate(request_id=second.pk, actor=staff_actor(), reference=first.reference, known_how="Same.")


@pytest.mark.parametrize("right", [Right.RESTRICTION, Right.OBJECTION])
def test_the_pages_ask_in_words_and_keep_what_was_typed(user: User, right: Right) -> None:
    own = browser_of(user)
    question = reverse("rights_requests:new_right", kwargs={"right": right})
    page = own.post(question, {"message": "Kept words"})
    assert (page.status_code, "Kept words" in page.content.decode()) == (200, True)
    assert "Choose" in said(page)


def test_an_objection_because_of_ones_situation_names_a_use_and_a_reason(user: User) -> None:
    own, question = browser_of(user), reverse("rights_requests:new_right", kwargs={"right": Right.OBJECTION})
    page = said(own.post(question, {"ground": "own_situation", "message": ""}))
    assert "Choose at least one use that you object to." in page
    assert "Write in a sentence or two what speaks against it in your situation." in page


def test_the_whole_way_through_the_pages(user: User) -> None:
    own = browser_of(user)
    question = reverse("rights_requests:new_right", kwargs={"right": Right.RESTRICTION})
    check = reverse("rights_requests:new_check", kwargs={"right": Right.RESTRICTION})
    own.post(question, {"ground": "claims", "message": "A dispute"})
    page = own.get(check)
    assert "I need it for a legal claim" in said(page)
    own.post(check, {"key": hidden(page, "key")})
    assert RightsRequest.objects.get().ground == "claims"


def test_an_objection_of_a_person_without_an_account_holds_for_their_address() -> None:
    enrolment = make_enrolment("ada@example.org")
    party = party_of_address(enrolment.work_email)
    key = RightsRequest._meta.pk.get_default()
    QUESTIONS[Right.OBJECTION].send(party=party, answers=ADVERTISING, key=key)
    ada = Subject(emails=frozenset({"ada@example.org"}))
    assert not restriction.allows(ada, Purpose.PROMOTIONAL_MESSAGES)


def test_forged_purposes_are_refused(user: User, client: Client) -> None:
    own, question = browser_of(user), reverse("rights_requests:new_right", kwargs={"right": Right.OBJECTION})
    page = own.post(question, {"ground": "own_situation", "purposes": ["legal_duties"], "message": "x"})
    assert page.status_code == 200
    assert not RightsRequest.objects.exists()


@pytest.mark.promise("P7.4")
def test_recipients_are_told_of_a_restriction_and_of_its_end(user: User) -> None:
    Recipient.objects.create(name="Mailer", what_for="carries mail", slugs=["accounts-user"])
    Recipient.objects.create(name="Nobody", what_for="gets nothing of it", slugs=["accounts-customer"])
    request = restricted(user)
    stopping.end_by_person(request_id=request.pk, actor=subject_actor(user))
    told = request.notices.order_by("created_at").values_list("recipient__name", "kind")
    assert list(told) == [("Mailer", "restriction"), ("Mailer", "restriction_lifted")]
