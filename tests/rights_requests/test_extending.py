"""The longer term: once, before the first one ends, with a letter that says why and until when (Art. 12(3))."""

import re

import pytest
from django.urls import reverse
from post_office.models import Email

from accounts.models import User
from privacy.actors import SYSTEM, Actor
from privacy.models import AuditEntry
from privacy.vocabulary import Right
from rights_requests.deadlines import next_alert_at, term_of
from rights_requests.errors import (
    AlreadyExtended,
    ClockStands,
    ExtensionTooLate,
    NoExtension,
    NotAllowed,
    NotFound,
    OwnRequest,
    ReasonNeeded,
    RequestError,
    WrongState,
)
from rights_requests.models import Decision, RefusalReason, RightsRequest
from rights_requests.services import appealing, deciding, terms
from rights_requests.vocabulary import AskReason, DecisionKind, ExtensionReason
from tests.factories import make_staff, make_user
from tests.rights_requests.browsing import browser_of, said
from tests.rights_requests.frozen import DAY, RECEIVED, Clock, received
from tests.rights_requests.scenario import DECIDES, at_once, filed, staff_actor, subject_actor

pytestmark = pytest.mark.django_db
WHY = "Your copy comes from four systems, and one of them is being moved."


@pytest.fixture
def user() -> User:
    return make_user()


def extend(request: RightsRequest, actor: Actor | None = None, text: str = WHY) -> RightsRequest:
    return terms.extend(
        request_id=request.pk, actor=actor or staff_actor(), reason=ExtensionReason.COMPLEXITY, text=text
    )


def fresh(request: RightsRequest) -> RightsRequest:
    return RightsRequest.objects.get(pk=request.pk)


@pytest.mark.promise("P5.1")
def test_the_term_is_longer_from_the_receipt_and_both_dates_are_kept(user: User, now_is: Clock) -> None:
    request = received(user)
    before, told_at = request.due_at, now_is.set(request.due_at - DAY)
    RightsRequest.objects.update(alerted=90)
    extend(request)
    now = fresh(request)
    assert f"{now.due_at:%d %m %Y}" == "25 02 2027"
    assert (now.extended_at, now.extended_from) == (told_at, before)
    assert term_of(now).extended_at == told_at
    # Of the longer term not half is gone: staff are reminded of its stages anew.
    assert (now.alerted, now.alert_at) == (0, next_alert_at(term_of(now), 0))
    decision = Decision.objects.get(request=request)
    assert (decision.kind, decision.reason, decision.text) == ("extension", "complexity", WHY)
    assert AuditEntry.objects.get(event="request.extended").data == {"reason": "complexity"}


def test_the_letter_says_why_until_when_and_what_the_person_can_do(user: User, now_is: Clock) -> None:
    request = received(user, country="GB")
    now_is.set(RECEIVED + 9 * DAY)
    extend(request)
    letter = Email.objects.get(subject=f"We need more time for your request {request.reference}").message
    for said_ in (
        "On Wednesday 25 November 2026 you asked us:",
        "You were to have our answer by Monday 28 December 2026. We need more time.",
        "The reason: The request is complex (Art. 12(3) GDPR)",
        WHY,
        "You have our answer at the latest on Thursday 25 February 2027",
        "We can take longer only this once.",
        "https://ico.org.uk/make-a-complaint",
        "https://www.cnil.fr/",
        "You can also go to court.",
        f"Your reference: {request.reference}",
    ):
        assert said_ in letter, letter


def test_the_page_shows_the_reason_and_both_dates(user: User) -> None:
    request = filed(user)
    extend(request)
    now = fresh(request)
    page = said(browser_of(user).get(reverse("rights_requests:detail", kwargs={"reference": request.reference})))
    assert "Why it takes longer The request is complex (Art. 12(3) GDPR)" in page
    assert WHY in page
    assert now.extended_from is not None
    assert f"You were to have our answer by {now.extended_from:%A} " in page
    assert "we first had one month from" in page
    assert "it gives us one month" not in page
    assert "We told you that we need more time. The law gives us until" in page
    assert "We need more time" in page  # among what happened


