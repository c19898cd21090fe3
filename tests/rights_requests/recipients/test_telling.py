"""Recipients are noted with the request, told after it, and followed until they have answered (Art. 19 GDPR)."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from privacy.actors import SYSTEM, Actor
from privacy.data_map.subject import Subject
from privacy.mail.deliver import deliver_due
from privacy.models import AuditEntry
from privacy.package import signing
from privacy.vocabulary import Right
from rights_requests.errors import NamesThePerson, NotAllowed, OwnRequest, ProofNeeded, WrongState
from rights_requests.models import Recipient, RecipientNotice, RightsRequest
from rights_requests.recipients.notices import Identifier
from rights_requests.recipients.sealing import opened
from rights_requests.services import telling
from rights_requests.vocabulary import Adapter, NoticeKind, NoticeState
from tests.factories import make_request, make_staff, make_user
from tests.processor import Call, Processor, Reply
from tests.recipient_sides import WebhookSide
from tests.rights_requests.recipients.register import (
    call_back,
    follow,
    let_time_pass,
    make_recipient,
    make_wired,
    note,
    only_notice,
)
from tests.rights_requests.scenario import at_once, staff_actor

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P7.4")]
EMAIL = "canary-ann@example.org"


@pytest.fixture
def filed() -> RightsRequest:
    """A request of Ann's."""
    return make_request(make_user(EMAIL), Right.ERASURE)


@pytest.fixture
def side(processor: Processor) -> WebhookSide:
    """A recipient's end, silent until told what to say."""
    found = WebhookSide(signing.public_keys())
    processor.behaves = found
    return found


