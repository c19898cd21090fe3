"""A draft of a message to us: kept only upon the button for it, found by one browser, gone when it is sent."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from privacy.data_map.subject import Subject
from privacy.models import AuditEntry
from tests.factories import make_user
from tests.privacy.retention.sweeping import swept
from tests.visitors.test_contact import CONTACT, body, send, written
from visitors.models import LONGEST_TEXT, ContactDraft, ContactMessage

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P11.1")]
DRAFT = f"{CONTACT}draft/"
COOKIE = settings.CONTACT_DRAFT_COOKIE_NAME


def keep(client: Client, **said: str) -> Any:
    return client.post(DRAFT, {**written(**said), "act": "keep"})


def test_nothing_is_kept_before_somebody_asks_for_it(client: Client) -> None:
    client.get(CONTACT)
    send(client, topic="")
    assert not ContactDraft.objects.exists()
    assert set(client.cookies) == {settings.CSRF_COOKIE_NAME}
    assert "This is the draft" not in body(client.get(CONTACT))


def test_what_was_typed_comes_back_in_this_browser_and_in_no_other(client: Client) -> None:
    answer = keep(client, topic="", email="Sam@exa", text="Does it read {{ labels }}\n<b>in Arabic</b>?")
    assert set(answer.cookies) == {COOKIE, settings.SESSION_COOKIE_NAME}, "the second has the words “We keep it”"
    cookie = answer.cookies[COOKIE]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (7 * 86400, True, "Lax")
    page = body(client.get(CONTACT))
    for text in ("This is the draft", "Does it read {{ labels }}\n&lt;b&gt;in Arabic&lt;/b&gt;?", 'value="sam@exa"'):
        assert text in page
    assert "Does it read" not in body(Client().get(CONTACT))
    assert cookie.value not in str(ContactDraft.objects.values().get())


def test_a_second_draft_takes_the_place_of_the_first(client: Client) -> None:
    keep(client)
    keep(client, text="Another question")
    assert ContactDraft.objects.get().text == "Another question"
    assert "Another question" in body(client.get(CONTACT))


def test_sending_the_message_deletes_its_draft_and_the_cookie(client: Client) -> None:
    keep(client)
    answer = send(client)
    assert not ContactDraft.objects.exists()
    assert answer.cookies[COOKIE]["max-age"] == 0
    assert ContactMessage.objects.count() == 1


def test_who_kept_it_deletes_it_at_once(client: Client) -> None:
    keep(client)
    answer = client.post(DRAFT, {"act": "delete"})
    assert answer.cookies[COOKIE]["max-age"] == 0
    assert not ContactDraft.objects.exists()
    assert client.post(DRAFT, {"act": "delete"})["Location"] == CONTACT
    assert AuditEntry.objects.filter(event="contact_draft.deleted").count() == 1


def test_after_its_time_it_is_not_found_and_soon_not_there(client: Client) -> None:
    keep(client)
    ContactDraft.objects.update(kept_at=timezone.now() - timedelta(days=settings.CONTACT_DRAFT_DAYS, seconds=1))
    assert "Arabic labels" not in body(client.get(CONTACT))
    assert [swept("visitors-contactdraft").deleted for _twice in range(2)] == [1, 0]


def test_what_is_empty_or_too_long_is_not_kept_and_stays_typed(client: Client) -> None:
    assert "There is nothing to keep yet" in body(keep(client, topic="", text=" ", email="", name=""))
    page = body(keep(client, text="x" * (LONGEST_TEXT + 1)))
    assert "Use at most 10,000 characters; this has 10,001." in page
    assert "x" * (LONGEST_TEXT + 1) in page
    assert "Use at most 254 characters; this has 400." in body(keep(client, email="İ" * 200))
    assert "letter by letter" in body(keep(client, email="p\u0430y@example.org"))
    assert not ContactDraft.objects.exists()


def test_an_address_is_kept_in_the_form_by_which_its_owner_finds_it(client: Client) -> None:
    keep(client, email="ＡDA@Example.org")
    assert ContactDraft.objects.get().email == "ada@example.org"


@pytest.mark.parametrize("token", ["", "guessed", "'; DROP", "é" * 500])
def test_a_guessed_cookie_finds_and_replaces_nobodys_draft(client: Client, token: str) -> None:
    keep(client, text="Mine")
    other = Client()
    other.cookies[COOKIE] = token
    assert "Mine" not in body(other.get(CONTACT))
    assert keep(other, text="Theirs").cookies[COOKIE].value not in {"", token}
    assert sorted(ContactDraft.objects.values_list("text", flat=True)) == ["Mine", "Theirs"]


def test_many_drafts_from_one_network_have_to_wait(client: Client) -> None:
    for _draft in range(30):
        assert keep(client).status_code == 302
    page = keep(client, text="One more")
    assert page.status_code == 429
    assert "One more" in body(page)


def test_a_draft_is_on_record_under_the_code_of_its_address(client: Client) -> None:
    client.force_login(make_user("ada@example.org"))
    keep(client)
    entry = AuditEntry.objects.get(event="contact_draft.kept")
    assert entry.subject_digest == Subject(emails=frozenset({written()["email"]})).digest
    assert entry.actor.startswith("subject:")