def test_the_same_button_pressed_twice_is_one_extension_and_another_one_is_refused(user: User) -> None:
    request, actor = filed(user), staff_actor()
    first = extend(request, actor).due_at
    assert extend(request, actor).due_at == first
    for other, text in ((actor, "Something else."), (staff_actor(), WHY)):
        with pytest.raises(AlreadyExtended):
            extend(request, other, text)
    assert Decision.objects.count() == 1
    assert Email.objects.filter(subject__startswith="We need more time").count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_make_one_extension_and_one_letter(user: User) -> None:
    request, actors = filed(user), [staff_actor() for _ in range(8)]

    def press(number: int) -> bool:
        try:
            extend(request, actors[number])
        except AlreadyExtended:
            return False
        return True

    assert sum(at_once(8, press)) == 1
    assert Decision.objects.count() == 1
    assert Email.objects.filter(subject__startswith="We need more time").count() == 1


def refusal_of(request: RightsRequest, error: type[RequestError], actor: Actor | None = None, **given: str) -> str:
    """The words in which an extension is refused; nothing has changed then."""
    before = RightsRequest.objects.values().get(pk=request.pk)
    arguments = {"reason": ExtensionReason.COMPLEXITY, "text": WHY, **given}
    with pytest.raises(error) as refused:
        terms.extend(request_id=request.pk, actor=actor or staff_actor(), **arguments)  # type: ignore[arg-type]
    assert RightsRequest.objects.values().get(pk=request.pk) == before
    assert not Decision.objects.filter(kind=DecisionKind.EXTENSION).exists()
    assert not Email.objects.filter(subject__startswith="We need more time").exists()
    return str(refused.value.message)


def test_after_the_first_term_has_ended_it_is_too_late(user: User, now_is: Clock) -> None:
    request = received(user)
    now_is.set(request.due_at + DAY / 86400)
    assert "The first term is over." in refusal_of(request, ExtensionTooLate)


@pytest.mark.parametrize("country", ["AE", "QA", "BH", "KW", "", "JP"])
def test_where_the_law_knows_no_longer_term_there_is_none(user: User, now_is: Clock, country: str) -> None:
    assert "Answer by the day it ends." in refusal_of(received(user, country=country), NoExtension)


def test_for_a_child_there_is_none(user: User, now_is: Clock) -> None:
    request = received(user, country="FR", right=Right.ERASURE, minor=True)
    refusal_of(request, NoExtension)


@pytest.mark.parametrize(("reason", "text"), [("complexity", " "), ("complexity", ""), ("weather", WHY), ("", WHY)])
def test_it_needs_a_reason_of_the_list_and_words_for_the_person(user: User, reason: str, text: str) -> None:
    assert "Choose a reason" in refusal_of(filed(user), ReasonNeeded, reason=reason, text=text)


def test_nobody_without_the_right_to_decide_and_nobody_about_themselves(user: User) -> None:
    request = filed(user)
    for actor in (subject_actor(user), SYSTEM, Actor.staff(make_staff().pk)):
        refusal_of(request, NotAllowed, actor)
    own = make_staff(perms=DECIDES)
    refusal_of(filed(own), OwnRequest, Actor.staff(own.pk))
    with pytest.raises(NotFound):
        terms.extend(request_id=user.pk, actor=staff_actor(), reason=ExtensionReason.NUMBER, text=WHY)


def test_a_closed_request_and_one_whose_clock_stands_still_take_no_longer(user: User) -> None:
    paused = filed(user)
    terms.ask(request_id=paused.pk, actor=staff_actor(), reason=AskReason.IDENTITY, text="Who are you?")
    assert "The clock stands still" in refusal_of(paused, ClockStands)
    refused = filed(make_user())
    deciding.refuse(request_id=refused.pk, actor=staff_actor(), reason=RefusalReason.EXCESSIVE, text="Again.")
    refusal_of(refused, WrongState)


def test_an_appeal_has_a_term_of_its_own_that_is_not_made_longer_a_second_time(user: User) -> None:
    request = filed(user)
    extend(request)
    deciding.refuse(request_id=request.pk, actor=staff_actor(), reason=RefusalReason.EXCESSIVE, text="Again.")
    appealing.appeal(request_id=request.pk, actor=subject_actor(user), text="It is not.")
    now = fresh(request)
    assert (term_of(now).due_at, term_of(now).extended_at) == (now.due_at, None)
    with pytest.raises(AlreadyExtended):
        extend(request)
    page = said(browser_of(user).get(reverse("rights_requests:detail", kwargs={"reference": request.reference})))
    assert "Our commitment: you have our answer by" in page
    assert "The law gives us until" not in page
    assert "New date, at the latest" not in page


def test_every_reason_names_its_article() -> None:
    for reason in (*ExtensionReason, *AskReason):
        assert re.search(r"\((Art\. 12\(\d\)|recital 63) GDPR\)", str(reason.label)), reason
