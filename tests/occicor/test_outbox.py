"""The outbox: messages become files for their owner, and a page shows them as words, never as code."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client, override_settings

from occicor.outbox import outbox_is_closed, read
from occicor.outbox_mail import OutboxBackend


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """An empty outbox."""
    with override_settings(OUTBOX_DIR=tmp_path / "outbox"):
        yield tmp_path / "outbox"


def write(*, subject: str = "Your code", text: str = "The code is ABCD.", html: str = "") -> None:
    """Send one message into the outbox."""
    message = EmailMultiAlternatives(subject, text, "privacy@occicor.example", ["Zoë <zoe@example.org>"])
    if html:
        message.attach_alternative(html, "text/html")
    assert OutboxBackend().send_messages([message]) == 1


def test_each_message_is_one_file_for_its_owner_only(folder: Path) -> None:
    write()
    write()
    files = list(folder.iterdir())
    assert len(files) == 2
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_the_newest_message_comes_first_and_opens(folder: Path, client: Client) -> None:
    write(subject="First")
    write(subject="Secönd", text="Follow http://127.0.0.1:8000/requests/ today.", html="<p>Follow</p>")
    listed = client.get("/outbox/").content.decode()
    assert listed.index("Secönd") < listed.index("First")
    assert "zoe@example.org" in listed
    assert "leaves their mailbox alone" in listed
    name = max(file.stem for file in folder.glob("*.eml"))
    shown = client.get(f"/outbox/{name}/").content.decode()
    assert '<a href="http://127.0.0.1:8000/requests/"' in shown
    assert "today." in shown


def test_an_empty_outbox_says_what_to_do(folder: Path, client: Client) -> None:
    assert not folder.exists()
    assert "There is no message yet." in client.get("/outbox/").content.decode()


def test_markup_in_a_message_stays_words(folder: Path, client: Client) -> None:
    write(subject="<script>alert(1)</script>", text="<img src=x onerror=alert(2)>")
    name = next(folder.glob("*.eml")).stem
    for page in ("/outbox/", f"/outbox/{name}/"):
        body = client.get(page).content.decode()
        assert "<script>alert" not in body
        assert "<img src=x" not in body


@pytest.mark.parametrize("name", ["..", "0", "00000000000000000001-deadbeef", "%2e%2e%2f.env"])
def test_a_name_that_is_none_of_ours_is_not_found(folder: Path, client: Client, name: str) -> None:
    assert client.get(f"/outbox/{name}/").status_code == 404
    assert read(name) is None


def test_production_refuses_an_open_outbox() -> None:
    with override_settings(EMBEDDED_MAIL=True):
        assert [error.id for error in outbox_is_closed()] == ["occicor.E001"]
    with override_settings(EMBEDDED_MAIL=False):
        assert outbox_is_closed() == []
