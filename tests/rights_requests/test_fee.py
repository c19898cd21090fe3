"""A fee is told before anything is charged; the person accepts, declines or withdraws (Art. 12(5))."""

import pytest
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from accounts.models import User
from privacy.actors import Actor
from privacy.data_map.subject import Subject
from privacy.mail.address import contact_address
from privacy.models import AuditEntry
from privacy.vocabulary import Right
from rights_requests.desk import clock
from rights_requests.errors import FeeProposed, FeeTooHigh, FreeByLaw, NotFound, OwnRequest, ReasonNeeded, WrongState
from rights_requests.models import Decision, RefusalReason, RightsRequest, State
from rights_requests.services import deciding, filing, terms
from rights_requests.vocabulary import Answer, Channel, IdentityMethod
from tests.factories import make_staff, make_user
from tests.rights_requests.browsing import browser_of, said
from tests.rights_requests.desk import act_url, make_colleague, workspace_url
from tests.rights_requests.scenario import DECIDES, at_once, filed, staff_actor, subject_actor

pytestmark = pytest.mark.django_db
WHY = "You asked for the same copy eleven times this year; making it by hand takes two hours."


@pytest.fixture
def user() -> User:
    return make_user()


@pytest.fixture
def browser(user: User) -> Client:
    return browser_of(user)


def propose(request: RightsRequest, actor: Actor | None = None, cents: int = 1250, text: str = WHY) -> RightsRequest:
    return terms.propose_fee(
        request_id=request.pk,
        actor=actor or staff_actor(),
        amount_cents=cents,
        reason=RefusalReason.EXCESSIVE,
        text=text,
    )


def answer(request: RightsRequest, user: User, *, accepted: bool) -> RightsRequest:
    return terms.answer_fee(request_id=request.pk, actor=subject_actor(user), accepted=accepted)


def fresh(request: RightsRequest) -> RightsRequest:
    return RightsRequest.objects.get(pk=request.pk)


def page(name: str, request: RightsRequest) -> str:
    return reverse(f"rights_requests:{name}", kwargs={"reference": request.reference})


def test_the_person_is_told_how_much_and_why_before_anything_is_charged(user: User) -> None:
    request = filed(user)
    propose(request)
    now = fresh(request)
    assert (now.state, now.paused_at, now.due_at, now.alert_at) == (
        State.WAITING,
        None,
        request.due_at,
        request.alert_at,
    )
    letter = Email.objects.get(subject=f"We would charge a fee for your request {request.reference}").message
    for said_ in (
        "Our answers are free. For this one we would charge a fee of 12.50 €.",
        "The reason: The request repeats an earlier one (Art. 12(5) GDPR)",
        WHY,
        "Nothing is charged unless you accept. You can accept the fee, decline it, or withdraw your request: http",
        page("detail", request),
        "You can also go to court.",
    ):
        assert said_ in letter, letter
    assert AuditEntry.objects.get(event="request.asked").data["reason"] == "fee"


@pytest.mark.parametrize(("country", "right"), [("OM", Right.ACCESS), ("OM", Right.ERASURE), ("AE", Right.ACCESS)])
def test_where_the_law_gives_the_answer_free_without_exception_no_fee_is_proposed(
    user: User, country: str, right: Right
) -> None:
    request = filed(user, right, country=country)
    with pytest.raises(FreeByLaw):
        propose(request)
    desk = browser_of(make_colleague())
    shown = said(desk.get(workspace_url(request)))
    assert "By the law of this place the answer is free, without exception: no fee can be proposed." in shown
    assert "Propose a fee" not in shown
    given = {"reason": "excessive", "euros": "12.50", "text": WHY}
    assert "Answer it, or refuse it with the reason." in said(desk.post(act_url(request, "propose-fee"), given))
    assert not Decision.objects.exists()


@pytest.mark.parametrize(("country", "right"), [("FR", Right.ACCESS), ("", Right.ACCESS), ("AE", Right.ERASURE)])
def test_where_nobody_read_so_a_fee_can_be_proposed(user: User, country: str, right: Right) -> None:
    assert propose(filed(user, right, country=country)).state == State.WAITING


@pytest.mark.parametrize(
    ("answer_", "told", "afterwards", "at_the_desk"),
    [
        ("accepted", "You accepted the fee.", "you accepted a fee of 12.50 €", Answer.ACCEPTED),
        ("declined", "You declined the fee. Nothing is charged.", "you declined a fee of 12.50 €", Answer.DECLINED),
    ],
)
def test_the_page_offers_yes_no_and_withdrawal_and_remembers_the_answer(
    user: User, browser: Client, answer_: str, told: str, afterwards: str, at_the_desk: Answer
) -> None:
    request = filed(user)
    propose(request)
    text = said(browser.get(page("detail", request)))
    assert text.index("We would charge a fee of 12.50 €") < text.index("What happens next")
    assert "Our own clock runs on: our answer is due on" in text
    assert "At the latest on" not in text
    assert "Our answer by" in said(browser.get(reverse("rights_requests:list")))
    for offered in (
        "Accept the fee of 12.50 €",
        "Decline the fee",
        "Withdraw this request",
        "The clock for our answer runs on",
    ):
        assert offered in text
    answered = said(browser.post(page("fee", request), {"answer": answer_}, follow=True))
    assert told in answered
    assert afterwards in answered
    assert "Accept the fee" not in answered
    assert (fresh(request).state, Decision.objects.get().answer) == (State.RECEIVED, at_the_desk)
    assert Email.objects.filter(to=contact_address(), subject=f"Answer to a fee: {request.reference}").count() == 1


