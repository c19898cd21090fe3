"""An erasure that spares a part: approved by two, told, kept, on the receipt, and spared again (Art. 17(3))."""

from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from post_office.models import Email

from accounts.models import User
from privacy import ledger
from privacy.data_map.registry import registry
from privacy.data_map.relations import can_stay
from privacy.data_map.subject import subject_of_user
from privacy.ledger import reapply
from privacy.ledger.file import LedgerFile
from privacy.vocabulary import Right
from rights_requests.errors import CannotStay, PlanChanged, ReasonNeeded, WrongState
from rights_requests.follow import follow_token
from rights_requests.fulfilment.receipt import is_signed
from rights_requests.models import Receipt, RefusalReason, RightsRequest, State
from rights_requests.services import deciding, parting
from tests.factories import make_message, make_user
from tests.privacy.ledgers import forget_after
from tests.rights_requests.browsing import browser_of, said
from tests.rights_requests.desk import act_url, browser, make_colleague, workspace_url
from tests.rights_requests.scenario import approved, filed, run, staff_actor
from visitors.models import ContactMessage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P5.3")]

MESSAGES = "visitors-contactmessage"
WORDS = "You threatened us with a court in it."
PART: dict[str, Any] = {"holding": MESSAGES, "reason": RefusalReason.LEGAL_CLAIMS, "text": WORDS}
EXCEPTION = "We need the data for legal claims (Art. 17(3)(e) GDPR)"
IN_FRENCH = "Nous avons besoin des données pour défendre des droits en justice (art.\N{NO-BREAK SPACE}17.3.e du RGPD)"


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.PACKAGE_DIR = tmp_path / "packages"


@pytest.fixture
def user() -> User:
    found = make_user("ann@example.org")
    make_message("ann@example.org", text="I will see you in court.")
    return found


@pytest.fixture
def kept(user: User) -> RightsRequest:
    """An erasure of which staff keep the messages."""
    request = filed(user, Right.ERASURE)
    parting.leave_out(request_id=request.pk, actor=staff_actor(), **PART)
    return RightsRequest.objects.get(pk=request.pk)


def carried_out(request: RightsRequest) -> RightsRequest:
    """Recommended by one, approved by another, and done."""
    deciding.prepare(request_id=request.pk, actor=staff_actor(), plan_hash=request.plan_hash)
    deciding.approve(request_id=request.pk, actor=staff_actor(), plan_hash=request.plan_hash)
    return run(request)


def line_of(receipt: Receipt) -> dict[str, Any]:
    """What the receipt says of the messages."""
    (line,) = [line for line in receipt.content["categories"] if line["slug"] == MESSAGES]
    return dict(line)


def test_what_is_kept_stays_the_rest_goes_and_the_receipt_says_so(user: User, kept: RightsRequest) -> None:
    done = carried_out(kept)
    assert done.state == State.COMPLETED
    assert not User.objects.filter(pk=user.pk).exists()
    assert ContactMessage.objects.get().text == "I will see you in court."
    line = line_of(done.receipt)
    assert (line["found"], line["erased"], line["masked"], line["kept"]) == (1, 0, 0, 1)
    assert (line["why"], line["until"]) == (EXCEPTION, "as long as this reason holds")
    assert is_signed(done.receipt)
    assert done.receipt.content["residue"]["found"] == 0
    assert [entry.scope for entry in LedgerFile().entries()] == [MESSAGES]
    assert mail.outbox[-1].to == ["ann@example.org"]


def test_the_person_reads_at_once_what_stays_and_why_and_later_too(
    user: User, kept: RightsRequest, client: Client
) -> None:
    letter = Email.objects.get(to="ann@example.org", subject__startswith="A part of your data stays")
    assert EXCEPTION in letter.message
    assert WORDS in letter.message
    page = said(browser_of(user).get(f"/requests/{kept.reference}/"))
    assert "What we keep of your data" in page
    assert WORDS in page
    follow = f"/requests/follow/{follow_token(kept.pk)}/"
    done = carried_out(kept)
    assert not RightsRequest.objects.get(pk=done.pk).decisions.exclude(text="").exists()
    assert EXCEPTION in said(client.get(follow))


