"""Messages: queued once with what they tell, delivered until the server takes them, and never a second subject line."""

import smtplib
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.db.models.functions import Now
from post_office.models import STATUS, Email

from privacy import restriction
from privacy.actors import SYSTEM
from privacy.data_map.subject import Subject
from privacy.mail.deliver import deliver_due, send_now
from privacy.mail.queue import Letter, Outcome, message_id, queue, render
from privacy.models import SentMessage
from privacy.vocabulary import Purpose, StopGround
from tests.privacy.retention.sweeping import swept
from tests.rights_requests.scenario import at_once

pytestmark = pytest.mark.django_db

TEMPLATE = "rights_requests/withdrawn"
DUTY = Purpose.LEGAL_DUTIES


def context(**more: Any) -> dict[str, Any]:
    """What the template needs."""
    return {"reference": "OC-7F3K-94QM", "right": "Delete my data", "page": "http://x.example/p", **more}


@pytest.fixture
def server_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail server that does not answer."""

    def refuse(self: EmailBackend, messages: Any) -> int:
        raise smtplib.SMTPServerDisconnected("ann@example.org refused")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)


def test_a_message_is_queued_once_per_thing_and_template() -> None:
    about = uuid4()
    abouts = (about, about, uuid4())
    outcomes = [
        queue(to="ann@example.org", template=TEMPLATE, context=context(), about=each, purpose=DUTY) for each in abouts
    ]
    assert outcomes == [Outcome.ACCEPTED, Outcome.KNOWN, Outcome.ACCEPTED]
    assert Email.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_eight_that_queue_the_same_message_one_does() -> None:
    about = uuid4()
    done = at_once(
        8, lambda _n: queue(to="a@b.example", template=TEMPLATE, context=context(), about=about, purpose=DUTY)
    )
    assert (done.count(Outcome.ACCEPTED), Email.objects.count(), SentMessage.objects.count()) == (1, 1, 1)


def test_a_message_of_a_transaction_that_fails_is_not_queued() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queue(to="ann@example.org", template=TEMPLATE, context=context(), about=uuid4(), purpose=DUTY)
        1 / 0  # noqa: B018
    assert not Email.objects.exists()
    assert not SentMessage.objects.exists()


def test_text_of_people_stays_literal_in_text_and_escaped_in_html() -> None:
    hostile = "<script>x</script> {{ 7|add:7 }} {% load i18n %}"
    letter = render(TEMPLATE, context(right=hostile))
    assert hostile in letter.text
    assert "<script>" not in letter.html
    assert "&lt;script&gt;" in letter.html


def test_a_line_break_cannot_add_a_header() -> None:
    letter = render(TEMPLATE, context(reference="OC\r\nBcc: eve@example.org\r\n\r\nbody"))
    assert "\n" not in letter.subject
    assert "\r" not in letter.subject
    queue(
        to="ann@example.org",
        template=TEMPLATE,
        context=context(reference="OC\nBcc: eve@x.org"),
        about=uuid4(),
        purpose=DUTY,
    )
    assert deliver_due() == 1
    assert mail.outbox[0].message()["Bcc"] is None
    assert mail.outbox[0].recipients() == ["ann@example.org"]


def test_what_is_due_is_delivered_once_with_text_and_html() -> None:
    about = uuid4()
    queue(to="ann@example.org", template=TEMPLATE, context=context(), about=about, purpose=DUTY)
    assert deliver_due() == 1
    assert deliver_due() == 0
    sent = mail.outbox[0].message()
    assert [part.get_content_type() for part in sent.get_payload()] == ["text/plain", "text/html"]
    assert sent["Message-ID"] == message_id(about, TEMPLATE)


@pytest.mark.django_db(transaction=True)
def test_two_that_deliver_at_once_do_not_send_twice() -> None:
    for _number in range(10):
        queue(to="ann@example.org", template=TEMPLATE, context=context(), about=uuid4(), purpose=DUTY)
    assert sum(at_once(4, lambda _number: deliver_due())) == 10
    assert len(mail.outbox) == 10


def test_a_message_the_server_does_not_take_stays_and_is_tried_later(
    server_down: None, caplog: pytest.LogCaptureFixture
) -> None:
    queue(to="ann@example.org", template=TEMPLATE, context=context(), about=uuid4(), purpose=DUTY)
    assert deliver_due() == 0
    assert deliver_due() == 0
    waiting = Email.objects.get()
    assert (waiting.status, waiting.number_of_retries) == (STATUS.requeued, 1)
    assert waiting.scheduled_time is not None
    assert "ann@example.org" not in caplog.text


def test_it_arrives_once_the_server_is_back(server_down: None, monkeypatch: pytest.MonkeyPatch) -> None:
    queue(to="ann@example.org", template=TEMPLATE, context=context(), about=uuid4(), purpose=DUTY)
    deliver_due()
    monkeypatch.undo()
    Email.objects.update(scheduled_time=Now() - timedelta(seconds=1))
    assert deliver_due() == 1


def test_a_message_that_is_refused_for_four_days_is_given_up(server_down: None) -> None:
    queue(to="ann@example.org", template=TEMPLATE, context=context(), about=uuid4(), purpose=DUTY)
    Email.objects.update(created=Now() - timedelta(days=5))
    deliver_due()
    assert Email.objects.get().status == STATUS.failed


def test_sent_messages_go_after_their_time_and_waiting_ones_stay(settings: Any) -> None:
    for _number in range(3):
        queue(to="ann@example.org", template=TEMPLATE, context=context(), about=uuid4(), purpose=DUTY)
    first, second, third = Email.objects.order_by("id")
    old = Now() - timedelta(days=settings.SENT_MAIL_RETENTION_DAYS + 1)
    Email.objects.filter(pk__in=(first.pk, third.pk)).update(last_updated=old)
    Email.objects.filter(pk__in=(first.pk, second.pk)).update(status=STATUS.sent)
    swept("post_office-email")
    assert list(Email.objects.order_by("id")) == [second, third]
    assert SentMessage.objects.count() == 3


def test_a_message_past_the_queue_is_stored_nowhere() -> None:
    send_now(
        to="ann@example.org", letter=Letter("Hello", "text", "<p>text</p>"), message_id="<1@x.example>", purpose=DUTY
    )
    assert not Email.objects.exists()
    assert mail.outbox[0].message()["Message-ID"] == "<1@x.example>"


def test_a_server_that_does_not_answer_is_an_os_error(server_down: None) -> None:
    with pytest.raises(OSError, match="refused"):
        send_now(
            to="ann@example.org",
            letter=Letter("Hello", "text", "<p>text</p>"),
            message_id="<1@x.example>",
            purpose=DUTY,
        )


def write(purpose: Purpose, to: str = "ann@example.org") -> Outcome:
    """Queue a message for a purpose."""
    return queue(to=to, template=TEMPLATE, context=context(), about=uuid4(), purpose=purpose)


def objects(address: str = "ann@example.org", ground: StopGround = StopGround.ACCURACY) -> None:
    """Stop the use of the data of whoever has this address."""
    person = Subject(emails=frozenset({address}))
    purpose = Purpose.PROMOTIONAL_MESSAGES if ground is StopGround.MARKETING else None
    who = {"subject_digest": person.digest, "digests": person.digests()}
    restriction.impose(actor=SYSTEM, **who, ground=ground, purpose=purpose)


@pytest.mark.promise("P5.4")
@pytest.mark.parametrize("purpose", Purpose)
def test_to_a_restricted_person_only_messages_of_purposes_that_stay_allowed_are_queued(purpose: Purpose) -> None:
    objects()
    passes = restriction.allows(Subject(emails=frozenset({"ann@example.org"})), purpose)
    assert write(purpose, "Ann@Example.org") == (Outcome.ACCEPTED if passes else Outcome.STOPPED)
    assert (Email.objects.count(), SentMessage.objects.count()) == (passes, passes)
    assert write(purpose, "bob@example.org") is Outcome.ACCEPTED


@pytest.mark.promise("P2.4")
def test_an_objection_to_advertising_ends_what_is_queued_already_and_nothing_else() -> None:
    write(Purpose.PROMOTIONAL_MESSAGES)
    write(Purpose.SERVICE_MESSAGES)
    write(Purpose.PROMOTIONAL_MESSAGES, "bob@example.org")
    objects(ground=StopGround.MARKETING)
    assert deliver_due() == 2
    assert sorted(message.to[0] for message in mail.outbox) == ["ann@example.org", "bob@example.org"]
    assert set(Email.objects.values_list("status", flat=True)) == {STATUS.sent}
    assert Email.objects.filter(to="ann@example.org").count() == 1


@pytest.mark.promise("P5.4")
def test_a_message_past_the_queue_asks_too() -> None:
    objects()
    letter = Letter("Hello", "text", "<p>text</p>")
    said = [
        send_now(to="ann@example.org", letter=letter, message_id="<1@x.example>", purpose=purpose)
        for purpose in (Purpose.SERVICE_MESSAGES, Purpose.LEGAL_DUTIES)
    ]
    assert said == [Outcome.STOPPED, Outcome.ACCEPTED]
    assert len(mail.outbox) == 1
