"""Sending a promotional message: to whoever asked and may be written to, once each, whatever dies, until stopped."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from post_office.models import Email

from consent import links, services
from consent.mailings import copies, job, sending
from consent.mailings.errors import MailingError, NotADraft
from consent.mailings.models import Mailing, MailingCopy
from consent.mailings.texts import hash_of
from consent.models import Subscription
from consent.vocabulary import Topic, Way
from privacy import clock
from privacy.actors import SYSTEM
from privacy.data_map.subject import Subject
from privacy.jobs import engine
from privacy.mail.deliver import deliver_due
from privacy.models import AuditEntry, Job, JobState, SentMessage
from privacy.retention.holding_back import hold_back, let_go
from privacy.vocabulary import HeldBackReason, StopGround
from tests.consent.mailings import WRITER_PERMS, objects, reached, run, sent, started, states, waiting
from tests.factories import make_mailing, make_staff, make_subscription
from tests.rights_requests.browsing import said
from tests.rights_requests.scenario import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P2.4")]
LIST = "/admin/consent/mailing/"


def readers(count: int) -> list[str]:
    """So many who asked for the newsletter, in the order in which they are written to."""
    rows = [make_subscription(f"r{number}@example.org") for number in range(count)]
    return [str(row.email) for row in sorted(rows, key=lambda row: row.pk)]


def test_it_goes_to_whoever_confirmed_the_topic_in_their_language_with_their_own_links() -> None:
    texts = {"en": {"subject": "Shelves", "text": "Good morning."}, "ar": {"subject": "رفوف", "text": "صباح الخير."}}
    rows = {code: make_subscription(f"{code}@example.org", language=code) for code in ("en", "fr", "ar")}
    make_subscription("other@example.org", topic=Topic.WEBINARS)
    mailing = sent(started(texts=texts))
    assert (mailing.state, states(mailing)) == ("sent", {"left": 3})
    messages = {message.to[0].partition("@")[0]: message for message in mail.outbox}
    assert {code: message.subject for code, message in messages.items()} == {
        "en": "Shelves", "fr": "Shelves", "ar": "رفوف"
    }  # fmt: skip
    assert "تكتب إليك Occicor لأنك طلبت «النشرة البريدية»" in messages["ar"].body
    assert "Occicor writes to you because you asked for “Newsletter” and confirmed it." in messages["fr"].body
    assert 'dir="rtl"' in messages["ar"].alternatives[0][0]
    for code, message in messages.items():
        end = links.url(links.Use.END, rows[code].pk, ["newsletter"])
        assert message.extra_headers["List-Unsubscribe"] == f"<{end}>"
        assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert end in message.body
        assert re.search(r"/newsletter/choices/\S+", message.body)
        assert not re.search(r"<(?:img|link)\b|url\(", message.alternatives[0][0])
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 3


@pytest.mark.promise("P5.4")
def test_the_gate_is_asked_when_a_copy_is_queued_and_again_when_it_leaves() -> None:
    make_subscription("before@example.org")
    make_subscription("between@example.org")
    make_subscription("restricted@example.org")
    make_subscription("reader@example.org")
    objects("before@example.org")
    mailing = started()
    run(mailing)
    assert waiting() == ["between@example.org", "reader@example.org", "restricted@example.org"]
    objects("between@example.org")
    objects("restricted@example.org", StopGround.ACCURACY)
    deliver_due()
    assert reached() == ["reader@example.org"]
    assert run(mailing)
    assert states(mailing) == {"left": 1, "stopped": 3}


def test_whoever_ends_it_meanwhile_gets_nothing_and_stays_out() -> None:
    first, second = readers(2)
    mailing = started()
    services.end(named=links.Named(Subscription.objects.get(email=first).pk, ()), way=Way.LINK)
    run(mailing)
    assert waiting() == [second]
    services.end(named=links.Named(Subscription.objects.get(email=second).pk, ()), way=Way.ONE_CLICK)
    assert waiting() == []
    assert states(mailing) == {"ended": 1}
    assert run(mailing)
    assert reached() == []


def test_a_batch_that_died_is_done_again_and_nobody_is_lost_or_written_to_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(job, "AT_ONCE", 2)
    people, make = readers(5), copies.make
    done: list[int] = []

    def dying(mailing: Mailing, rows: list[Subscription]) -> int:
        done.append(make(mailing, rows))
        if len(done) == 2:
            raise RuntimeError
        return done[-1]

    monkeypatch.setattr(copies, "make", dying)
    mailing = started()
    assert not run(mailing)
    assert waiting() == sorted(people[:2])
    assert not run(mailing)
    assert waiting() == sorted(people)
    # The same work once more, as after a crash that lost the markers; and once more as if the rows were lost too.
    for lost in (False, True):
        row = Job.objects.get(about=mailing.pk)
        row.steps.all().delete()
        if lost:
            MailingCopy.objects.all().delete()
        assert not run(mailing) or lost
        assert Email.objects.count() == 5
    deliver_due()
    assert reached() == sorted(people)


def test_eight_that_press_the_button_at_once_send_it_once() -> None:
    people = readers(3)
    mailing = make_mailing()

    def press(_number: int) -> bool:
        try:
            return bool(started(Mailing.objects.get(pk=mailing.pk)))
        except NotADraft:
            return False

    assert at_once(8, press).count(True) == 1
    sent(mailing)
    assert reached() == sorted(people)
    assert AuditEntry.objects.filter(event="mailing.started").count() == 1


def test_a_batch_takes_as_many_queries_for_one_reader_as_for_forty(monkeypatch: pytest.MonkeyPatch) -> None:
    """And reads no more than a batch: however many there are, the next ones are found by key."""
    asked = []
    for count in (1, 40):
        Subscription.objects.all().delete()
        readers(count + 5)
        monkeypatch.setattr(job, "AT_ONCE", count)
        mailing = Mailing.objects.get(pk=started().pk)
        context = engine.JobContext(engine.lease.claim(Job.objects.get(about=mailing.pk).pk))
        with CaptureQueriesContext(connection) as queries:
            next(iter(job.steps(context))).run(context)
        assert MailingCopy.objects.filter(mailing=mailing).count() == count
        asked.append(len(queries))
        assert not [query for query in queries if "LIMIT" not in query["sql"] and "OFFSET" in query["sql"]]
        MailingCopy.objects.all().delete()
    assert asked[0] == asked[1]
    assert asked[0] < 25


def test_stopped_it_takes_back_what_has_not_left_and_goes_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "AT_ONCE", 3)
    people = readers(7)
    make, mailing = copies.make, started()

    def stopping(message: Mailing, rows: list[Subscription]) -> int:
        made = make(message, rows)
        if rows[-1].email == people[5]:
            raise RuntimeError
        return made

    monkeypatch.setattr(copies, "make", stopping)
    run(mailing)
    deliver_due(limit=1)
    assert sending.stop(actor=SYSTEM, mailing_id=mailing.pk) == 2
    assert (states(mailing), waiting(), reached()) == ({"left": 1, "taken_back": 2}, reached(), reached())
    assert len(reached()) == 1
    assert Job.objects.get(about=mailing.pk).state == JobState.CANCELLED
    assert not run(mailing)
    assert deliver_due() == 0
    mailing.refresh_from_db()
    assert mailing.state == "stopped"
    with pytest.raises(MailingError):
        sending.stop(actor=SYSTEM, mailing_id=mailing.pk)
    assert AuditEntry.objects.get(event="mailing.stopped").data["taken_back"] == 2


def test_what_staff_said_yes_to_is_what_is_sent(client: Client) -> None:
    mailing = make_mailing()
    client.force_login(make_staff(perms=WRITER_PERMS))
    page = f"{LIST}{mailing.pk}/send/"
    agreed = {"sha256": hash_of(mailing.topic, mailing.texts), "people": "0"}
    assert "Nobody would get this message now." in said(client.post(page, agreed))
    readers(2)
    asks = client.get(page)
    assert "Would get it now 2" in said(asks)
    assert f'value="{agreed["sha256"]}"' in asks.content.decode()
    wrong = client.post(page, {**agreed, "people": "3"})
    assert (wrong.status_code, "This is not the number of people" in said(wrong)) == (409, True)
    assert "Type the number." in said(client.post(page, {**agreed, "people": ""}))
    changed = client.post(page, {"sha256": "0" * 64, "people": "2"}, follow=True)
    assert "The message was changed since you opened this page." in said(changed)
    assert not Job.objects.exists()
    done = client.post(page, {**agreed, "people": "2"}, follow=True)
    assert "The message is being sent." in said(done)
    again = client.post(page, {**agreed, "people": "2"}, follow=True)
    assert "It can no longer be changed" in said(again)
    assert Job.objects.count() == 1
    entry = AuditEntry.objects.get(event="mailing.started")
    assert entry.data == {"topic": "newsletter", "sha256": agreed["sha256"], "people": 2}
    run(mailing)
    stands = said(client.get(f"{LIST}{mailing.pk}/change/"))
    assert "Waiting to leave 2" in stands
    stopped = said(client.post(f"{LIST}{mailing.pk}/stop/", follow=True))
    assert "Stopped. 2 copies were taken back." in stopped
    assert "Taken back before it left 2" in stopped


def test_an_error_is_shown_to_staff_and_the_sending_goes_on_when_they_say_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = readers(2)
    mailing = started()

    def breaking(message: Mailing, rows: list[Subscription]) -> int:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(copies, "make", breaking)
        for _time in range(3):
            run(mailing)
    client.force_login(make_staff(perms=WRITER_PERMS))
    page = said(client.get(f"{LIST}{mailing.pk}/change/"))
    assert "An error stopped the sending batch 0 RuntimeError" in page
    assert "The sending goes on." in said(client.post(f"{LIST}{mailing.pk}/resume/", follow=True))
    sent(mailing)
    assert reached() == sorted(people)


def test_it_leaves_after_what_is_written_to_one_person() -> None:
    readers(2)
    run(started())
    services.ask(actor=SYSTEM, asked=_asked("new@example.org"), sends=True)
    deliver_due(limit=1)
    assert reached() == ["new@example.org"]


def _asked(address: str) -> Any:
    return services.Asked(address, (Topic.NEWSLETTER,), "en", services.wording.shown())


def test_who_got_it_is_forgotten_after_a_while_and_only_counts_are_left(settings: Any) -> None:
    readers(3)
    settings.MAILING_COPY_DAYS = 30
    mailing = sent(started())
    assert copies.forget() == 0
    settings.MAILING_COPY_DAYS = -1
    assert (copies.forget(), copies.forget()) == (3, 0)
    assert not MailingCopy.objects.exists()
    mailing.refresh_from_db()
    assert states(mailing) == {"left": 3}
    assert SentMessage.objects.filter(template="consent/promotion").count() == 3


@pytest.mark.promise("P3.1")
def test_who_got_it_and_whose_data_must_stay_is_not_forgotten_until_then(settings: Any) -> None:
    held, *_others = readers(3)
    settings.MAILING_COPY_DAYS = 30
    mailing = sent(started())
    settings.MAILING_COPY_DAYS = -1
    until, person = clock.now() + timedelta(days=1), Subject(emails=frozenset({held}))
    kept = hold_back(actor=SYSTEM, reason=HeldBackReason.CLAIM, until=until, subject=person)
    assert (copies.forget(), copies.forget()) == (2, 0)
    assert MailingCopy.objects.get().subscription.email == held
    mailing.refresh_from_db()
    assert states(mailing) == {"left": 3}
    let_go(actor=SYSTEM, held_back_id=kept.pk)
    assert (copies.forget(), copies.forget()) == (1, 0)
    mailing.refresh_from_db()
    assert states(mailing) == {"left": 3}
