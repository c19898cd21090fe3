"""Asking for our messages, confirming, changing, ending: what a person sees and what nobody can find out."""

import html
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from post_office.models import Email

from consent import links, selectors, services, wording
from consent.models import Subscription, Wording
from consent.vocabulary import State, Topic, Way
from privacy import clock, ledger, restriction
from privacy.actors import SYSTEM
from privacy.data_map import residue
from privacy.data_map.erase import erase_all
from privacy.data_map.subject import Subject
from privacy.models import AuditEntry, LedgerEntry
from privacy.vocabulary import LedgerKind, Purpose, StopGround
from tests.factories import make_staff, make_subscription
from tests.privacy.ledgers import forget_after
from tests.privacy.retention.sweeping import swept
from visitors.urls import urlpatterns

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P2.4")]
PAGE = "/newsletter/"
READER = "sam@example.org"
BOTH = ["newsletter", "webinars"]


def body(answer: Any) -> str:
    return str(answer.content.decode())


def ask(client: Client, *topics: str, **said: Any) -> Any:
    given = {"topics": topics or BOTH, "email": READER, "words": wording.shown().sha256, **said}
    return client.post(PAGE, given)


def mails(address: str = READER) -> list[Email]:
    return list(Email.objects.filter(to=address).order_by("id"))


def link(use: str, mail: Email) -> str:
    """The path of the link of a use in a message."""
    found = re.search(rf"\S+/newsletter/{use}/\S+", mail.message)
    assert found
    return urlsplit(found[0]).path


def confirmed(client: Client, *topics: str) -> Email:
    """Ask and say yes; the last message."""
    ask(client, *topics)
    assert client.post(link("confirm", mails()[-1])).status_code == 200
    return mails()[-1]


def states(address: str = READER) -> dict[str, str]:
    digest = Subject(emails=frozenset({address})).digest
    return dict(Subscription.objects.filter(digest=digest).values_list("topic", "state"))


def stop(ground: StopGround, purpose: Purpose | None) -> None:
    who = Subject(emails=frozenset({READER}))
    restriction.impose(actor=SYSTEM, subject_digest=who.digest, digests=who.digests(), ground=ground, purpose=purpose)


def test_nobody_is_subscribed_before_they_press_the_button_behind_the_link_of_our_message(client: Client) -> None:
    answer = ask(client, email=" Sam@Example.org ")
    assert answer["Location"] == f"{PAGE}sent/"
    assert READER not in body(client.get(answer["Location"]))
    assert states() == dict.fromkeys(BOTH, State.PENDING)
    (mail,) = mails()
    assert (mail.subject, "- Newsletter\n- Webinars" in mail.message) == ("Do you want messages from Occicor?", True)
    page = client.get(link("confirm", mail))
    assert "Do you want our messages?" in body(page)
    assert client.head(link("confirm", mail)).status_code == 200
    assert (page["Referrer-Policy"], page["X-Robots-Tag"]) == ("same-origin", "noindex, nofollow")
    assert states() == dict.fromkeys(BOTH, State.PENDING)
    for _time in range(2):
        assert "You are subscribed" in body(client.post(link("confirm", mail)))
    assert "You are subscribed" in body(client.get(link("confirm", mail)))
    assert states() == dict.fromkeys(BOTH, State.CONFIRMED)
    assert [mail.subject for mail in mails()][1:] == ["You are subscribed"]
    assert AuditEntry.objects.filter(event="subscription.confirmed").count() == 1


def test_the_words_of_the_page_are_those_of_the_proof_and_their_number_stands_on_record(client: Client) -> None:
    page = body(client.get(PAGE))
    assert all(escape(line) in page for line in wording.shown().text.splitlines())
    confirmed(client)
    words = Wording.objects.get()
    assert (words.text, words.sha256) == (wording.shown().text, wording.shown().sha256)
    entry = AuditEntry.objects.get(event="subscription.confirmed")
    assert entry.data == {
        "topics": "newsletter.webinars", "wording": words.pk, "sha256": words.sha256, "way": "confirmed"
    }  # fmt: skip
    assert entry.subject_digest == Subject(emails=frozenset({READER})).digest
    assert READER not in str(list(AuditEntry.objects.values()))
    with pytest.raises(IntegrityError), transaction.atomic():
        Wording.objects.update(text="other words")


