"""The pages of an import: what a customer administrator reads, chooses, downloads and sends again."""

import re
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation
from post_office.models import Email

from accounts.imports import selectors
from accounts.imports.reading import open_sheet
from accounts.imports.vocabulary import ImportState
from accounts.models import CustomerAdministrator, Enrolment, EnrolmentImport, ImportRow
from privacy.jobs import engine
from privacy.models import Job
from tests.customer_factories import make_administrator
from tests.factories import make_enrolment, make_user
from tests.import_factories import HEADER, make_import

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P1.3")]
START = "/account/customer/import/"


@pytest.fixture
def by(client: Client) -> CustomerAdministrator:
    """An administrator, signed in."""
    administrator = make_administrator()
    client.force_login(administrator.user)
    return administrator


def sent(client: Client, content: str | bytes, name: str = "people.csv") -> Any:
    """The file, sent as a browser does."""
    body = content if isinstance(content, bytes) else content.encode()
    return client.post(START, {"file": SimpleUploadedFile(name, body, "text/csv")}, follow=True)


def page(client: Client, found: EnrolmentImport, part: str = "") -> str:
    return client.get(f"{START}{found.pk}/{part}").content.decode()


def ran(found: UUID) -> None:
    assert engine.run(Job.objects.get(about=found).pk)


def test_a_list_is_read_shown_agreed_to_and_followed(client: Client, by: CustomerAdministrator) -> None:
    make_enrolment("lina@shop.example", customer=by.customer, nickname="Lina", attributes={"store": "Lyon 3"})
    shown = sent(client, f"{HEADER}Lina,lina@shop.example,Lyon 3\nZoé,zoe@shop.example,Lyon 2\n").content.decode()
    assert "What we read in your file" in shown
    assert "1 person is enrolled and told by e-mail" in shown
    assert "Import 1 person" in shown
    assert "Zoé" in shown
    assert not Email.objects.exists()
    found = EnrolmentImport.objects.get()
    answer = client.post(f"{START}{found.pk}/", {"act": "import"}, follow=True).content.decode()
    assert "Your list is being imported" in answer
    assert f'data-poll="{START}{found.pk}/progress/"' in answer
    assert "0 of 1 person" in page(client, found, "progress/")
    ran(found.pk)
    assert "data-poll-end" in page(client, found, "progress/")
    assert "Your list is imported" in page(client, found)
    assert Enrolment.objects.filter(customer=by.customer).count() == 2
    assert "imported" in client.get(START).content.decode()
    assert "zoe@" not in client.get(START).content.decode()


def test_lines_with_errors_are_left_out_only_when_somebody_says_so(client: Client, by: CustomerAdministrator) -> None:
    shown = sent(client, f"{HEADER}Zoé,zoe@shop.example,\nBob,bob,\n").content.decode()
    assert "1 line is not taken" in shown
    assert "Line 3" in shown
    assert "Enter an e-mail address with an @" in shown
    found = EnrolmentImport.objects.get()
    refused = client.post(f"{START}{found.pk}/", {"act": "import"}).content.decode()
    assert "Say that the lines with errors may be left out" in refused
    assert not Job.objects.exists()
    client.post(f"{START}{found.pk}/", {"act": "import", "leave_refused": "on"})
    ran(found.pk)
    assert "1 line is not taken" in page(client, found)


def test_lines_that_were_not_taken_come_back_as_a_file_that_can_be_corrected_and_sent(
    client: Client, by: CustomerAdministrator
) -> None:
    sent(client, f"{HEADER}=1+1,zoe@shop.example,+33 1\n,bob@shop.example,Lyon\n")
    found = EnrolmentImport.objects.get()
    answer = client.get(f"{START}{found.pk}/not-taken/")
    report = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert answer["Content-Disposition"] == 'attachment; filename="not-taken.csv"'
    assert ",'=1+1,zoe@shop.example,'+33 1\r\n" in report
    corrected = report.replace("'=1+1", "Zoé").replace("missing.,,bob", "missing.,Bob,bob")
    again = sent(client, corrected).content.decode()
    assert "2 people are enrolled and told by e-mail" in again
    assert [row.facts for row in ImportRow.objects.exclude(source=found).order_by("line")] == [
        {"store": "+33 1"},
        {"store": "Lyon"},
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This file is empty"),
        (b"PK\x03\x04\x00\x00", "This is no CSV file"),
        (b"who,where\n", "We find no column for the first name or nickname"),
        (HEADER.encode(), "There are no people in this file"),
        (HEADER.encode() + b"x" * 3_000_000, "Line 2 is longer than 20,000 characters"),
    ],
)
def test_a_file_that_cannot_be_read_is_answered_in_words(
    content: bytes, words: str, client: Client, by: CustomerAdministrator
) -> None:
    shown = sent(client, content)
    assert shown.status_code == 200
    assert words in shown.content.decode()
    assert not EnrolmentImport.objects.exists()


