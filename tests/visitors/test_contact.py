"""The contact page: what a person types, what they hear, what staff hear, and what nobody can make us send."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client
from post_office.models import Email

from accounts.models import User
from privacy.actors import Actor
from privacy.data_map.reach import rows
from privacy.data_map.registry import registry
from privacy.data_map.subject import Subject, on_record
from privacy.mail.address import contact_address
from privacy.mail.queue import render
from privacy.models import AuditEntry
from tests.factories import make_message, make_staff, make_user
from visitors import services
from visitors.models import LONGEST_TEXT, ContactMessage

pytestmark = pytest.mark.django_db
CONTACT = "/contact/"
WRITER = "sam@example.org"


@pytest.fixture(autouse=True)
def _no_limits_left_over(db: None) -> None:
    """Rate limits live in the cache, which other tests share."""
    cache.clear()


def written(**said: str) -> dict[str, str]:
    return {"name": "Sam", "email": WRITER, "topic": "product", "text": "Does it read Arabic labels?", **said}


def send(client: Client, **said: str) -> Any:
    return client.post(CONTACT, written(**said))


def body(answer: HttpResponse) -> str:
    return answer.content.decode()


def mails_to(address: str) -> list[Email]:
    return list(Email.objects.filter(to=address).order_by("id"))


@pytest.mark.promise("P1.2")
def test_a_message_reaches_us_and_the_person_reads_what_happens_next(client: Client) -> None:
    answer = send(client, email=" Sam@Example.org ")
    message = ContactMessage.objects.get()
    assert answer["Location"] == f"{CONTACT}{message.pk}/"
    assert (message.email, message.name, message.topic, message.language) == (WRITER, "Sam", "product", "en")
    shown = body(client.get(answer["Location"]))
    assert "We have your message" in shown
    assert re.search(r"We want to have done so by \w+ \d+ \w+ \d{4} \(in 7 days\)", shown)
    assert WRITER not in shown
    assert message.text not in shown


@pytest.mark.promise("P0.2")
def test_every_question_says_why_it_is_asked(client: Client) -> None:
    shown = body(client.get(CONTACT))
    for name in ("topic", "text", "email", "name"):
        assert f'id="id_{name}_helptext"' in shown


@pytest.mark.parametrize(
    ("wrong", "answer"),
    [
        ({"topic": ""}, "Choose what it is about."),
        ({"topic": "weather"}, "Choose one from the list."),
        ({"text": " "}, "Write what you want to tell us."),
        ({"text": "x" * (LONGEST_TEXT + 1)}, "Use at most 10,000 characters; this has 10,001."),
        ({"email": ""}, "Enter your e-mail address: without it we cannot answer."),
        ({"email": "sam"}, "Enter an e-mail address with an @"),
        ({"email": "sаm@example.org"}, "looks like another"),
        ({"email": f"{'s' * 60}@{'e' * 60}.{'e' * 60}.{'e' * 60}.{'e' * 60}.org"}, "Enter an e-mail address with an @"),
        ({"name": "x" * 121}, "Use at most 120 characters; this has 121."),
    ],
)
def test_what_is_missing_or_wrong_is_said_in_words_and_the_rest_stays_typed(
    client: Client, wrong: dict[str, str], answer: str
) -> None:
    page = send(client, **wrong)
    assert page.status_code == 200
    assert answer in body(page)
    assert "<title>Error: " in body(page)
    kept = written() if "text" in wrong else written(text="Does it read Arabic labels?")
    assert all(kept[name] in body(page) for name in {"text", "email", "name"} - wrong.keys())
    assert not ContactMessage.objects.exists()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "10\xa0000\xa0caractères\u202f; vous en avez 10\xa0001."),
        ("ar", "10,000 من الأحرف على الأكثر؛ في هذا النص 10,001"),
    ],
)
def test_how_much_is_too_much_is_said_as_the_reader_writes_numbers(client: Client, language: str, words: str) -> None:
    page = client.post(f"/{language}{CONTACT}", written(text="x" * (LONGEST_TEXT + 1)))
    assert words in body(page)


def test_staff_hear_that_there_is_a_message_and_nothing_of_it(client: Client) -> None:
    send(client)
    (mail,) = mails_to(contact_address())
    text = f"{mail.subject} {mail.message}"
    assert f"/admin/visitors/contactmessage/{ContactMessage.objects.get().pk}/change/" in text
    assert not any(word in text for word in ("Sam", WRITER, "Arabic"))


def test_the_acknowledgement_quotes_nothing_and_comes_once_a_day(client: Client) -> None:
    send(client, text="Buy pills at http://evil.example")
    send(client, text="And more pills", name="Evil Inc")
    (mail,) = mails_to(WRITER)
    assert mail.subject == "We have your message"
    assert not any(word in mail.message for word in ("pills", "evil", "Evil", "Sam"))
    assert "Was it not you?" in mail.message
    assert ContactMessage.objects.count() == 2


def test_a_message_about_ones_own_data_has_the_laws_term_and_staff_are_told(client: Client) -> None:
    shown = body(client.get(send(client, topic="privacy")["Location"]))
    assert "it counts as a request from today: you have our answer within one month" in shown
    assert "you have our answer within one month" in mails_to(WRITER)[0].message
    assert "its term runs from today" in mails_to(contact_address())[0].message


def test_a_program_that_fills_in_every_field_is_refused_and_a_person_loses_nothing(client: Client) -> None:
    page = body(send(client, website="http://evil.example"))
    assert "A field that is not shown was filled in" in page
    assert "Does it read Arabic labels?" in page
    assert "evil.example" not in page
    assert not ContactMessage.objects.exists()
    assert send(client).status_code == 302


def test_the_eleventh_message_of_an_hour_waits_with_everything_that_was_typed(client: Client) -> None:
    for _message in range(10):
        assert send(client).status_code == 302
    page = send(client)
    assert page.status_code == 429
    assert "send it again in an hour" in body(page)
    assert "Does it read Arabic labels?" in body(page)
    assert ContactMessage.objects.count() == 10
    assert client.get(CONTACT).status_code == 200


def test_mistakes_do_not_count_as_messages(client: Client) -> None:
    for _message in range(12):
        assert send(client, text="").status_code == 200
    assert send(client).status_code == 302


def test_who_signs_in_finds_the_address_filled_in_and_acts_under_their_own_digest(client: Client) -> None:
    user = make_user(WRITER)
    client.force_login(user)
    assert f'value="{WRITER}"' in body(client.get(CONTACT))
    send(client)
    entry = AuditEntry.objects.get(event="contact_message.received")
    assert entry.actor == f"subject:{Subject(user_id=user.pk).digest[:16]}"


def test_nobody_is_named_as_the_one_who_wrote_from_an_address_that_anyone_can_type(client: Client) -> None:
    send(client)
    entry = AuditEntry.objects.get(event="contact_message.received")
    assert entry.actor == "visitor"
    assert entry.subject_digest == Subject(emails=frozenset({WRITER})).digest


@pytest.mark.promise("P5.1")
def test_a_person_who_only_once_wrote_to_us_is_reached_by_their_address() -> None:
    mine, other = make_message(WRITER), make_message("other@example.org")
    subject = Subject(emails=frozenset({WRITER}))
    assert on_record(subject)
    assert list(rows(registry.holdings["visitors.contactmessage"], subject)) == [mine]
    assert not on_record(Subject(emails=frozenset({"nobody@example.org"})))
    assert other.pk != mine.pk


def test_a_message_that_is_gone_is_not_confirmed_any_more(client: Client) -> None:
    assert client.get(f"{CONTACT}{uuid4()}/").status_code == 404


def test_addresses_are_stored_in_one_form_only() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_message("Sam@Example.org")


def test_the_page_is_found_from_every_page_and_from_the_privacy_centre(client: Client) -> None:
    for path in ("/", "/privacy/", "/account/login/", "/nowhere/"):
        assert f'href="{CONTACT}"' in body(client.get(path)), path


LIST = "/admin/visitors/contactmessage/"


def desk(client: Client, *acts: str) -> User:
    staff = make_staff(perms=[f"visitors.{act}_contactmessage" for act in acts])
    client.force_login(staff)
    return staff


def test_staff_read_a_message_on_record_and_mark_it_as_answered_once(client: Client) -> None:
    staff, message = desk(client, "view", "change"), make_message(WRITER, text="Does it read\nArabic labels?")
    page = body(client.get(f"{LIST}{message.pk}/change/"))
    assert "Arabic labels?" in page
    assert AuditEntry.objects.get(event="contact_message.viewed").actor == f"staff:{staff.pk}"
    for _time in range(2):
        client.post(f"{LIST}{message.pk}/change/", {"answered": "on", "text": "altered"})
    message.refresh_from_db()
    assert message.answered_at is not None
    assert "altered" not in message.text
    assert AuditEntry.objects.filter(event="contact_message.answered").count() == 1
    assert "I have answered it" not in body(client.get(f"{LIST}{message.pk}/change/"))


def test_the_list_of_messages_names_nobody_and_finds_by_the_whole_address_only(client: Client) -> None:
    desk(client, "view")
    message = make_message(WRITER, name="Sam")
    short = str(message.pk)[:8]
    assert short in body(client.get(LIST))
    assert WRITER not in body(client.get(LIST))
    assert short in body(client.get(LIST, {"q": WRITER}))
    assert short not in body(client.get(LIST, {"q": "sam"}))
    assert client.get(f"{LIST}?email__startswith=s").status_code == 400
    assert short in body(client.get(f"{LIST}?answered_at__isempty=1"))


def test_who_may_only_look_marks_nothing_and_nobody_adds_or_deletes(client: Client) -> None:
    message = make_message(WRITER)
    desk(client, "view")
    assert client.post(f"{LIST}{message.pk}/change/", {"answered": "on"}).status_code == 403
    client.force_login(make_staff(superuser=True))
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{message.pk}/delete/", {"post": "yes"}).status_code == 403


def test_only_staff_mark_a_message_as_answered() -> None:
    message = make_message(WRITER)
    with pytest.raises(PermissionDenied):
        services.mark_answered(actor=Actor.subject(None, message.email), message_id=message.pk)


def on_the_page(client: Client) -> dict[str, str]:
    """The key of the form that stands on the page now."""
    found = re.search(r'name="key" value="([^"]+)"', body(client.get(CONTACT)))
    assert found
    return {"key": found[1]}


def test_a_form_posted_twice_gives_one_message_and_the_same_confirmation(client: Client) -> None:
    key = on_the_page(client)
    first, again = send(client, **key), send(client, **key)
    assert first["Location"] == again["Location"]
    assert ContactMessage.objects.count() == 1
    assert len(mails_to(contact_address())) == 1
    assert AuditEntry.objects.filter(event="contact_message.received").count() == 1


def test_other_words_on_the_same_form_and_the_same_words_on_another_are_messages_of_their_own(client: Client) -> None:
    key = on_the_page(client)
    for said in (key, {**key, "text": "And one more thing."}, on_the_page(client), {}, {"key": "nonsense"}):
        send(client, **said)
    assert ContactMessage.objects.count() == 5


def test_the_second_of_two_at_once_finds_what_the_first_stored() -> None:
    words, form = services.Written("Sam", WRITER, "other", "Hello"), uuid4()
    said = {"actor": services.ANYBODY, "written": words, "language": "en", "form": form}
    first, second = services.receive(**said), services.receive(**said)
    assert first == second
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactMessage.objects.create(email=WRITER, topic="other", text="x", form_key=first.form_key)


def test_what_was_received_is_confirmed_even_when_the_next_would_have_to_wait(client: Client) -> None:
    key = on_the_page(client)
    first = send(client, **key)
    for number in range(9):
        send(client, text=f"Question {number}")
    assert send(client, text="One too many").status_code == 429
    assert send(client, **key)["Location"] == first["Location"]


def test_how_long_a_message_is_kept_stands_on_the_page_as_it_is_declared(client: Client) -> None:
    assert "How long we keep your message: 1 year after we answered you." in body(client.get(CONTACT))


HOSTILE = "Sam\r\nBcc: all@example.org\u202e{{ settings.SECRET_KEY }}{% load x %}<script>alert(1)</script>"


def test_a_name_that_wants_to_do_something_is_shown_inert_and_goes_into_no_mail(client: Client) -> None:
    text = f"{HOSTILE} " + "x" * (LONGEST_TEXT - len(HOSTILE) - 1)
    assert send(client, name=HOSTILE, text=text).status_code == 302
    message = ContactMessage.objects.get()
    assert message.name == " ".join(HOSTILE.split())
    assert len(message.text) == LONGEST_TEXT
    desk(client, "view")
    shown = body(client.get(f"{LIST}{message.pk}/change/"))
    assert "[U+202E]{{ settings.SECRET_KEY }}{% load x %}&lt;script&gt;" in shown
    assert "\u202e" not in shown
    assert "<script>alert" not in shown
    for mail in Email.objects.all():
        assert not any(part in f"{mail.subject}{mail.message}{mail.headers}" for part in ("Bcc", "SECRET", "\u202e"))


def test_what_turns_text_around_is_inert_in_every_mail_that_names_a_person() -> None:
    letter = render("rights_requests/asked_for_you", {"who": "Ada\u202egpj.exe", "reference": "OC-1"})
    assert "Ada[U+202E]gpj.exe" in f"{letter.subject}{letter.text}"
    assert "\u202e" not in f"{letter.subject}{letter.text}{letter.html}"