class TestNoting:
    """Whom to tell, and what is kept for it."""

    def test_each_recipient_of_this_data_is_noted_once(self, filed: RightsRequest) -> None:
        make_recipient("Carrier")
        make_recipient("Printer", slugs=["accounts-team"])
        make_recipient("Former carrier", active=False)
        assert (note(filed), note(filed)) == (1, 0)
        assert only_notice().recipient.name == "Carrier"
        assert AuditEntry.objects.filter(event="recipients.noted").count() == 1

    def test_a_restriction_and_its_end_are_two_things_to_tell(self, filed: RightsRequest) -> None:
        make_recipient()
        assert note(filed, NoticeKind.RESTRICTION) + note(filed, NoticeKind.RESTRICTION_LIFTED) == 2

    def test_what_identifies_the_person_is_sealed_for_this_notice_alone(self, filed: RightsRequest) -> None:
        make_recipient()
        make_recipient("Printer")
        note(filed, NoticeKind.RECTIFICATION)
        first, second = RecipientNotice.objects.all()
        told = opened(first)
        assert told.identifiers == (Identifier("email", EMAIL),)
        assert [made.new for made in told.corrections] == ["Lyon"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT n::text FROM rights_requests_recipientnotice n")
            assert not [row for row in cursor.fetchall() if "canary" in row[0] or EMAIL.encode().hex() in row[0]]
        first.content_sealed = second.content_sealed
        first.save()
        assert follow_first(first).proof["detail"] == "unreadable"

    def test_a_recipient_that_knows_people_by_something_we_do_not_hold_is_for_staff(self, filed: RightsRequest) -> None:
        make_recipient(settings={"known_by": ["phone"]})
        note(filed)
        notice = only_notice()
        assert (notice.content_sealed, notice.next_at, notice.proof["detail"]) == (None, None, "not_known_by_this")
        assert alarms() == ["Tell a recipient: Carrier, " + filed.reference]


def follow_first(notice: RecipientNotice) -> RecipientNotice:
    """Follow all that is due; this notice afterwards."""
    let_time_pass()
    telling.follow_due()
    notice.refresh_from_db()
    return notice


def waits_since(notice: RecipientNotice, *, days: int) -> None:
    """Let the notice have waited for staff so long."""
    notice.refresh_from_db()
    notice.proof["since"] = (timezone.now() - timedelta(days=days)).isoformat()
    notice.save(update_fields=["proof"])


def alarms() -> list[str]:
    """The subjects of the messages to staff."""
    deliver_due()
    return [letter.subject for letter in mail.outbox]


def test_a_recipient_that_nobody_told_was_not_told_though_staff_say_that_it_is_impossible(filed: RightsRequest) -> None:
    make_recipient()
    make_recipient("Printer")
    note(filed)
    untold, told = RecipientNotice.objects.all()
    telling.tick(notice_id=told.pk, actor=staff_actor(), state=NoticeState.SENT)
    for notice in (untold, told):
        impossible = {"state": NoticeState.IMPOSSIBLE, "words": "They are no more."}
        telling.tick(notice_id=notice.pk, actor=staff_actor(), **impossible)
        notice.refresh_from_db()
    assert (untold.told_at, told.told_at is None) == (None, False)


class TestFollowing:
    """A recipient that is told by machine."""

    def test_the_end_of_a_restriction_is_told_only_after_its_beginning(
        self, processor: Processor, side: WebhookSide, filed: RightsRequest
    ) -> None:
        make_wired(processor, side)
        note(filed, NoticeKind.RESTRICTION)
        note(filed, NoticeKind.RESTRICTION_LIFTED)
        began, ended = (RecipientNotice.objects.get(kind=kind) for kind in ("restriction", "restriction_lifted"))
        began.next_at = None
        began.created_at = ended.created_at - timedelta(days=1)
        began.save(update_fields=["next_at", "created_at"])
        assert telling.follow_due() == 0
        telling.tick(notice_id=began.pk, actor=staff_actor(), state=NoticeState.SENT)
        assert telling.follow_due() == 1

    def test_one_that_does_it_at_once_is_done_and_forgotten(
        self, filed: RightsRequest, processor: Processor, side: WebhookSide
    ) -> None:
        make_wired(processor, side)
        side.says = {"status": "completed", "reference": "CASE-1"}
        note(filed)
        telling.follow_due()
        notice = only_notice()
        assert side.seen[str(notice.pk)]["identifiers"] == [{"kind": "email", "value": EMAIL}]
        assert (notice.state, notice.external_reference) == (NoticeState.COMPLETED, "CASE-1")
        assert (notice.content_sealed, notice.next_at) == (None, None)
        assert notice.told_at is not None
        assert notice.ended_at is not None
        moved = AuditEntry.objects.get(event="recipient.moved")
        assert moved.data == {"kind": "erasure", "to": "completed", "detail": "done"}
        assert moved.subject_digest == filed.subject_digest

    def test_one_that_is_silent_is_told_once_then_asked_then_left_to_staff(
        self, filed: RightsRequest, processor: Processor, side: WebhookSide
    ) -> None:
        make_wired(processor, side)
        note(filed)
        for _hour in range(20):
            notice = follow()
        assert [call.method for call in processor.calls] == ["POST"] + ["GET"] * 8
        assert (notice.state, notice.next_at, notice.ended_at) == (NoticeState.SENT, None, None)
        assert len(alarms()) == 1

    def test_trouble_on_the_way_is_tried_again_and_never_counts_as_told(
        self, filed: RightsRequest, processor: Processor, side: WebhookSide
    ) -> None:
        make_wired(processor, side)
        note(filed)
        processor.behaves = lambda _call: Reply(503)
        assert follow().state == NoticeState.PENDING
        processor.misbehaves = "hangs up"
        notice = follow()
        assert (notice.state, notice.attempts, notice.told_at) == (NoticeState.PENDING, 2, None)
        assert notice.proof == {"detail": "unreachable"}
        processor.misbehaves, processor.behaves = "", side
        side.says = {"status": "acknowledged"}
        notice = follow()
        assert (notice.state, notice.attempts) == (NoticeState.ACKNOWLEDGED, 0)
        assert len({call.headers["idempotency-key"] for call in processor.calls}) == 1

    def test_what_is_not_due_is_left_alone_and_nobody_takes_a_notice_twice(
        self, filed: RightsRequest, processor: Processor, side: WebhookSide
    ) -> None:
        make_wired(processor, side)
        note(filed)
        assert [telling.follow_due(), telling.follow_due()] == [1, 0]
        assert len(processor.calls) == 1

    def test_one_that_cannot_is_on_record_with_its_reason(
        self, filed: RightsRequest, processor: Processor, side: WebhookSide
    ) -> None:
        make_wired(processor, side)
        side.says = {"status": "impossible", "reason": "required_by_law"}
        note(filed)
        notice = follow()
        assert notice.state == NoticeState.IMPOSSIBLE
        assert notice.reason == "The recipient says that the law obliges it to keep the data."

    def test_an_address_inside_is_never_called_and_staff_hear_of_it(self, filed: RightsRequest) -> None:
        make_recipient(adapter=Adapter.WEBHOOK, address="https://169.254.169.254/latest/")
        note(filed)
        notice = follow()
        assert (notice.state, notice.next_at) == (NoticeState.PENDING, None)
        assert (notice.proof["detail"], set(notice.proof)) == ("address_refused", {"detail", "since"})
        assert len(alarms()) == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_calls(processor: Processor) -> None:
    side = WebhookSide(signing.public_keys())
    processor.behaves = side
    make_wired(processor, side)
    note(make_request(make_user(), Right.ERASURE))
    assert sum(at_once(4, lambda _number: telling.follow_due())) == 1
    assert len(processor.calls) == 1


class TestCallback:
    """What recipients tell us by themselves."""

    @pytest.fixture
    def notice(self, filed: RightsRequest, processor: Processor, side: WebhookSide) -> RecipientNotice:
        make_wired(processor, side)
        note(filed)
        return follow()

    def body(self, notice: RecipientNotice, status: str = "completed", **extra: Any) -> bytes:
        return json.dumps({"notice_id": str(notice.pk), "status": status} | extra).encode()

    def test_a_signed_one_moves_the_notice_on(self, notice: RecipientNotice, side: WebhookSide) -> None:
        raw = self.body(notice)
        assert call_back(notice, raw, side.signed(raw)) == 204
        notice.refresh_from_db()
        assert (notice.state, notice.content_sealed) == (NoticeState.COMPLETED, None)

    def test_a_wrong_signature_or_an_unknown_notice_is_refused_alike(
        self, notice: RecipientNotice, side: WebhookSide
    ) -> None:
        raw = self.body(notice)
        assert call_back(notice, raw, WebhookSide(side.published).signed(raw)) == 403
        assert call_back(notice, raw, {}) == 403
        unknown = RecipientNotice()
        raw = self.body(unknown)
        assert call_back(unknown, raw, side.signed(raw)) == 403
        notice.refresh_from_db()
        assert notice.state == NoticeState.SENT

    def test_a_replayed_or_late_word_changes_nothing(self, notice: RecipientNotice, side: WebhookSide) -> None:
        early, done = self.body(notice, "acknowledged"), self.body(notice)
        old = side.signed(early)
        assert call_back(notice, early, old) == 204
        assert call_back(notice, done, side.signed(done)) == 204
        before = RecipientNotice.objects.values().get()
        entries = AuditEntry.objects.count()
        late = self.body(notice, "impossible")
        for raw, headers in ((early, old), (done, side.signed(done)), (late, side.signed(late))):
            assert call_back(notice, raw, headers) == 204
        assert RecipientNotice.objects.values().get() == before
        assert AuditEntry.objects.count() == entries

    def test_only_posts_are_taken(self, notice: RecipientNotice) -> None:
        url = reverse("rights_requests:recipient_callback", kwargs={"notice_id": notice.pk})
        assert Client().get(url).status_code == 405


class TestStaff:
    """Recipients that a person writes to, and those a machine got stuck with."""

    @pytest.fixture
    def notice(self, filed: RightsRequest) -> RecipientNotice:
        make_recipient()
        note(filed)
        return follow()

    def test_staff_hear_of_it_once_without_anything_about_the_person(self, notice: RecipientNotice) -> None:
        assert (notice.state, notice.next_at) == (NoticeState.PENDING, None)
        assert alarms() == [f"Tell a recipient: Carrier, {notice.request.reference}"]
        assert "canary" not in str(mail.outbox[0].message())

    def test_they_are_reminded_once_a_week_until_it_has_answered(self, notice: RecipientNotice) -> None:
        assert telling.remind_staff() == 0
        waits_since(notice, days=8)
        assert (telling.remind_staff(), telling.remind_staff()) == (1, 0)
        assert alarms()[-1] == f"Still to do: Carrier, {notice.request.reference}"
        assert "nobody has told it yet" in mail.outbox[-1].body
        waits_since(notice, days=15)
        assert telling.remind_staff() == 1
        told = telling.tick(notice_id=notice.pk, actor=staff_actor(), state=NoticeState.SENT)
        assert telling.remind_staff() == 0, "a week begins with each step"
        waits_since(told, days=8)
        assert telling.remind_staff() == 1
        alarms()
        assert "Ask it once more." in mail.outbox[-1].body
        telling.tick(notice_id=notice.pk, actor=staff_actor(), state=NoticeState.COMPLETED, words="Mail of 7 January")
        assert telling.remind_staff() == 0

    def test_words_that_stay_after_an_erasure_do_not_name_the_person(self, notice: RecipientNotice) -> None:
        words = f"They wrote that {EMAIL.upper()} is gone."
        with pytest.raises(NamesThePerson):
            telling.tick(notice_id=notice.pk, actor=staff_actor(), state=NoticeState.COMPLETED, words=words)

    def test_ticking_off_needs_what_shows_it(self, notice: RecipientNotice) -> None:
        actor = staff_actor()
        for state in (NoticeState.COMPLETED, NoticeState.IMPOSSIBLE):
            with pytest.raises(ProofNeeded):
                telling.tick(notice_id=notice.pk, actor=actor, state=state, words="  ")
        told = telling.tick(notice_id=notice.pk, actor=actor, state=NoticeState.SENT)
        assert (told.state, told.next_at) == (NoticeState.SENT, None)
        done = telling.tick(notice_id=notice.pk, actor=actor, state=NoticeState.COMPLETED, words="Mail of 7 January")
        assert (done.state, done.content_sealed) == (NoticeState.COMPLETED, None)
        assert done.proof == {"detail": "done", "words": "Mail of 7 January"}
        assert AuditEntry.objects.filter(event="recipient.moved", actor=str(actor)).count() == 2
        with pytest.raises(WrongState):
            telling.tick(notice_id=notice.pk, actor=actor, state=NoticeState.IMPOSSIBLE, words="No")
        assert len(alarms()) == 1

    def test_why_it_is_impossible_is_in_the_words_of_staff(self, notice: RecipientNotice) -> None:
        state = NoticeState.IMPOSSIBLE
        ended = telling.tick(notice_id=notice.pk, actor=staff_actor(), state=state, words="It went bankrupt in 2026.")
        assert ended.reason == "It went bankrupt in 2026."

    def test_only_staff_who_decide_and_whom_it_is_not_about(self, notice: RecipientNotice) -> None:
        for actor in (Actor.staff(make_staff().pk), SYSTEM):
            with pytest.raises(NotAllowed):
                telling.tick(notice_id=notice.pk, actor=actor, state=NoticeState.SENT)
            with pytest.raises(NotAllowed):
                telling.try_again(notice_id=notice.pk, actor=actor)
        own = staff_actor()
        RightsRequest.objects.filter(pk=notice.request_id).update(subject_user=own.user_id)
        with pytest.raises(OwnRequest):
            telling.tick(notice_id=notice.pk, actor=own, state=NoticeState.SENT)

    def test_a_machine_tries_again_when_staff_have_put_it_right(
        self, notice: RecipientNotice, processor: Processor, side: WebhookSide
    ) -> None:
        make_wired(processor, side, name="Other")
        wired = Recipient.objects.get(name="Other")
        Recipient.objects.filter(name="Carrier").update(
            adapter=Adapter.WEBHOOK, address=wired.address, settings=wired.settings
        )
        side.says = {"status": "completed"}
        telling.try_again(notice_id=notice.pk, actor=staff_actor())
        assert follow().state == NoticeState.COMPLETED
        with pytest.raises(WrongState):
            telling.try_again(notice_id=notice.pk, actor=staff_actor())

    def test_nothing_is_tried_again_when_nobody_knows_any_more_whom_it_is_about(self, filed: RightsRequest) -> None:
        make_recipient(settings={"known_by": ["phone"]})
        note(filed)
        with pytest.raises(WrongState):
            telling.try_again(notice_id=only_notice().pk, actor=staff_actor())


def test_a_person_without_account_is_told_about_by_what_the_recipient_knows(filed: RightsRequest) -> None:
    make_recipient(settings={"known_by": ["phone", "email"]})
    subject = Subject(emails=frozenset({EMAIL}), phones=frozenset({"+33123456789"}))
    telling.notify(request=filed, kind=NoticeKind.ERASURE, subject=subject, slugs=["accounts-user"], actor=SYSTEM)
    assert opened(only_notice()).identifiers == (Identifier("phone", "+33123456789"), Identifier("email", EMAIL))


@pytest.mark.django_db(transaction=True)
def test_a_recipient_that_calls_back_before_it_has_answered_us_is_believed_once(processor: Processor) -> None:
    side = WebhookSide(signing.public_keys(), says={"status": "acknowledged"})
    make_wired(processor, side)
    note(make_request(make_user(EMAIL), Right.ERASURE))
    answers: list[int] = []

    def calls_back_first(call: Call) -> Reply:
        """In the thread of the recipient's server, while our own call to it is open."""
        raw = json.dumps({"notice_id": json.loads(call.body)["notice_id"], "status": "completed"}).encode()
        answers.append(call_back(only_notice(), raw, side.signed(raw)))
        connection.close()
        return side(call)

    processor.behaves = calls_back_first
    telling.follow_due()
    assert answers == [204]
    assert (only_notice().state, only_notice().content_sealed) == (NoticeState.COMPLETED, None)
