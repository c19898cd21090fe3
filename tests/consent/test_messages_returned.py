"""Messages that come back: what a server refuses at once, what it sends back later, and what anybody can make up."""

import random
import smtplib
from email.message import EmailMessage
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db.models.functions import Now
from post_office.models import Email

from consent.checks import bounces_have_an_address
from consent.mailings import copies
from consent.mailings.copies import Return
from consent.mailings.models import Mailing, MailingCopy
from consent.mailings.returns import MOST_BYTES, record
from consent.mailings.tokens import named_in, token
from consent.models import Subscription
from privacy import attention
from privacy.mail.deliver import deliver_due
from privacy.mail.refusals import no_such_address
from privacy.models import AuditEntry
from privacy.vocabulary import StopGround
from tests.consent.mailings import objects, run, sent, started, states
from tests.factories import make_subscription

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P2.4")]
READER = "sam@example.org"
GONE = "5.1.1 (no such user)"


def notice(*, action: str = "failed", status: str = GONE, to: str = "us@example.org", returned: str = "") -> bytes:
    """A delivery status notification as mail servers write it; `returned` are the headers of what came back."""
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {to}\r\nSubject: Undelivered Mail\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nI am sorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {READER}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{returned}\r\n--b--\r\n"
    ).encode()


@pytest.fixture
def copy() -> MailingCopy:
    """A message that left for one reader, who gets two topics."""
    make_subscription(READER)
    make_subscription(READER, topic="policy_changes")
    mailing = sent(started())
    return MailingCopy.objects.get(mailing=mailing)


def headers(copy: MailingCopy) -> str:
    """The headers that a server returns."""
    return f"From: us@example.org\r\nMessage-ID: {Email.objects.get().message_id}\r\nTo: {READER}"


def live() -> int:
    return Subscription.objects.filter(state="confirmed").count()


def test_a_notice_that_there_is_no_such_address_ends_what_it_got(copy: MailingCopy) -> None:
    assert record(notice(returned=headers(copy))) is Return.NO_SUCH_ADDRESS
    assert (live(), states(copy.mailing)) == (0, {"bounced": 1})
    entry = AuditEntry.objects.get(event="subscription.ended")
    assert (entry.data["way"], entry.data["topics"], entry.actor) == ("bounced", "newsletter.policy_changes", "system")
    assert record(notice(returned=headers(copy))) is None


def test_the_address_to_which_it_comes_back_names_the_copy_too(settings: Any) -> None:
    settings.BOUNCE_ADDRESS = "bounces@mail.example"
    make_subscription(READER)
    run(mailing := started())
    email = Email.objects.get()
    deliver_due()
    assert email.from_email == f"bounces+{token(MailingCopy.objects.get().pk)}@mail.example"
    assert email.prepare_email_message().message()["From"] == settings.DEFAULT_FROM_EMAIL
    assert record(notice(to=email.from_email.upper())) is Return.NO_SUCH_ADDRESS
    assert (live(), states(mailing)) == (0, {"bounced": 1})
    assert bounces_have_an_address() == []
    for wrong in ("bounces", "undeliverables@mail.example"):
        settings.BOUNCE_ADDRESS = wrong
        assert [error.id for error in bounces_have_an_address()] == ["consent.E002"]


@pytest.mark.parametrize(
    ("said", "found", "state"),
    [
        ({"action": "delayed", "status": "4.4.1"}, Return.DELAYED, "left"),
        ({"action": "failed", "status": "4.4.7"}, Return.REFUSED, "failed"),
        ({"action": "failed", "status": "5.7.1"}, Return.REFUSED, "failed"),
        ({"action": "failed", "status": "5.2.2"}, Return.REFUSED, "failed"),
        ({"action": "delivered", "status": "2.0.0"}, None, "left"),
    ],
)
def test_whatever_else_comes_back_ends_nothing(
    copy: MailingCopy, said: dict[str, str], found: Return | None, state: str
) -> None:
    assert record(notice(returned=headers(copy), **said)) is found
    assert (live(), states(copy.mailing)) == (2, {state: 1})
    copy.refresh_from_db()
    assert copy.delayed == (found is Return.DELAYED)


