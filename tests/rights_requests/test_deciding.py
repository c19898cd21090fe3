"""Deciding: by staff with the right to, never on oneself, by two where data dies, and refused only with a reason."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from post_office.models import Email

from accounts.models import Profile, User
from privacy.actors import SYSTEM, Actor
from privacy.models import AuditEntry, Job
from privacy.vocabulary import Right
from rights_requests.contact import open_contact
from rights_requests.errors import (
    NotAllowed,
    OwnRequest,
    PlanChanged,
    ReasonNeeded,
    RequestError,
    SameEyes,
    WrongState,
)
from rights_requests.models import RefusalReason, RightsRequest, State
from rights_requests.services import assigning, deciding, resuming
from tests.factories import make_staff, make_user
from tests.rights_requests.scenario import DECIDES, at_once, filed, staff_actor, subject_actor

pytestmark = pytest.mark.django_db


def prepared(user: User) -> tuple[RightsRequest, Actor]:
    """A prepared erasure and who prepared it."""
    request, actor = filed(user, Right.ERASURE), staff_actor()
    return deciding.prepare(request_id=request.pk, actor=actor, plan_hash=request.plan_hash), actor


def test_an_approved_access_request_has_a_job() -> None:
    request = filed(make_user())
    after = deciding.approve(request_id=request.pk, actor=staff_actor())
    assert after.state == State.APPROVED
    assert Job.objects.get(about=request.pk).kind == "access"


@pytest.mark.promise("P5.3")
def test_an_erasure_takes_two_people() -> None:
    user = make_user()
    request, first = prepared(user)
    with pytest.raises(SameEyes):
        deciding.approve(request_id=request.pk, actor=first, plan_hash=request.plan_hash)
    second = staff_actor()
    after = deciding.approve(request_id=request.pk, actor=second, plan_hash=request.plan_hash)
    assert (after.state, after.prepared_by_id, after.approved_by_id) == (State.APPROVED, first.user_id, second.user_id)
    assert open_contact(after.contact_sealed or b"", request.pk) == user.email


def test_an_erasure_is_not_approved_before_it_was_prepared() -> None:
    request = filed(make_user(), Right.ERASURE)
    with pytest.raises(WrongState):
        deciding.approve(request_id=request.pk, actor=staff_actor(), plan_hash=request.plan_hash)


def test_the_database_itself_refuses_one_pair_of_eyes() -> None:
    request, first = prepared(make_user())
    with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        RightsRequest.objects.filter(pk=request.pk).update(approved_by=first.user_id)


def test_the_database_itself_refuses_a_decision_on_oneself() -> None:
    user = make_user()
    request = filed(user)
    with pytest.raises(IntegrityError, match="never_ones_own"), transaction.atomic():
        RightsRequest.objects.filter(pk=request.pk).update(approved_by=user.pk)


def test_nobody_decides_on_their_own_request() -> None:
    colleague = make_staff(perms=DECIDES)
    access, erasure = filed(colleague), filed(colleague, Right.ERASURE)
    me = Actor.staff(colleague.pk)
    attempts = [
        lambda: deciding.approve(request_id=access.pk, actor=me),
        lambda: deciding.prepare(request_id=erasure.pk, actor=me),
        lambda: deciding.refuse(request_id=access.pk, actor=me, reason=RefusalReason.UNFOUNDED, text="no"),
        lambda: resuming.resume(request_id=access.pk, actor=me),
        lambda: assigning.assign(request_id=access.pk, actor=me, to=None),
    ]
    for attempt in attempts:
        with pytest.raises(OwnRequest):
            attempt()


def test_only_active_staff_with_the_permission_decide() -> None:
    request = filed(make_user())
    former = make_staff(perms=DECIDES)
    User.objects.filter(pk=former.pk).update(is_active=False)
    outsiders = [
        SYSTEM,
        subject_actor(make_user()),
        Actor.staff(make_user().pk),
        Actor.staff(make_staff().pk),
        Actor.staff(former.pk),
    ]
    for actor in outsiders:
        with pytest.raises(NotAllowed):
            deciding.approve(request_id=request.pk, actor=actor)
    request.refresh_from_db()
    assert request.state == State.RECEIVED


@pytest.mark.parametrize(("reason", "text"), [("", "because"), ("unfounded", "  "), ("other", "because")])
def test_a_refusal_needs_a_reason_of_the_list_and_words(reason: str, text: str) -> None:
    request = filed(make_user())
    with pytest.raises(ReasonNeeded):
        deciding.refuse(request_id=request.pk, actor=staff_actor(), reason=reason, text=text)  # type: ignore[arg-type]


def test_a_refusal_tells_the_person_reason_way_on_and_authority() -> None:
    user = make_user()
    request = filed(user)
    words = "We answered the same question last week. <b>See there</b> {{ 7|add:7 }}"
    deciding.refuse(request_id=request.pk, actor=staff_actor(), reason=RefusalReason.EXCESSIVE, text=words)
    letter = Email.objects.get(to=[user.email], subject__contains="refuse")
    assert words in letter.message
    assert "Art. 12(5)" in letter.message
    assert "cnil.fr" in letter.message
    assert "<b>" not in letter.html_message
    request.refresh_from_db()
    assert (request.state, request.refusal_reason, request.refusal_text) == (State.REFUSED, "excessive", words)
    assert request.transitions.get(event="refuse").reason == "excessive"


def test_preparing_tells_the_person_how_to_stop_it() -> None:
    user = make_user()
    request, _actor = prepared(user)
    letter = Email.objects.get(to=[user.email], subject__contains="deleted soon")
    assert f"/requests/{request.reference}/" in letter.message
    assert "stop" in letter.message


def test_a_changed_plan_is_shown_before_it_is_prepared() -> None:
    user = make_user()
    request = filed(user, Right.ERASURE)
    Profile.objects.filter(user=user).delete()
    with pytest.raises(PlanChanged):
        deciding.prepare(request_id=request.pk, actor=staff_actor(), plan_hash=request.plan_hash)
    fresh = RightsRequest.objects.get(pk=request.pk)
    assert (fresh.state, fresh.plan_hash != request.plan_hash) == (State.RECEIVED, True)
    assert AuditEntry.objects.filter(event="request.replanned").count() == 1
    after = deciding.prepare(request_id=request.pk, actor=staff_actor(), plan_hash=fresh.plan_hash)
    assert after.state == State.PREPARED


def test_a_plan_that_changed_after_it_was_prepared_goes_back_to_the_first_person() -> None:
    user = make_user()
    request, first = prepared(user)
    Profile.objects.filter(user=user).delete()
    with pytest.raises(PlanChanged):
        deciding.approve(request_id=request.pk, actor=staff_actor(), plan_hash=request.plan_hash)
    fresh = RightsRequest.objects.get(pk=request.pk)
    assert (fresh.state, fresh.prepared_by_id) == (State.RECEIVED, None)
    assert not Job.objects.exists()
    again = deciding.prepare(request_id=request.pk, actor=staff_actor(), plan_hash=fresh.plan_hash)
    assert deciding.approve(request_id=request.pk, actor=first, plan_hash=again.plan_hash).state == State.APPROVED


def test_an_old_page_cannot_approve_a_new_plan() -> None:
    request, _first = prepared(make_user())
    with pytest.raises(PlanChanged):
        deciding.approve(request_id=request.pk, actor=staff_actor(), plan_hash="0" * 64)


def test_only_staff_can_be_assigned_and_not_on_themselves() -> None:
    user = make_user()
    request, actor = filed(user), staff_actor()
    colleague = make_staff()
    assert assigning.assign(request_id=request.pk, actor=actor, to=colleague.pk).assignee_id == colleague.pk
    assert assigning.assign(request_id=request.pk, actor=actor, to=None).assignee_id is None
    for wrong in (user.pk, make_user().pk):
        with pytest.raises(NotAllowed):
            assigning.assign(request_id=request.pk, actor=actor, to=wrong)


def test_a_closed_request_is_not_assigned() -> None:
    request, actor = filed(make_user()), staff_actor()
    RightsRequest.objects.filter(pk=request.pk).update(state=State.COMPLETED, closed_at=Now())
    with pytest.raises(WrongState):
        assigning.assign(request_id=request.pk, actor=actor, to=None)


@pytest.mark.django_db(transaction=True)
def test_of_twenty_clicks_on_approve_one_counts() -> None:
    request = filed(make_user())
    actors = [staff_actor() for _number in range(20)]

    def click(number: int) -> bool:
        try:
            deciding.approve(request_id=request.pk, actor=actors[number])
        except RequestError:
            return False
        return True

    assert sum(at_once(20, click)) == 1
    assert (Job.objects.count(), request.transitions.filter(event="approve").count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_refuse_and_approve_at_once_one_is_heard() -> None:
    request = filed(make_user())
    actors = [staff_actor(), staff_actor()]

    def decide(number: int) -> bool:
        try:
            if number:
                deciding.approve(request_id=request.pk, actor=actors[1])
            else:
                deciding.refuse(request_id=request.pk, actor=actors[0], reason=RefusalReason.UNFOUNDED, text="no")
        except WrongState:
            return False
        return True

    assert sorted(at_once(2, decide)) == [False, True]
