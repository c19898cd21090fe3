"""What holds for every way of telling: failures are outcomes, nobody moves back, staff write where no wire goes."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from privacy.data_map.subject import Subject
from rights_requests.recipients import adapters, manual
from rights_requests.recipients.notices import (
    DETAILS,
    Correction,
    Detail,
    Identifier,
    NotGenuine,
    Notice,
    Party,
    Received,
    identifiers_of,
    moves_on,
)
from rights_requests.vocabulary import Adapter, NoticeKind, NoticeState
from tests.processor import Processor, Reply
from tests.rights_requests.recipients.scene import EMAIL, notice, now, party, summary
from tests.rights_requests.recipients.spy import connections

WIRED = (Adapter.WEBHOOK, Adapter.OPENDSR)
REFUSALS = {
    500: "told_to_wait",
    503: "told_to_wait",
    429: "told_to_wait",
    408: "told_to_wait",
    425: "told_to_wait",
    400: "turned_away",
    401: "turned_away",
    409: "turned_away",
    422: "turned_away",
    302: "turned_away",
}


def test_every_adapter_is_in_the_table() -> None:
    assert set(adapters.WAYS) == set(Adapter)


def test_every_detail_has_a_sentence() -> None:
    assert set(DETAILS) == set(Detail)


@pytest.mark.parametrize("adapter", WIRED)
@pytest.mark.parametrize("status", REFUSALS)
def test_a_refusal_is_an_outcome_and_nothing_is_told(processor: Processor, adapter: Adapter, status: int) -> None:
    processor.behaves = lambda _call: Reply(status, b"", {"Retry-After": "90"})
    found = party(processor, "/requests")
    for outcome in (
        adapters.tell(adapter, found, notice(), now()),
        adapters.check(adapter, found, uuid4(), now()),
    ):
        assert summary(outcome) == ("pending", REFUSALS[status])
        assert (outcome.status, outcome.retry_after_seconds) == (status, 90)


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_recipient_that_cannot_be_asked_is_still_told(processor: Processor, status: int) -> None:
    processor.behaves = lambda _call: Reply(status)
    found = party(processor, "/notices")
    assert summary(adapters.check(Adapter.WEBHOOK, found, uuid4(), now())) == ("sent", "no_statement")
    assert adapters.tell(Adapter.WEBHOOK, found, notice(), now()).state == NoticeState.PENDING


@pytest.mark.parametrize("adapter", WIRED)
def test_a_server_that_hangs_up_or_proves_nothing_was_not_told(processor: Processor, adapter: Adapter) -> None:
    processor.misbehaves = "hangs up"
    assert summary(adapters.tell(adapter, party(processor, "/"), notice(), now())) == ("pending", "unreachable")
    unproven = Party("Carrier", processor.url)
    assert summary(adapters.tell(adapter, unproven, notice(), now())) == ("pending", "certificate")


@pytest.mark.parametrize("adapter", WIRED)
def test_a_recipient_with_an_address_inside_is_not_called(adapter: Adapter) -> None:
    with connections() as seen:
        outcome = adapters.tell(adapter, Party("Carrier", "https://10.0.0.1/"), notice(), now())
    assert summary(outcome) == ("pending", "address_refused")
    assert seen == []


@pytest.mark.parametrize("adapter", WIRED)
def test_no_identifier_reaches_a_log(processor: Processor, adapter: Adapter, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    for misbehaviour in ("", "hangs up", "no http"):
        processor.misbehaves = misbehaviour
        adapters.tell(adapter, party(processor, "/"), notice(), now())
    assert "canary" not in caplog.text


def test_a_notice_only_ever_moves_on() -> None:
    way = [NoticeState.PENDING, NoticeState.SENT, NoticeState.ACKNOWLEDGED, NoticeState.COMPLETED]
    for place, state in enumerate(way):
        assert [moves_on(state, other) for other in way] == [other in way[place + 1 :] for other in way]
    assert not moves_on(NoticeState.COMPLETED, NoticeState.IMPOSSIBLE)
    assert not moves_on(NoticeState.IMPOSSIBLE, NoticeState.COMPLETED)


def test_a_recipient_is_told_only_what_it_knows_the_person_by() -> None:
    subject = Subject(
        user_id=UUID(int=7), emails=frozenset({"b@example.org", "a@example.org"}), phones=frozenset({"+331"})
    )
    assert identifiers_of(subject, ["email"]) == (
        Identifier("email", "a@example.org"),
        Identifier("email", "b@example.org"),
    )
    assert identifiers_of(subject, ["user"]) == (Identifier("user", str(UUID(int=7))),)
    assert identifiers_of(subject, ["visitor"]) == ()


def test_a_notice_that_says_nothing_cannot_be_made() -> None:
    made = datetime(2027, 1, 7, tzinfo=UTC)
    someone = (Identifier("email", EMAIL),)
    with pytest.raises(ValueError, match="whom"):
        Notice(uuid4(), uuid4(), NoticeKind.ERASURE, made, ())
    with pytest.raises(ValueError, match="rectification"):
        Notice(uuid4(), uuid4(), NoticeKind.RECTIFICATION, made, someone)
    with pytest.raises(ValueError, match="rectification"):
        Notice(uuid4(), uuid4(), NoticeKind.ERASURE, made, someone, (Correction("a", "b", "c"),))


class TestManual:
    """Recipients that a person writes to."""

    def test_nothing_is_sent_and_staff_have_a_task(self) -> None:
        carrier = Party("Carrier")
        with connections() as seen:
            told = adapters.tell(Adapter.MANUAL, carrier, notice(), now())
            asked = adapters.check(Adapter.MANUAL, carrier, uuid4(), now())
        assert summary(told) == summary(asked) == ("pending", "staff_task")
        assert seen == []
        assert adapters.faults(Adapter.MANUAL, carrier) == {}

    def test_nobody_can_call_back_in_its_name(self) -> None:
        with pytest.raises(NotGenuine):
            adapters.read_callback(Adapter.MANUAL, Party("Carrier"), Received(uuid4(), "", b"{}", {}), now())

    def test_the_letter_says_what_about_whom_and_how_to_answer(self) -> None:
        told = notice(NoticeKind.RECTIFICATION, id=UUID(int=0xABCDEF << 104))
        letter = manual.letter(Party("Carrier"), told)
        assert letter.subject == "Correct the data (number abcdef00)"
        assert letter.text == (
            "Carrier\n\n"
            "Please correct the personal data about this person that you have from us or hold for us.\n\n"
            f"E-mail address: {EMAIL}\n\n"
            "family_name: “Canary-Old” becomes “Canary-New”\n\n"
            "Please answer when it is done, or tell us why it is impossible or would take a disproportionate effort"
            f" (Article 19 GDPR). Name this number in your answer: {told.id}\n\n"
            "Occicor"
        )

    @pytest.mark.parametrize("kind", NoticeKind)
    def test_there_is_a_letter_for_every_kind(self, kind: NoticeKind) -> None:
        assert EMAIL in manual.letter(Party("Carrier"), notice(kind)).text