def test_a_forged_notice_ends_nobodys_subscription(copy: MailingCopy) -> None:
    """Whoever knows the address, the number of the copy or an altered token has nothing."""
    real = token(copy.pk)
    # Not the last letter: most of it is padding, and says nothing.
    altered = real[:-2] + ("a" if real[-2] != "a" else "b") + real[-1]
    unsigned = real[:26] + "a" * 26
    for returned in ("", f"Message-ID: <{altered}@x>", f"Message-ID: <{unsigned}@x>", f"Message-ID: <{copy.pk}@x>"):
        assert record(notice(returned=returned)) is None
    for elsewhere in (f"Subject: {real}", f"X-Token: {real}", f"From: a@x\r\n\r\nMessage-ID: <{real}@x>"):
        assert record(notice(returned=elsewhere)) is None
    plain = EmailMessage()
    plain["To"], plain["References"] = READER, f"<{real}@x>"
    plain.set_content(f"Action: failed\nStatus: 5.1.1\nMessage-ID: <{real}@x>")
    assert record(plain.as_bytes()) is None
    assert list(named_in(f"<{real}@x>")) == [copy.pk]
    assert live() == 2


def test_nothing_that_a_notice_says_is_kept_or_breaks_anything(copy: MailingCopy) -> None:
    whole = notice(returned=headers(copy), action="failed\r\n Bcc: eve@evil.example", status="5.7.1\x00<script>")
    chance = random.Random(7)
    junk = [b"", b"\xff" * 999, b"Content-Type: multipart/report; boundary=b\n\n" + b"--b\n" * 9999]
    junk += [
        b"Content-Type: multipart/report; boundary=b" + b"\n\n--b\nContent-Type: multipart/mixed; boundary=b" * 999
    ]
    junk += [b"Content-Type: multipart/report; report-type*=utf-9''x; boundary=\xff\n\n--\xff\n\n"]
    for _time in range(60):
        cut = bytearray(whole[: chance.randrange(len(whole))])
        for _flip in range(chance.randrange(1, 9)):
            cut[chance.randrange(len(cut) or 1) : 1] = bytes([chance.randrange(256)])
        junk.append(bytes(cut))
    assert {record(one) for one in junk} <= {None, Return.REFUSED, Return.DELAYED}
    out = StringIO()
    call_command("record_bounce", stdin=BytesIO(b"x" * (MOST_BYTES + 1)), stdout=out)
    call_command("record_bounce", stdin=BytesIO(whole), stdout=out)
    assert out.getvalue().splitlines()[0] == "nothing of ours"
    assert "eve@evil.example" not in str([list(model.objects.values()) for model in (MailingCopy, AuditEntry)])
    assert live() == 2


def test_what_a_server_refuses_for_good_is_tried_no_more_and_what_may_pass_is(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {
        "gone@example.org": (550, b"5.1.1 <gone@example.org>: no such user"),
        "full@example.org": (552, b"5.2.2 full"),
        "shy@example.org": (550, b"5.7.1 not from you"),
        "bare@example.org": (550, b"no"),
        "busy@example.org": (450, b"4.1.1 later"),
    }

    def refuse(self: EmailBackend, messages: Any) -> int:
        (address,) = messages[0].recipients()
        raise smtplib.SMTPRecipientsRefused({address: answers[address]})

    for address in answers:
        make_subscription(address)
    run(mailing := started())
    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    assert deliver_due() == 0
    assert states(mailing) == {"bounced": 1, "queued": 4}
    assert attention.failed_mail() == 0
    run(mailing)
    assert copies.end_bounced() == 1
    left = set(Subscription.objects.exclude(email=None).values_list("email", flat=True))
    assert left == set(answers) - {"gone@example.org"}


def test_who_said_yes_again_or_is_protected_is_left_alone_and_so_are_many_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(7):
        make_subscription(f"r{number}@example.org")
    mailing: Mailing = sent(started())
    rows = MailingCopy.objects.filter(mailing=mailing)
    rows.update(state="bounced", changed_at=Now())
    assert (copies.end_bounced(), live()) == (0, 7)
    monkeypatch.setattr(copies, "FEW", 7)
    Subscription.objects.filter(email="r0@example.org").update(confirmed_at=Now())
    objects("r1@example.org", StopGround.CLAIMS)
    assert (copies.end_bounced(), live()) == (5, 2)


def test_the_codes_that_say_there_is_no_such_address_are_few() -> None:
    dead = [f"5.{subject}.{detail}" for subject in range(8) for detail in range(12)]
    assert [code for code in dead if no_such_address(code)] == [
        *("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"), "5.2.1"
    ]  # fmt: skip
    assert not any(map(no_such_address, ("4.1.1", "", "x 5.1.1", "5.1.11", "5.1.1.1", "15.1.1")))
