"""Saying yes to a part, choosing and ending: page and letters name what is so, in the language of their reader."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from django.utils.translation import gettext, override

from consent import links, selectors, services, wording
from consent.models import Subscription
from consent.vocabulary import State, Topic, Way
from privacy.models import AuditEntry
from privacy.vocabulary import Purpose, StopGround
from tests.consent.test_subscribing import BOTH, READER, ask, body, confirmed, link, mails, states, stop
from tests.factories import make_subscription
from tests.waiting import wait_until_someone_waits_for_us

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P2.4")]


@pytest.mark.promise("P5.4")
def test_of_several_topics_the_page_names_those_that_were_confirmed_and_those_that_were_stopped(client: Client) -> None:
    ask(client, "newsletter", "webinars", "policy_changes")
    stop(StopGround.MARKETING, Purpose.PROMOTIONAL_MESSAGES)
    with CaptureQueriesContext(connection) as queries:
        page = body(client.post(link("confirm", mails()[0])))
    confirmed, stopped = page.split("that still holds")
    assert "You are subscribed" in confirmed
    assert re.findall("<li>([^<]*)</li>", confirmed.partition("<main")[2]) == ["Changes to our privacy policy"]
    assert re.findall("<li>([^<]*)</li>", stopped.partition("</main")[0]) == ["Newsletter", "Webinars"]
    assert mails()[1].message.count("\n- ") == 1
    # The gate is asked once for each purpose and for the letter. The audit makes others wait, so it comes last.
    sql = "\n".join(query["sql"] for query in queries)
    done = re.findall(r'FROM "privacy_(stoppeddigest)"|INTO "(post_office_email|privacy_auditentry)"', sql)
    assert ["".join(one) for one in done] == [*["stoppeddigest"] * 3, "post_office_email", "privacy_auditentry"]


def test_what_waits_to_be_sent_when_a_subscription_ends_is_not_sent(client: Client) -> None:
    """A letter about several topics goes with one of them: it would say what is true no more."""
    confirmed(client)
    ask(client, "product_news")
    row = Subscription.objects.get(topic="newsletter")
    assert [mail.message.count("\n- ") for mail in mails()] == [2, 2, 1]
    client.post(selectors.end_url(row).removeprefix(settings.SITE_URL))
    assert ["Product news" in mail.message for mail in mails()] == [True]
    assert states() == {"newsletter": State.ENDED, "webinars": State.CONFIRMED, "product_news": State.PENDING}


def test_choices_are_changed_without_signing_in(client: Client) -> None:
    page = link("choices", confirmed(client))
    shown = wording.shown_to_subscribers()
    form = body(client.get(page))
    assert all(escape(line) in form for line in shown.text.splitlines())
    assert re.findall(r'value="(\w+)"[^>]* checked', form) == [*BOTH, "en"]
    chosen = {"topics": ["webinars", "policy_changes"], "language": "en", "words": shown.sha256}
    assert "Your choices are saved." in body(client.post(page, chosen))
    assert states() == {"newsletter": State.ENDED, "webinars": State.CONFIRMED, "policy_changes": State.CONFIRMED}
    assert Subscription.objects.get(topic="policy_changes").wording.sha256 == shown.sha256
    ways = AuditEntry.objects.filter(event__startswith="subscription.", data__way="choices").order_by("seq")
    assert [entry.event for entry in ways] == ["subscription.confirmed", "subscription.ended"]
    wrong = body(client.post(page, {**chosen, "topics": ["weather"]}))
    assert "Tick topics from the list." in wrong
    assert "You get no messages from us" in body(client.post(page, {"end": "all"}))
    assert set(states().values()) == {State.ENDED}
    client.post(page, chosen)
    assert set(states().values()) == {State.ENDED}


@pytest.mark.django_db(transaction=True)
def test_choices_that_are_saved_twice_at_once_are_saved_once() -> None:
    row = make_subscription(READER)
    chosen = {"named": links.Named(row.pk, ()), "topics": [Topic.NEWSLETTER, Topic.WEBINARS], "language": "en"}

    def again() -> None:
        try:
            services.choose(**chosen, words=wording.shown_to_subscribers())
        finally:
            connection.close()

    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            services.choose(**chosen, words=wording.shown_to_subscribers())
            second = pool.submit(again)
            wait_until_someone_waits_for_us()
        second.result()
    assert states() == dict.fromkeys(BOTH, State.CONFIRMED)
    assert AuditEntry.objects.filter(event="subscription.confirmed").count() == 1


def test_the_link_that_ends_a_subscription_is_one_and_its_page_speaks_the_readers_language(client: Client) -> None:
    row = make_subscription("lectrice@example.org", language="fr")
    with override("ar"):
        page = selectors.end_url(row).removeprefix(settings.SITE_URL)
    assert page.startswith("/newsletter/end/")
    assert client.get(page)["Location"] == f"/fr{page}"
    assert client.get(f"/fr{page}").status_code == 200
    assert client.get(page, headers={"sec-fetch-site": "same-origin"}).status_code == 200
    assert client.post(page, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert client.get(f"/fr{page}").status_code == 200


def test_the_page_of_the_end_speaks_the_language_of_what_has_not_ended(client: Client) -> None:
    rows = [make_subscription(READER, topic=topic, language="fr") for topic in (Topic.NEWSLETTER, Topic.WEBINARS)]
    first, second = sorted(rows, key=lambda row: row.pk)
    services.end(named=links.Named(first.pk, (Topic(first.topic),)), way=Way.LINK)
    page = links.url(links.Use.END, second.pk, [first.topic, second.topic]).removeprefix(settings.SITE_URL)
    assert client.get(page)["Location"] == f"/fr{page}"


def test_who_gets_the_messages_reads_so_in_the_language_they_chose_whatever_page_was_used(client: Client) -> None:
    row = make_subscription(READER, language="fr")
    ask(client, row.topic)
    with override("fr"):
        assert mails()[0].subject == gettext("You get these messages from Occicor already")