def test_a_topic_stands_before_its_words_as_its_language_sets_a_colon(client: Client) -> None:
    assert "Newsletter: what we learn" in body(client.get(PAGE))
    assert "Lettre d’information\u00a0: ce que nous" in html.unescape(body(client.get(f"/fr{PAGE}")))


def test_nobody_agrees_to_words_that_have_changed_since(client: Client) -> None:
    page = ask(client, words="0" * 64)
    assert "The words of this page have changed" in body(page)
    assert f'name="words" value="{wording.shown().sha256}"' in body(page)
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"topics": ()}, "Tick what you want to hear about."),
        ({"topics": "weather"}, "Tick topics from the list."),
        ({"email": ""}, "Enter your e-mail address: without it we cannot write to you."),
        ({"email": "sаm@example.org"}, "looks like another"),
        ({"website": "http://evil.example"}, "A field that is not shown was filled in"),
    ],
)
def test_what_is_missing_or_wrong_is_said_in_words(client: Client, wrong: dict[str, Any], said: str) -> None:
    page = body(ask(client, **wrong))
    assert said in page
    assert "<title>Error: " in page
    assert "evil.example" not in page
    assert not Subscription.objects.exists()


def test_a_topic_can_be_ticked_beforehand(client: Client) -> None:
    ticked = re.findall(r'value="(\w+)"[^>]* checked', body(client.get(f"{PAGE}?topic=policy_changes&topic=weather")))
    assert ticked == ["policy_changes"]
    assert client.head(PAGE).status_code == 200


def test_a_known_address_is_answered_as_an_unknown_one_with_as_many_queries(client: Client) -> None:
    make_subscription("known@example.org")
    make_subscription("known@example.org", topic=Topic.WEBINARS)
    make_subscription("ended@example.org", state=State.ENDED)
    asked, seen = {}, {}
    ask(client, email="first@example.org")  # the wording is on record from now on
    for address in ("nobody@example.org", "known@example.org", "ended@example.org"):
        with CaptureQueriesContext(connection) as queries:
            answer = ask(client, email=address)
        asked[address] = [re.sub(r"s\d+_x\d+", "", query["sql"])[:40] for query in queries]
        seen[address] = (answer.status_code, answer["Location"], answer.content)
        assert len(mails(address)) == 1
    assert len(set(map(str, asked.values()))) == 1
    assert len(set(seen.values())) == 1
    assert mails("known@example.org")[0].subject == "You get these messages from Occicor already"
    assert states("known@example.org") == dict.fromkeys(BOTH, State.CONFIRMED)
    assert client.get(link("choices", mails("known@example.org")[0])).status_code == 200


def test_one_address_gets_three_messages_a_day_and_one_network_asks_ten_times_an_hour(client: Client) -> None:
    for _time in range(5):
        assert ask(client).status_code == 302
    assert len(mails()) == 3
    for number in range(5):
        ask(client, email=f"reader{number}@example.org")
    page = ask(client, email="one.more@example.org")
    assert page.status_code == 429
    assert "try again in an hour" in body(page)
    assert not mails("one.more@example.org")


def test_a_confirmation_is_good_for_what_its_message_named_and_for_a_week(client: Client, settings: Any) -> None:
    ask(client, "newsletter")
    first = link("confirm", mails()[0])
    ask(client, "webinars")
    client.post(first)
    assert states() == {"newsletter": State.CONFIRMED, "webinars": State.PENDING}
    settings.SUBSCRIPTION_CONFIRM_DAYS = -1
    late = client.post(link("confirm", mails()[1]))
    assert late.status_code == 404
    assert "This link leads to nothing any more" in body(late)


