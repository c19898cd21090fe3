"""The pages on which somebody asks for another person, as a browser and a hostile one use them."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from privacy.uploads import vault
from rights_requests.models import Evidence, IdentityCheck, Message, RightsRequest
from rights_requests.vocabulary import EvidenceKind, IdentityMethod, Outcome, RequesterRole
from tests.factories import make_user
from tests.privacy.uploads.making import picture
from tests.rights_requests.browsing import browser_of, hidden, said
from tests.rights_requests.desk import act_url, browser, make_colleague, workspace_url
from tests.rights_requests.test_proving import proven

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P7.2")]
AGENT = "agent@example.org"
WHO = reverse("rights_requests:for_someone")


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """The folder of evidence, empty at first."""
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    settings.PACKAGE_DIR = tmp_path / "packages"
    return settings.EVIDENCE_DIR  # type: ignore[no-any-return]


def mail_to(address: str) -> str:
    """The newest message to an address."""
    return str(Email.objects.filter(to=address).latest("id").message)


def answered(client: Client, address: str, right: str = "access", role: str = "agent") -> Client:
    """A browser that has answered everything but the mandate."""
    browser = proven(client, AGENT, WHO)
    browser.post(WHO, {"role": role, "name": "Ada Agent", "email": address, "right": right})
    browser.post(reverse("rights_requests:for_someone_what", kwargs={"right": right}), {"message": "Please."})
    return browser


def check_page(right: str = "access") -> str:
    return reverse("rights_requests:for_someone_check", kwargs={"right": right})


def test_an_agent_signs_the_statement_and_staff_read_it(client: Client) -> None:
    victim = make_user()
    browser_ = answered(client, victim.email)
    page = browser_.get(check_page())
    assert f"I declare that the person with the address {victim.email} asked me, Ada Agent" in said(page)
    sent = browser_.post(check_page(), {"key": hidden(page, "key"), "signed": "Ada Agent"}, follow=True)
    assert "We have your request" in said(sent)
    request = RightsRequest.objects.get()
    assert (request.requester_role, request.message) == (RequesterRole.AGENT, "Please.")
    assert Message.objects.get(request=request).text.endswith("Ada Agent")
    desk = browser(make_colleague())
    text = said(desk.get(workspace_url(request)))
    assert "I declare that the person" in text
    assert AGENT in text
    check = IdentityCheck.objects.get(request=request, outcome=Outcome.OPEN)
    desk.post(act_url(request, "accept-check"), {"check_id": check.pk})
    check.refresh_from_db()
    assert check.outcome == Outcome.PASSED
    again = browser_.get(check_page())
    assert again["Location"].endswith("/sent/")


def test_one_of_the_two_is_needed_and_a_guardian_needs_a_file(client: Client) -> None:
    page = answered(client, "child@example.org").get(check_page())
    wrong = client.post(check_page(), {"key": hidden(page, "key")})
    assert "Choose a file, or sign the statement with your name." in said(wrong)
    page = answered(client, "child@example.org", role="guardian").get(check_page())
    assert 'name="signed"' not in page.content.decode()
    wrong = client.post(check_page(), {"key": hidden(page, "key"), "signed": "Ada"})
    assert "Choose a file: a picture (JPEG or PNG) or a PDF." in said(wrong)
    assert not RightsRequest.objects.exists()


def test_a_picture_of_the_mandate_is_kept_sealed_and_without_what_was_hidden_in_it(
    client: Client, folder: Path
) -> None:
    content = picture(size=(300, 200), comment=b"hidden words")
    page = answered(client, "child@example.org", role="guardian").get(check_page())
    file = SimpleUploadedFile("../../mandate.php", content, "image/jpeg")
    client.post(check_page(), {"key": hidden(page, "key"), "mandate": file})
    kept = Evidence.objects.get()
    assert (kept.kind, kept.check_of.method) == (EvidenceKind.MANDATE, IdentityMethod.GUARDIANSHIP)  # type: ignore[union-attr]
    stored = [path for path in folder.rglob("*") if path.is_file()]
    assert len(stored) == 1
    assert "php" not in stored[0].name
    assert b"hidden words" not in vault.read(kept.file_name, kept.wrapped_key or b"")


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script></html>",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"PK\x03\x04" + b"\0" * 200,
        b"%PDF-1.4 <script>alert(1)</script>",
        b"\xff\xd8\xff\xe0broken",
        b"",
    ],
)
def test_what_is_no_picture_and_no_pdf_is_refused_in_words_and_nothing_is_filed(
    client: Client, content: bytes, folder: Path
) -> None:
    page = answered(client, "child@example.org").get(check_page())
    file = BytesIO(content)
    file.name = "mandate.jpg"
    wrong = client.post(check_page(), {"key": hidden(page, "key"), "mandate": file})
    assert wrong.status_code == 200
    assert re.search(r"Choose|photo|screenshot", said(wrong))
    assert not RightsRequest.objects.exists()
    assert not folder.exists() or not list(folder.rglob("*.sealed"))


def test_a_name_that_holds_a_link_never_gets_into_a_letter(client: Client) -> None:
    browser_ = proven(client, AGENT, WHO)
    data = {"role": "agent", "name": "Win at evil.example", "email": "a@example.org", "right": "access"}
    assert "Write your name only" in said(browser_.post(WHO, data))


@pytest.mark.parametrize("right", ["rectification", "portability", "nothing"])
def test_a_right_that_shows_what_we_hold_is_for_the_person_alone(client: Client, right: str) -> None:
    browser_ = proven(client, AGENT, WHO)
    assert browser_.get(reverse("rights_requests:for_someone_what", kwargs={"right": right})).status_code == 404
    assert "we show it to the person alone" in said(browser_.get(WHO))


@pytest.mark.parametrize("name", ["for_someone_what", "for_someone_check"])
def test_a_step_opened_without_the_ones_before_leads_to_the_first(client: Client, name: str) -> None:
    path = reverse(f"rights_requests:{name}", kwargs={"right": "access"})
    assert client.get(path)["Location"].startswith(reverse("rights_requests:who"))
    browser_ = proven(client, AGENT, WHO)
    assert browser_.get(path)["Location"] == WHO
    assert browser_.post(path, {"key": uuid4(), "signed": "Ada"})["Location"] == WHO
    assert not RightsRequest.objects.exists()


def test_a_signed_in_agent_is_asked_for_the_password_again_before_it_is_sent() -> None:
    late = browser_of(make_user(), signed_in_ago=3600)
    late.post(WHO, {"role": "agent", "name": "Ada Agent", "email": "a@example.org", "right": "access"})
    late.post(reverse("rights_requests:for_someone_what", kwargs={"right": "access"}), {"message": ""})
    assert "reauthenticate" in late.get(check_page())["Location"]
    assert "reauthenticate" in late.post(check_page(), {"key": uuid4(), "signed": "Ada"})["Location"]
    assert not RightsRequest.objects.exists()


def test_an_address_with_an_account_signs_in_to_ask_for_someone_else() -> None:
    agent = make_user()
    proven(Client(), agent.email, WHO)
    assert "Sign in" in mail_to(agent.email)


def test_ones_own_address_is_no_one_else(client: Client) -> None:
    data = {"role": "agent", "name": "Ada", "email": AGENT, "right": "access"}
    assert "This is your own address." in said(proven(client, AGENT, WHO).post(WHO, data))


@pytest.mark.promise("P7.3")
def test_the_law_is_that_of_the_place_where_the_person_lives(client: Client) -> None:
    browser_ = answered(client, make_user().email)
    wrong = browser_.post(WHO, {"country": "Oz", "role": "agent", "name": "Ada", "email": "x@y.example"})
    assert "“OZ” is not on our list. Choose the place from the list, or leave it open." in said(wrong)
    given = {"role": "agent", "name": "Ada Agent", "email": make_user().email, "right": "access", "country": "SA"}
    browser_.post(WHO, given)
    browser_.post(reverse("rights_requests:for_someone_what", kwargs={"right": "access"}), {"message": ""})
    page = browser_.get(check_page())
    assert "Where this person lives Saudi Arabia" in said(page)
    browser_.post(check_page(), {"key": hidden(page, "key"), "signed": "Ada Agent"})
    assert RightsRequest.objects.values_list("country", "regime").get() == ("SA", "sa")
    assert "it gives us 30 days from " in mail_to(AGENT)
