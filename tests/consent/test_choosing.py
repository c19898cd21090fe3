"""The door of every choice: what is saved, what the browser keeps, and what is refused."""

import pytest
from django.test import Client

from consent.models import ConsentEvent
from tests.consent.choosing import chosen, publish

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P11.1")]


@pytest.fixture(autouse=True)
def _asked(settings: object) -> None:
    settings.EMBED_HOSTS = ["films.example"]  # type: ignore[attr-defined]
    publish()


def test_nothing_is_kept_before_a_choice_and_the_notice_stands_on_the_page(client: Client) -> None:
    page = client.get("/")
    assert not client.cookies
    assert b"data-consent" in page.content
    assert not ConsentEvent.objects.exists()


def test_a_refusal_is_kept_without_a_number_and_proven_without_a_person(client: Client) -> None:
    assert chosen(client, "refuse_all").status_code == 303
    assert set(client.cookies) == {"consent"}
    event = ConsentEvent.objects.get()
    assert (event.digest, set(event.states.values()), event.method) == ("", {"refused"}, "refuse_all")
    assert b"data-consent" not in client.get("/").content