def test_a_link_of_one_use_is_none_of_another_and_an_altered_one_is_none(client: Client) -> None:
    mail = confirmed(client, "newsletter")
    token = link("choices", mail).split("/")[-2]
    for path in (f"{PAGE}end/{token}/", f"{PAGE}confirm/{token}/", f"{PAGE}choices/{token[:-1]}x/", f"{PAGE}end/x/"):
        assert client.post(path).status_code == 404
    assert states() == {"newsletter": State.CONFIRMED}


def test_every_message_to_subscribers_can_be_ended_with_one_click_of_the_mail_program(client: Client) -> None:
    confirmed(client)
    ask(client)
    assert len(mails()) == 3
    for mail in mails():
        message = mail.prepare_email_message().message()
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert re.fullmatch(r"<http\S+/newsletter/end/\S+/>", message["List-Unsubscribe"])
        assert urlsplit(message["List-Unsubscribe"][1:-1]).path == link("end", mail)


def test_the_mail_program_comes_without_cookies_and_is_not_led_elsewhere(client: Client) -> None:
    mail = confirmed(client)
    program = Client(enforce_csrf_checks=True)
    for _time in range(2):
        answer = program.post(link("end", mail), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "It is ended" in body(answer)
    assert states() == dict.fromkeys(BOTH, State.ENDED)
    assert AuditEntry.objects.get(event="subscription.ended").data["way"] == "one_click"


def test_no_other_page_of_the_newsletter_can_be_posted_to_from_elsewhere(client: Client) -> None:
    mail = confirmed(client)
    ask(client, "product_news")
    elsewhere = Client(enforce_csrf_checks=True)
    for path in (PAGE, link("choices", mail), link("confirm", mails()[-1])):
        assert elsewhere.post(path, {"end": "all"}).status_code == 403
    assert states() == {**dict.fromkeys(BOTH, State.CONFIRMED), "product_news": State.PENDING}
    assert [page.name for page in urlpatterns if getattr(page.callback, "csrf_exempt", False)] == ["newsletter_end"]


def test_a_person_ends_it_on_a_page_with_one_button_and_only_their_digest_stays(client: Client) -> None:
    mail = confirmed(client, "newsletter")
    asked = link("confirm", mails()[0])
    assert "End these messages?" in body(client.get(link("end", mail)))
    assert states() == {"newsletter": State.CONFIRMED}
    assert "Of this subscription your address is deleted" in body(client.post(link("end", mail)))
    row = Subscription.objects.get()
    assert row.ended_at is not None
    assert (row.email, row.language, row.wording_id, row.asked_at, row.confirmed_at) == (None, "", None, None, None)
    assert row.digest == Subject(emails=frozenset({READER})).digest
    assert "You get no messages from us" in body(client.get(link("choices", mail)))
    assert client.post(asked).status_code == 404
    confirmed(client, "newsletter")
    assert states() == {"newsletter": State.CONFIRMED}


@pytest.mark.promise("P5.4")
def test_who_objected_to_advertising_is_not_asked_and_cannot_be_subscribed_by_anybody(client: Client) -> None:
    ask(client, "newsletter")
    asked = link("confirm", mails()[0])
    stop(StopGround.MARKETING, Purpose.PROMOTIONAL_MESSAGES)
    assert "that still holds" in body(client.post(asked))
    ask(client, "webinars")
    ask(client, "newsletter", "policy_changes")
    assert [mail.message.count("\n- ") for mail in mails()] == [1, 1]
    assert "Changes to our privacy policy" in mails()[1].message
    assert states() == {"newsletter": State.PENDING, "policy_changes": State.PENDING}


def test_the_selector_yields_whoever_confirmed_the_topic_in_batches() -> None:
    rows = [make_subscription(f"reader{number}@example.org") for number in range(5)]
    make_subscription("other@example.org", topic=Topic.WEBINARS)
    make_subscription("later@example.org", state=State.PENDING)
    found = selectors.readers(Topic.NEWSLETTER, after=None, limit=2)
    found += selectors.readers(Topic.NEWSLETTER, after=found[-1].key, limit=9)
    assert [reader.key for reader in found] == sorted(row.pk for row in rows)
    assert {reader.address for reader in found} == {row.email for row in rows}
    assert found[0].language == "en"
    assert links.named_by_url(found[0].unsubscribe_url, links.Use.END) == links.Named(found[0].key, (Topic.NEWSLETTER,))


def test_what_nobody_confirms_is_deleted_and_what_ended_before_stays_ended() -> None:
    make_subscription(READER, state=State.PENDING)
    make_subscription("fresh@example.org", state=State.PENDING)
    again = make_subscription("again@example.org", state=State.ENDED)
    old = make_subscription("old@example.org", state=State.ENDED)
    now = clock.now()
    asked = {"state": State.PENDING, "email": "again@example.org", "asked_at": now}
    Subscription.objects.filter(pk=again.pk).update(**asked)
    Subscription.objects.filter(pk=old.pk).update(ended_at=now - timedelta(days=1097))
    Subscription.objects.filter(email__in=(READER, "again@example.org")).update(asked_at=now - timedelta(days=8))
    assert services.forget_unconfirmed() + swept("consent-subscription").deleted == 3
    assert states() == {}
    assert states("fresh@example.org") == {"newsletter": State.PENDING}
    assert states("again@example.org") == {"newsletter": State.ENDED}
    assert states("old@example.org") == {}
    assert services.forget_unconfirmed() + swept("consent-subscription").deleted == 0


@pytest.mark.promise("P5.3")
def test_after_an_erasure_only_a_code_says_that_nobody_writes_to_the_person() -> None:
    row = make_subscription(READER)
    subject = Subject(emails=frozenset({READER}))
    erase_all(subject)
    assert [hit for hit in residue.scan(subject.identifiers()) if not hit.planned] == []
    row.refresh_from_db()
    assert (row.state, row.email, row.digest) == (State.ENDED, None, subject.digest)
    assert row.ended_at is not None
    assert selectors.readers(Topic.NEWSLETTER, after=None, limit=1) == []


@pytest.mark.promise("P5.3")
def test_an_old_backup_brings_nobody_back_who_ended_a_subscription() -> None:
    row = make_subscription(READER)
    services.end(named=links.Named(row.pk, ()), way=Way.LINK)
    ledger.write_out()
    assert LedgerEntry.objects.get().kind == LedgerKind.WITHDRAWAL
    forget_after(0)
    Subscription.objects.all().delete()
    make_subscription(READER)
    make_subscription("other@example.org")
    call_command("reapply_ledger")
    assert states() == {"newsletter": State.ENDED}
    assert states("other@example.org") == {"newsletter": State.CONFIRMED}
    assert AuditEntry.objects.filter(event="subscription.ended").last().data["way"] == "ledger"


LIST = "/admin/consent/subscription/"


def test_staff_see_how_many_there_are_of_each_topic_and_no_address_in_the_list(client: Client) -> None:
    make_subscription("other@example.org", topic=Topic.WEBINARS)
    row, staff = make_subscription(READER), make_staff(perms=["consent.view_subscription"])
    client.force_login(staff)
    page = body(client.get(LIST))
    counted = re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", page)
    assert counted == [
        ("Changes to our privacy policy", "0 not confirmed yet · 0 confirmed · 0 ended"),
        ("Newsletter", "0 not confirmed yet · 1 confirmed · 0 ended"),
        ("Webinars", "0 not confirmed yet · 1 confirmed · 0 ended"),
        ("Product news", "0 not confirmed yet · 0 confirmed · 0 ended"),
    ]
    assert READER not in page
    assert str(row.pk)[:8] in body(client.get(LIST, {"q": READER}))
    assert str(row.pk)[:8] not in body(client.get(LIST, {"q": "sam"}))
    assert READER in body(client.get(f"{LIST}{row.pk}/change/"))
    entry = AuditEntry.objects.get(event="subscription.viewed")
    assert (entry.actor, entry.subject_digest) == (f"staff:{staff.pk}", row.digest)
    assert client.post(f"{LIST}{row.pk}/change/", {"state": "ended"}).status_code == 403
