"""Writing a promotional message: what may stand in it, how it will be read, how many would get it, and who may."""

import re
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from post_office.models import Email

from consent import links
from consent.mailings.letter import TEMPLATE
from consent.mailings.models import Mailing
from consent.mailings.reach import reach
from consent.vocabulary import State, Topic
from privacy.mail.deliver import deliver_due
from privacy.models import AuditEntry
from privacy.vocabulary import StopGround
from tests.consent.mailings import WRITER_PERMS, objects
from tests.factories import make_mailing, make_staff, make_subscription
from tests.guards.sources import ROOT, named, python_files
from tests.rights_requests.browsing import said

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P2.4")]
LIST = "/admin/consent/mailing/"
WRITTEN = {"topic": "newsletter", "subject_en": "Shelves", "text_en": "Good morning.\n\nhttps://occicor.example/a?b=1"}
HOSTILE = "{{ 7|add:7 }} {% load i18n %} <img src=https://evil.example/p.gif> <script>x</script>"


def body(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def writer(client: Client) -> Client:
    client.force_login(make_staff(perms=WRITER_PERMS, email="writer@occicor.example"))
    return client


def write(client: Client, **more: str) -> Any:
    return client.post(f"{LIST}add/", {**WRITTEN, **more})


def test_a_draft_is_written_shown_in_each_language_changed_and_deleted(writer: Client) -> None:
    assert "Choose a topic." in body(write(writer, topic=""))
    answer = write(writer, subject_ar="رفوف", text_ar="صباح الخير.")
    mailing = Mailing.objects.get()
    assert answer["Location"] == f"{LIST}{mailing.pk}/change/"
    page = body(writer.get(answer["Location"]))
    assert mailing.texts["en"] == {"subject": "Shelves", "text": "Good morning.\n\nhttps://occicor.example/a?b=1"}
    assert '<a href="https://occicor.example/a?b=1" rel="nofollow">' in page
    assert re.search(r'<div lang="ar" dir="rtl">\s*<p><strong>رفوف</strong></p>', page)
    assert "French: not written. Its readers get the English text." in said(writer.get(answer["Location"]))
    writer.post(f"{LIST}{mailing.pk}/write/", {**WRITTEN, "subject_en": "Other shelves"})
    mailing.refresh_from_db()
    assert list(mailing.texts) == ["en"]
    other = make_mailing(texts={"en": {"subject": "In ours", "text": "x"}, "ar": {"subject": "رفوف", "text": "x"}})
    assert all(subject in body(writer.get(LIST)) for subject in ("Other shelves", "In ours"))
    writer.post(f"{LIST}{mailing.pk}/delete/", {"post": "yes"})
    assert list(Mailing.objects.all()) == [other]
    events = AuditEntry.objects.filter(event__startswith="mailing.").values_list("event", flat=True)
    assert list(events) == ["mailing.written", "mailing.changed", "mailing.discarded"]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"text_en": "See http://occicor.example/"}, "http://occicor.example/ becomes a link that is not safe"),
        ({"text_en": "See occicor.com."}, "http://occicor.com becomes a link that is not safe"),
        ({"text_en": "https://x.example/fr/newsletter/end/abc/"}, "belongs to one person"),
        ({"text_en": "Good\u2028morning\x00"}, "characters that are not seen"),
        ({"text_en": "x" * 20_001}, "Use at most 20,000 characters; this has 20,001."),
        ({"subject_en": ""}, "Enter a subject."),
        ({"text_fr": "Bonjour."}, "Enter a subject, or leave the text of this language empty too."),
        ({"subject_ar": "رفوف"}, "Enter a text, or leave the subject of this language empty too."),
        ({"topic": "policy_changes"}, "Choose a topic from the list."),
    ],
)
def test_what_a_reader_must_not_get_is_refused_in_words(writer: Client, wrong: dict[str, str], why: str) -> None:
    answer = write(writer, **wrong)
    assert why in said(answer)
    assert "<title>Error: " in body(answer)
    assert not Mailing.objects.exists()


def test_what_is_written_stays_literal_and_loads_nothing_in_the_preview_and_in_the_mail(writer: Client) -> None:
    write(writer, subject_en=f"One\r\nBcc: eve@example.org {HOSTILE}"[:140], text_en=f"a\u202eb {HOSTILE}")
    mailing = Mailing.objects.get()
    writer.post(f"{LIST}{mailing.pk}/try/")
    page = body(writer.get(f"{LIST}{mailing.pk}/change/"))
    assert page.count("(each reader’s own link)") == 2
    assert "/newsletter/end/" not in page
    deliver_due()
    message = mail.outbox[0].message()
    text, html = (part.get_payload(decode=True).decode() for part in message.get_payload())
    for shown in (page, html):
        assert "{{ 7|add:7 }} {% load i18n %} &lt;img src=" in shown
        assert not re.search(r"<(?:img|iframe)\b|<script>", shown)
        assert "a[U+202E]b" in shown
    assert HOSTILE in text
    assert (message["Bcc"], mail.outbox[0].recipients()) == (None, ["writer@occicor.example"])
    assert mail.outbox[0].subject.startswith("One Bcc: eve@example.org {{ 7|add:7 }}")