def test_why_it_stays_is_in_the_language_of_whoever_reads(user: User, kept: RightsRequest) -> None:
    """Staff decided in English; the person asked in French."""
    RightsRequest.objects.filter(pk=kept.pk).update(language="fr")
    page = said(browser_of(user).get(f"/fr/requests/{kept.reference}/"))
    # Beside what we keep, and in the plan.
    assert (page.count(" ".join(IN_FRENCH.split())), page.count(EXCEPTION)) == (2, 0)
    assert line_of(carried_out(RightsRequest.objects.get(pk=kept.pk)).receipt)["why"] == IN_FRENCH


def test_staff_keep_a_part_at_the_desk_and_both_people_see_it_in_the_plan(user: User) -> None:
    request, desk = filed(user, Right.ERASURE), browser(make_colleague())
    shown = said(desk.get(workspace_url(request)))
    choices = shown.partition("Which part")[2].partition("Choose a reason")[0]
    assert ("Messages" in choices, "rofile" in choices) == (True, False)
    done = desk.post(act_url(request, "keep-part"), PART, follow=True)
    assert "This part stays when the rest is deleted." in said(done)
    stored = RightsRequest.objects.get(pk=request.pk)
    (item,) = [item for item in stored.plan["items"] if item["slug"] == MESSAGES]
    assert (item["action"], item["reason"]) == ("keep", EXCEPTION)
    assert stored.plan_hash != request.plan_hash


def test_a_recommendation_of_the_old_plan_is_void_and_the_old_plan_cannot_be_approved(user: User) -> None:
    request = filed(user, Right.ERASURE)
    deciding.prepare(request_id=request.pk, actor=staff_actor(), plan_hash=request.plan_hash)
    parting.leave_out(request_id=request.pk, actor=staff_actor(), **PART)
    now = RightsRequest.objects.get(pk=request.pk)
    assert (now.state, now.prepared_by_id) == (State.RECEIVED, None)
    with pytest.raises(PlanChanged):
        deciding.prepare(request_id=request.pk, actor=staff_actor(), plan_hash=request.plan_hash)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"holding": "accounts-profile"}, CannotStay),
        ({"holding": "accounts-user"}, CannotStay),
        ({"reason": RefusalReason.RIGHTS_OF_OTHERS}, ReasonNeeded),
        ({"text": " "}, ReasonNeeded),
    ],
)
def test_only_what_stands_on_its_own_with_an_exception_of_the_law(
    user: User, change: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        parting.leave_out(request_id=filed(user, Right.ERASURE).pk, actor=staff_actor(), **{**PART, **change})


def test_not_twice_and_not_once_it_is_approved(user: User, kept: RightsRequest) -> None:
    with pytest.raises(WrongState):
        parting.leave_out(request_id=kept.pk, actor=staff_actor(), **PART)
    other = make_user()
    make_message(other.email)
    with pytest.raises(WrongState):
        parting.leave_out(request_id=approved(other, Right.ERASURE).pk, actor=staff_actor(), **PART)


def test_an_old_backup_spares_it_again_and_the_new_receipt_says_so(user: User) -> None:
    """The backup is older than the decision: the ledger alone knows that something was spared."""
    request, subject = filed(user, Right.ERASURE), subject_of_user(user.pk)
    RightsRequest.objects.filter(pk=request.pk).update(language="fr")
    ledger.note(kind=ledger.LedgerKind.ERASURE, request_id=request.pk, digests=subject.digests(), scope=MESSAGES)
    ledger.write_out()
    forget_after(0)
    reapply.reapply(lambda done: None)
    assert not User.objects.filter(pk=user.pk).exists()
    assert ContactMessage.objects.filter(email="ann@example.org").count() == 1
    line = line_of(Receipt.objects.get(request=request))
    assert (line["erased"], line["kept"]) == (0, 1)
    assert line["why"] == "Une exception prévue par la loi a été constatée (art.\N{NO-BREAK SPACE}17.3 du RGPD)."


def test_what_hangs_on_an_account_cannot_stay_and_what_does_not_can() -> None:
    stays = {holding.slug() for holding in registry.holdings.values() if can_stay(holding)}
    assert {MESSAGES, "accounts-enrolment"} <= stays
    assert not stays & {"accounts-user", "accounts-profile", "account-emailaddress", "rights_requests-message"}