@pytest.mark.parametrize("nonsense", ["", "perhaps", "open"])
def test_anything_but_yes_and_no_is_asked_again(user: User, browser: Client, nonsense: str) -> None:
    request = filed(user)
    propose(request)
    answered = browser.post(page("fee", request), {"answer": nonsense}, follow=True)
    assert "Choose whether you accept the fee or decline it." in said(answered)
    assert fresh(request).state == State.WAITING


def test_the_same_answer_again_changes_nothing_and_the_other_one_comes_too_late(user: User, browser: Client) -> None:
    request = filed(user)
    propose(request)
    answer(request, user, accepted=True)
    assert answer(request, user, accepted=True).state == State.RECEIVED
    with pytest.raises(WrongState):
        answer(request, user, accepted=False)
    assert "We need nothing from you" in said(browser.post(page("fee", request), {"answer": "declined"}, follow=True))
    assert Decision.objects.get().answer == Answer.ACCEPTED
    assert Email.objects.filter(to=contact_address()).count() == 1


@pytest.mark.django_db(transaction=True)
def test_yes_and_no_at_the_same_moment_are_one_answer(user: User) -> None:
    request = filed(user)
    propose(request)

    def press(number: int) -> str:
        try:
            answer(request, user, accepted=number % 2 == 0)
        except WrongState:
            return "too late"
        return "yes" if number % 2 == 0 else "no"

    taken = set(at_once(8, press)) - {"too late"}
    assert len(taken) == 1
    assert Decision.objects.get().answer == (Answer.ACCEPTED if taken == {"yes"} else Answer.DECLINED)


def test_a_fee_is_proposed_once(user: User) -> None:
    request, actor = filed(user), staff_actor()
    propose(request, actor)
    assert propose(request, actor).state == State.WAITING
    for other, cents, text in ((actor, 1300, WHY), (actor, 1250, "Other words."), (staff_actor(), 1250, WHY)):
        with pytest.raises(FeeProposed):
            propose(request, other, cents, text)
    answer(request, user, accepted=False)
    with pytest.raises(FeeProposed):
        propose(request, staff_actor())
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("cents", [0, -1, 10_001, 2**31])
def test_a_fee_is_an_amount_that_can_be_reasonable(user: User, cents: int) -> None:
    with pytest.raises(FeeTooHigh, match="at most 100 euros"):
        propose(filed(user), cents=cents)
    assert not Decision.objects.exists()


@pytest.mark.parametrize(("reason", "text"), [("accurate", WHY), ("", WHY), ("excessive", "  ")])
def test_only_two_reasons_of_the_law_allow_a_fee(user: User, reason: str, text: str) -> None:
    with pytest.raises(ReasonNeeded):
        terms.propose_fee(
            request_id=filed(user).pk,
            actor=staff_actor(),
            amount_cents=100,
            reason=reason,  # type: ignore[arg-type]
            text=text,
        )


def test_never_about_oneself_and_nobody_answers_for_others(user: User) -> None:
    own = make_staff(perms=DECIDES)
    with pytest.raises(OwnRequest):
        propose(filed(own), Actor.staff(own.pk))
    request = filed(user)
    propose(request)
    for stranger in (subject_actor(make_user()), staff_actor()):
        with pytest.raises(NotFound):
            terms.answer_fee(request_id=request.pk, actor=stranger, accepted=True)
    assert browser_of(make_user()).post(page("fee", request), {"answer": "accepted"}).status_code == 404
    assert fresh(request).state == State.WAITING


def test_after_a_refused_fee_staff_can_answer_or_refuse(user: User) -> None:
    request = filed(user)
    propose(request)
    answer(request, user, accepted=False)
    reason = RefusalReason.EXCESSIVE
    deciding.refuse(request_id=request.pk, actor=staff_actor(), reason=reason, text=WHY)
    assert fresh(request).state == State.REFUSED


def test_an_accepted_fee_is_billed_for_an_answer_and_never_beside_a_refusal(user: User, browser: Client) -> None:
    request = filed(user)
    propose(request)
    answer(request, user, accepted=True)
    assert "you accepted a fee of 12.50 €. We send you a bill." in said(browser.get(page("detail", request)))
    reason = RefusalReason.EXCESSIVE
    deciding.refuse(request_id=request.pk, actor=staff_actor(), reason=reason, text=WHY)
    text = said(browser.get(page("detail", request)))
    assert "you accepted a fee of 12.50 €. Your request ended without our answer, so nothing is charged." in text
    assert "bill" not in text
    assert clock.panel(fresh(request), make_staff(perms=DECIDES))["fee_said"].endswith("charge nothing.")


def test_somebody_without_an_e_mail_address_reads_how_to_say_yes_or_no() -> None:
    subject = Subject(phones=frozenset({"+33 1 23 45 67 89"}))
    asker = filing.Asker(
        subject, IdentityMethod.KNOWN_TO_STAFF, channel=Channel.PHONE, contact={"phone": "+33 1 23 45 67 89"}
    )
    request = filing.file(actor=staff_actor(), asker=asker, asked=filing.Asked(Right.ACCESS, country="FR")).request
    propose(request)
    letter = Email.objects.filter(to=contact_address()).latest("id").message
    assert "You can accept the fee, decline it, or withdraw your request, by letter or by telephone." in letter
    assert "withdraw your request: http" not in letter


def test_staff_note_an_answer_that_came_another_way(user: User) -> None:
    request = filed(user)
    propose(request)
    with pytest.raises(ReasonNeeded):
        terms.note_answer(request_id=request.pk, actor=staff_actor(), text="She said yes, by telephone.")
    terms.note_answer(request_id=request.pk, actor=staff_actor(), text="She said yes.", accepted=True)
    assert (fresh(request).state, Decision.objects.get().answer) == (State.RECEIVED, Answer.ACCEPTED)