def test_a_file_that_is_too_large_is_read_past_and_answered_in_words(
    client: Client, by: CustomerAdministrator, settings: Any
) -> None:
    assert "This file is larger than 20 MB" in sent(client, b"a" * 20_000_001).content.decode()
    settings.UPLOAD_MAX_REQUEST_BYTES = 1000
    refused = sent(client, b"a" * 2000)
    assert refused.status_code == 400
    assert "one has at most 20 MB here. Nothing of it was read." in refused.content.decode()


def test_nothing_is_sent_no_file_and_no_such_act(client: Client, by: CustomerAdministrator) -> None:
    assert "Choose a CSV file" in client.post(START).content.decode()
    found = make_import(by=by)
    assert client.post(f"{START}{found.pk}/", {"act": "burn"}).status_code == 200
    found.refresh_from_db()
    assert found.state == ImportState.CHECKED


def test_a_list_is_discarded_at_once(client: Client, by: CustomerAdministrator) -> None:
    found = make_import(by=by)
    answer = client.post(f"{START}{found.pk}/", {"act": "discard"}, follow=True).content.decode()
    assert "This list was discarded" in answer
    assert not ImportRow.objects.exists()
    late = client.post(f"{START}{found.pk}/", {"act": "import"}).content.decode()
    assert "This list does not wait for your word any more" in late


def test_the_report_speaks_the_language_of_the_page_and_is_kept_by_no_cache(
    client: Client, by: CustomerAdministrator
) -> None:
    found = make_import(HEADER + "Bob,,\n", by=by)
    answer = client.get(f"/fr{START}{found.pk}/not-taken/")
    translation.activate("en")
    report = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert "prénom,e-mail professionnel,store" in report
    assert "L’adresse e-mail professionnelle manque." in report
    assert "no-store" in answer["Cache-Control"]


def test_errors_are_shown_page_by_page(client: Client, by: CustomerAdministrator) -> None:
    found = make_import(HEADER + "Bob,bob,\n" * 30, by=by)
    assert "Line 27" not in page(client, found)
    assert "Line 27" in page(client, found, "?page=2")


@pytest.mark.parametrize("part", ["", "progress/", "not-taken/"])
def test_another_customers_list_is_not_there(part: str, client: Client, by: CustomerAdministrator) -> None:
    found = make_import()
    assert client.get(f"{START}{found.pk}/{part}").status_code == 404
    assert client.post(f"{START}{found.pk}/", {"act": "import"}).status_code == 404
    assert not Job.objects.exists()


@pytest.mark.parametrize("path", ["", "example/"])
def test_the_pages_are_there_for_administrators_only(path: str, client: Client) -> None:
    assert client.get(f"{START}{path}").status_code == 302
    client.force_login(make_user())
    assert client.get(f"{START}{path}").status_code == 404


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_the_example_of_each_language_can_be_read(language: str) -> None:
    with translation.override(language):
        sheet = open_sheet(BytesIO(selectors.example().encode()))
    assert len(list(sheet.rows)) == 2
    assert len(sheet.columns.facts) == 2


def test_when_something_changed_since_the_list_was_shown_the_page_says_so(
    client: Client, by: CustomerAdministrator
) -> None:
    found = make_import(by=by)
    client.post(f"{START}{found.pk}/", {"act": "import"})
    make_enrolment("lina@shop.example", customer=by.customer, ended_at=None)
    ran(found.pk)
    shown = page(client, found)
    assert "Look once more" in shown
    assert "Something has changed since you looked" in page(client, found, "progress/")
    assert timezone.now() > found.made_at


def test_letters_that_were_guessed_are_pointed_out(client: Client, by: CustomerAdministrator) -> None:
    shown = sent(client, f"{HEADER}Zoé,zoe@shop.example,\n".encode("cp1252")).content.decode()
    assert "save the file as “CSV UTF-8”" in shown
    assert re.search(r"Windows-1252, parted by:\s+comma", shown)


def test_so_many_files_a_day_are_read(client: Client, by: CustomerAdministrator, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "import": "1/d/key"}
    answers = [client.post(START, {}).status_code for _time in range(2)]
    assert answers == [200, 429]
    assert client.get(START).status_code == 200