def test_a_try_comes_to_its_writer_alone_as_a_reader_would_get_it_with_links_to_nothing(writer: Client) -> None:
    mailing = make_mailing()
    make_subscription()
    page = writer.post(f"{LIST}{mailing.pk}/try/", {"to": "other@example.org"}, follow=True)
    assert "It is on its way to writer@occicor.example" in said(page)
    (email,) = Email.objects.all()
    assert email.to == ["writer@occicor.example"]
    message = email.prepare_email_message().message()
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    end = str(message["List-Unsubscribe"])[1:-1]
    assert end in email.message
    assert links.url(links.Use.CHOICES, UUID(int=0)) in email.message
    assert writer.get(urlsplit(end).path).status_code == 404
    objects("writer@occicor.example")
    assert "you asked us not to use your own data" in said(writer.post(f"{LIST}{mailing.pk}/try/", follow=True))
    assert Email.objects.count() == 1


@pytest.mark.promise("P5.4")
def test_it_is_counted_who_would_get_it_and_whom_the_gate_stops_in_as_many_queries_for_any_number(
    writer: Client,
) -> None:
    mailing = make_mailing(topic=Topic.WEBINARS)
    for number, language in enumerate(("en", "fr", "fr", "ar", "")):
        make_subscription(f"r{number}@example.org", topic=Topic.WEBINARS, language=language)
    make_subscription("later@example.org", topic=Topic.WEBINARS, state=State.PENDING)
    make_subscription("other@example.org", topic=Topic.NEWSLETTER)
    objects("r1@example.org")
    objects("r3@example.org", StopGround.ACCURACY)
    with CaptureQueriesContext(connection) as queries:
        found = reach(Topic.WEBINARS)
    assert (found.confirmed, found.stopped, found.people) == (5, 2, 3)
    assert found.languages == {"en": 2, "fr": 1, "ar": 0}
    assert len(queries) == 2
    page = said(writer.get(f"{LIST}{mailing.pk}/change/"))
    assert "Confirmed the topic 5 Of them stopped: restriction, objection, under 18 2 Would get it now 3" in page


def test_what_was_sent_is_never_changed_whoever_tries(writer: Client) -> None:
    mailing = make_mailing(state="sending", started_at="2026-11-01T10:00Z")
    change = f"{LIST}{mailing.pk}/write/"
    assert writer.post(change, WRITTEN)["Location"] == f"{LIST}{mailing.pk}/change/"
    assert writer.post(f"{LIST}{mailing.pk}/delete/", {"post": "yes"}).status_code == 403
    same = Mailing.objects.filter(pk=mailing.pk)
    changes: tuple[dict[str, Any], ...] = (
        {"texts": {"en": {}}},
        {"topic": "webinars"},
        {"state": "draft", "started_at": None},
    )
    for changed in changes:
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            same.update(**changed)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        same.delete()
    with pytest.raises(DatabaseError, match="mailing_promotes"), transaction.atomic():
        make_mailing(topic=Topic.POLICY_CHANGES)
    assert same.update(state="sent", ended_at="2026-11-01T11:00Z") == 1
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        same.update(state="sending", ended_at=None)


@pytest.mark.parametrize(
    ("perms", "may"),
    [
        ("view_mailing", {"change"}),
        ("view_mailing change_mailing", {"change", "write", "try"}),
        ("view_mailing send_mailing", {"change", "send", "stop", "resume"}),
        ("send_mailing", set()),
        ("view_subscription", set()),
    ],
)
def test_each_act_needs_its_permission(client: Client, perms: str, may: set[str]) -> None:
    mailing = make_mailing()
    client.force_login(make_staff(perms=[f"consent.{name}" for name in perms.split()]))
    names = ("change", "write", "try", "send", "stop", "resume")
    answers = {name: client.post(f"{LIST}{mailing.pk}/{name}/").status_code for name in names}
    assert {name for name, status in answers.items() if status != 403} == may
    assert client.post(f"{LIST}add/", WRITTEN).status_code == 403


def test_one_template_carries_advertising_and_one_module_sends_it() -> None:
    """A service message cannot carry any: no other template includes it, and nobody else names it."""
    letters = (ROOT / "templates/emails").rglob("*")
    others = [path for path in letters if path.is_file() and not path.name.startswith("promotion.")]
    assert len(others) > 50
    assert [path.name for path in others if "promotion" in path.read_text(encoding="utf-8")] == []
    ours = [path for path in python_files() if not named(path).startswith("tests/")]
    assert [named(path) for path in ours if TEMPLATE in path.read_text(encoding="utf-8")] == [
        "consent/mailings/letter.py"
    ]
    senders = [path for path in ours if "import PURPOSE, TEMPLATE" in path.read_text(encoding="utf-8")]
    assert [named(path) for path in senders] == ["consent/mailings/composing.py", "consent/mailings/copies.py"]
