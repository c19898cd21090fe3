"""The appeal of a part that an erasure keeps: by whom, once, decided by somebody else, and what then becomes of it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from privacy import ledger
from privacy.data_map.subject import Subject
from privacy.ledger import reapply
from privacy.ledger.file import LedgerFile
from privacy.models import AuditEntry
from privacy.vocabulary import Right
from rights_requests import states
from rights_requests.errors import NotFound, SameEyes, TooLateToAppeal, WordsNeeded, WrongState
from rights_requests.follow import follow_token
from rights_requests.fulfilment import kept_parts
from rights_requests.fulfilment.receipt import is_signed
from rights_requests.models import Decision, RightsRequest, State
from rights_requests.people import party_of_address, remember_proof
from rights_requests.services import appealing, deciding, lapsing, part_appeals, parting
from rights_requests.verification import Verdict, check
from tests.factories import make_message, make_user
from tests.privacy.ledgers import forget_after
from tests.rights_requests.browsing import browser_of, said
from tests.rights_requests.desk import act_url, browser, make_colleague, workspace_url
from tests.rights_requests.scenario import filed, job_of, make_due, run, staff_actor, subject_actor
from tests.rights_requests.test_keeping_a_part import EXCEPTION, MESSAGES, PART, WORDS, carried_out, line_of
from visitors.models import ContactMessage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P7.3")]

ADDRESS = "ann@example.org"
MINE = "That quarrel is settled since March."
OURS = "The court has not closed the case."


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.PACKAGE_DIR = tmp_path / "packages"


@pytest.fixture
def user() -> User:
    found = make_user(ADDRESS)
    make_message(ADDRESS, text="I will see you in court.")
    return found


@pytest.fixture
def kept(user: User) -> RightsRequest:
    """An erasure of which staff keep the messages."""
    request = filed(user, Right.ERASURE)
    parting.leave_out(request_id=request.pk, actor=staff_actor(), **PART)
    return RightsRequest.objects.get(pk=request.pk)


@pytest.fixture
def done(kept: RightsRequest) -> RightsRequest:
    """The same, carried out: the account is gone, the messages are there."""
    return carried_out(kept)


def page(name: str, request: RightsRequest, **more: str) -> str:
    return reverse(f"rights_requests:{name}", kwargs={"reference": request.reference, **more})


def browser_with_proof(address: str) -> Client:
    """The browser of somebody who has just shown by a code that the address is theirs."""
    client = Client()
    session = client.session
    remember_proof(session, address)
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    return client


def appealed(request: RightsRequest, text: str = MINE) -> RightsRequest:
    """The holder of the address says that the messages must go too."""
    actor = party_of_address(ADDRESS).actor
    part_appeals.appeal(request_id=request.pk, actor=actor, holding=MESSAGES, text=text)
    return RightsRequest.objects.get(pk=request.pk)


def decided(decide: Any, request: RightsRequest, text: str = OURS) -> RightsRequest:
    decide(request_id=request.pk, actor=staff_actor(), holding=MESSAGES, text=text)
    return RightsRequest.objects.get(pk=request.pk)


def part_of(request: RightsRequest) -> Decision:
    return Decision.objects.get(request=request, holding=MESSAGES)


def test_after_the_end_the_person_appeals_by_a_code_to_their_address_from_the_page_of_the_request(
    done: RightsRequest, client: Client
) -> None:
    assert "For 30 days you can appeal" in mail.outbox[-1].body
    link, follow = page("appeal_part", done, holding=MESSAGES), f"/requests/follow/{follow_token(done.pk)}/"
    shown = client.get(follow).content.decode()
    assert link in shown
    assert WORDS not in shown
    assert client.get(link).url.startswith(reverse("rights_requests:who"))
    for stranger in (browser_of(make_user()), browser_with_proof("somebody@example.org")):
        assert stranger.get(link).status_code == 404
        assert stranger.post(link, {"text": MINE}).status_code == 404
    own = browser_with_proof(ADDRESS)
    assert EXCEPTION in said(own.get(link))
    assert "Write in a sentence or two why this must be deleted too." in said(own.post(link, {"text": " "}))
    assert "A second person looks at it." in said(own.post(link, {"text": MINE}, follow=True))
    opened = RightsRequest.objects.get(pk=done.pk)
    assert (opened.state, opened.closed_at, opened.due_at > timezone.now()) == (State.PART_APPEALED, None, True)
    assert "Somebody who took no part in keeping it looks at it." in said(own.get(page("detail", done)))
    assert "cannot be appealed any more" in said(own.get(link, follow=True))
    assert Email.objects.filter(to=ADDRESS, subject__startswith="We look again at what stays").count() == 1
    team = Email.objects.get(subject__startswith="A part that stays was appealed")
    assert "quarrel" not in team.message


def test_what_is_granted_is_erased_by_the_same_job_and_the_receipt_is_renewed(done: RightsRequest) -> None:
    before = done.receipt
    granted = decided(part_appeals.grant, appealed(done))
    assert (granted.state, ContactMessage.objects.count()) == (State.RUNNING, 1)
    after = run(granted)
    assert (after.state, ContactMessage.objects.count()) == (State.COMPLETED, 0)
    line = line_of(after.receipt)
    assert (line["found"], line["erased"], line["kept"], line["why"]) == (1, 1, 0, "")
    assert is_signed(after.receipt)
    assert is_signed(before)
    assert after.receipt.content["renews"]["completed_at"] == before.content["completed_at"]
    first, second = LedgerFile().entries()
    assert (first.scope, second.kind, second.scope) == (MESSAGES, "erasure_of_part", MESSAGES)
    assert first.digests == second.digests
    assert after.receipt.content["ledger"] == {"seq": 2, "hash": second.hash}
    assert (mail.outbox[-1].to, "deleted the part that had stayed" in mail.outbox[-1].body) == ([ADDRESS], True)
    assert (after.subject_sealed, after.contact_sealed, part_of(after).appeal_text) == (None, None, "")
    assert job_of(after).steps.filter(done_at__isnull=True).count() == 0


def test_the_page_and_the_verify_page_say_that_it_is_gone(done: RightsRequest, client: Client) -> None:
    make_message("bob@example.org", text=f"Is {ADDRESS} one of you?")
    first = done.receipt.content["residue"]
    after = run(decided(part_appeals.grant, appealed(done)))
    again = {"categories": [MESSAGES], **first, "in_words_of_others": 1}
    assert (after.receipt.content["residue"], after.receipt.content["searched_again"]) == (first, [again])
    shown = said(client.get(f"/requests/follow/{follow_token(done.pk)}/"))
    assert "we keep this no more" in shown
    assert "1 record deleted" in shown
    assert "One of them also stands in 1 text that someone else wrote to us" in shown
    assert "What we kept at first" in shown
    assert "What we keep of your data" not in shown
    file = client.get(reverse("rights_requests:follow_receipt", kwargs={"token": follow_token(done.pk)}))
    assert check(file.content.decode()).verdict is Verdict.GENUINE
    assert RightsRequest.objects.get(pk=after.pk).plan["items"]
    (item,) = [item for item in after.plan["items"] if item["slug"] == MESSAGES]
    assert (item["action"], item["reason"]) == ("erase", "")


def test_what_came_since_is_not_touched(done: RightsRequest) -> None:
    """Somebody else has the address by now: the message is theirs, and the grant finds nothing."""
    granted = decided(part_appeals.grant, appealed(done))
    newcomer = make_user(ADDRESS)
    after = run(granted)
    assert after.state == State.COMPLETED
    assert User.objects.filter(pk=newcomer.pk, is_active=True).exists()
    assert ContactMessage.objects.count() == 1
    assert line_of(after.receipt)["erased"] == 0


def test_a_death_in_the_middle_leaves_one_entry_one_message_and_nothing_half(
    done: RightsRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    granted = decided(part_appeals.grant, appealed(done))
    sent = len(mail.outbox)
    for name in ("erase_batch", "renew"):
        with monkeypatch.context() as broken:
            broken.setattr(kept_parts, name, _dies)
            with pytest.raises(KeyboardInterrupt):
                run(granted)
        make_due(granted)
    after = run(granted)
    assert (after.state, len(list(LedgerFile().entries())), len(mail.outbox)) == (State.COMPLETED, 2, sent + 1)


def test_upheld_the_person_reads_why_with_authority_and_court_and_is_forgotten(done: RightsRequest) -> None:
    upheld = decided(part_appeals.uphold, appealed(done))
    assert (upheld.state, ContactMessage.objects.count()) == (State.COMPLETED, 1)
    letter = Email.objects.get(to=ADDRESS, subject__startswith="Our answer to your appeal")
    for words in (EXCEPTION, OURS, "complain to the authority", "go to court"):
        assert words in letter.message
    assert (upheld.subject_sealed, upheld.contact_sealed, part_of(upheld).appeal_text) == (None, None, "")
    assert not upheld.messages.exists()


def test_nobody_who_took_part_in_keeping_it_decides_and_the_database_refuses_the_keeper(done: RightsRequest) -> None:
    request, part = appealed(done), part_of(done)
    anybody = staff_actor()
    for keeper in (part.decided_by_id, request.prepared_by_id, request.approved_by_id):
        assert keeper is not None
        for decide in (part_appeals.grant, part_appeals.uphold):
            with pytest.raises(SameEyes):
                decide(request_id=request.pk, actor=anybody.staff(keeper), holding=MESSAGES, text="No.")
    with pytest.raises(IntegrityError):
        Decision.objects.filter(pk=part.pk).update(second_by=part.decided_by_id)
    with pytest.raises(IntegrityError):
        Decision.objects.filter(pk=part.pk).update(lifted_at=timezone.now())


def test_a_part_is_appealed_once_in_words_in_time_and_only_what_was_kept(done: RightsRequest) -> None:
    actor = party_of_address(ADDRESS).actor
    with pytest.raises(NotFound):
        part_appeals.appeal(request_id=done.pk, actor=actor, holding="accounts-user", text=MINE)
    with pytest.raises(WordsNeeded):
        appealed(done, " ")
    with override_settings(APPEAL_DAYS=0), pytest.raises(TooLateToAppeal):
        appealed(done)
    forgotten = RightsRequest(right=done.right, state=done.state, closed_at=done.closed_at, contact_sealed=b"sealed")
    assert not part_appeals.can_appeal(forgotten, part_of(done))
    appealed(done)
    with pytest.raises(TooLateToAppeal):
        appealed(done, "Once more.")
    decided(part_appeals.uphold, done)
    with pytest.raises(NotFound):
        appealed(done, "And again: forgotten by now.")
    with pytest.raises(WrongState):
        decided(part_appeals.grant, done)


def test_after_the_time_to_appeal_nobody_knows_the_person_any_more(done: RightsRequest) -> None:
    assert appealing.forget_people() == 0
    RightsRequest.objects.filter(pk=done.pk).update(closed_at=timezone.now() - timedelta(days=31))
    assert appealing.forget_people() == 1
    after = RightsRequest.objects.get(pk=done.pk)
    assert (after.subject_sealed, after.contact_sealed) == (None, None)
    with pytest.raises(NotFound):
        appealed(done)


def test_before_the_work_a_granted_part_is_in_the_plan_again_and_two_agree_anew(
    user: User, kept: RightsRequest
) -> None:
    deciding.prepare(request_id=kept.pk, actor=staff_actor(), plan_hash=kept.plan_hash)
    own, link = browser_of(user), page("appeal_part", kept, holding=MESSAGES)
    assert link in own.get(page("detail", kept)).content.decode()
    own.post(link, {"text": MINE})
    now = decided(part_appeals.grant, kept)
    assert (now.state, now.prepared_by_id, now.plan_hash != kept.plan_hash) == (State.RECEIVED, None, True)
    assert OURS in Email.objects.get(to=ADDRESS, subject__startswith="Nothing of that part stays").message
    assert part_of(now).appeal_text == ""
    after = carried_out(now)
    assert (after.state, ContactMessage.objects.count()) == (State.COMPLETED, 0)
    assert [entry.scope for entry in LedgerFile().entries()] == [""]
    assert (after.contact_sealed, part_of(after).appeal_text) == (None, "")


def test_an_appeal_while_the_job_runs_waits_for_its_end_and_opens_the_request_again(
    user: User, kept: RightsRequest
) -> None:
    deciding.prepare(request_id=kept.pk, actor=staff_actor(), plan_hash=kept.plan_hash)
    approved = deciding.approve(request_id=kept.pk, actor=staff_actor(), plan_hash=kept.plan_hash)
    part_appeals.appeal(request_id=kept.pk, actor=subject_actor(user), holding=MESSAGES, text=MINE)
    for state in (State.APPROVED, State.RUNNING, State.NEEDS_ATTENTION):
        RightsRequest.objects.filter(pk=kept.pk).update(state=state)
        with pytest.raises(WrongState, match="Decide on the appeal when it is done"):
            decided(part_appeals.grant, kept)
    RightsRequest.objects.filter(pk=kept.pk).update(state=State.APPROVED)
    opened = run(approved)
    assert (opened.state, part_of(opened).appeal_text) == (State.PART_APPEALED, MINE)
    assert line_of(opened.receipt)["kept"] == 1
    after = run(decided(part_appeals.grant, opened))
    assert (after.state, ContactMessage.objects.count()) == (State.COMPLETED, 0)


def test_another_erasure_ends_what_was_opened_again_and_the_answer_stays(
    user: User, done: RightsRequest, client: Client
) -> None:
    granted = decided(part_appeals.grant, appealed(done))
    with transaction.atomic():
        lapsing.lapse(states.locked(granted.pk), erased=Subject(user_id=user.pk))
    after = RightsRequest.objects.get(pk=done.pk)
    assert (after.state, after.closed_at is None, after.subject_sealed) == (State.COMPLETED, False, None)
    shown = said(client.get(f"/requests/follow/{follow_token(done.pk)}/"))
    assert "Your request ended before we were done with it." in shown
    assert "Your data was deleted once more, by another request." in shown


def test_the_desk_shows_words_and_appeal_and_offers_the_decision_to_others_only(done: RightsRequest) -> None:
    request = appealed(done)
    keeper = User.objects.get(pk=part_of(done).decided_by_id)
    mine = said(browser(keeper).get(workspace_url(request), follow=True))
    assert "You took part in keeping this." in mine
    assert "Grant the appeal" not in mine
    desk = browser(make_colleague())
    shown = said(desk.get(workspace_url(request)))
    assert MINE in shown
    assert "Somebody who took no part in keeping it reads it below and decides." in shown
    given = {"holding": MESSAGES, "text": "You are right."}
    assert "The part goes too." in said(desk.post(act_url(request, "grant-part"), given, follow=True))
    assert run(request).state == State.COMPLETED


def test_the_desk_shows_the_words_that_the_person_reads(kept: RightsRequest) -> None:
    shown = said(browser(make_colleague()).get(workspace_url(kept)))
    assert EXCEPTION in shown
    assert f"What the person reads: {WORDS}" in shown
    assert "Grant the appeal" not in shown


@pytest.mark.parametrize("known", [0, 1])
def test_after_an_old_backup_the_part_goes_again_and_the_receipt_says_so(user: User, known: int) -> None:
    """The backup knows nothing of the erasure, or of the granted part only not."""
    request, subject = filed(user, Right.ERASURE), party_of_address(ADDRESS).subject
    if known:
        parting.leave_out(request_id=request.pk, actor=staff_actor(), **PART)
        carried_out(RightsRequest.objects.get(pk=request.pk))
    else:
        ledger.note(kind=ledger.LedgerKind.ERASURE, request_id=request.pk, digests=subject.digests(), scope=MESSAGES)
    part = ledger.LedgerKind.ERASURE_OF_PART
    ledger.note(kind=part, request_id=request.pk, digests=subject.digests(), scope=MESSAGES)
    ledger.write_out()
    forget_after(known)
    reapply.reapply(lambda _done: None)
    assert not ContactMessage.objects.exists()
    after = RightsRequest.objects.get(pk=request.pk)
    assert after.state == State.COMPLETED
    line = line_of(after.receipt)
    assert (line["erased"], line["kept"]) == (1, 0)
    assert is_signed(after.receipt)
    assert AuditEntry.objects.filter(event="ledger.reapplied").count() == 3 - known


def _dies(*_given: Any, **_more: Any) -> None:
    raise KeyboardInterrupt
