"""The main job from the first page to the proof: a copy of one's data, then its erasure; with scripts and without."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.opened_package import OpenedPackage
from tests.journeys.rights_walks import verdict
from tests.journeys.traces import traces, user_id
from tests.journeys.walker import Walker
from tests.stack import RunningStack, eventually

pytestmark = pytest.mark.journey

PROFILE = {
    "name": "Ida Quillfeather",
    "workplace": "Quincaillerie du Pont",
    "position": "Shelf reader",
    "phone": "+33 6 98 76 54 32",
    "address": "7 Vierzehnheiligen Lane, Kerguelen",
}
MESSAGE = "Please look for <b>marmalade</b> & “7 spoons” too."
# The names of our columns say nothing to a person.
RAW_WORDS = ("digest", "contact sealed", "subject user", "prepared by", "from state", "occurred at", "_id", "_at")

Visit = Callable[..., AbstractContextManager[Walker]]


@pytest.fixture(scope="module", params=[True, False], ids=["with scripts", "without scripts"])
def scripts(request: pytest.FixtureRequest) -> bool:
    """Whether all the browsers of the story run JavaScript."""
    return bool(request.param)


@pytest.fixture(scope="module")
def person(visit: Visit, scripts: bool, new_email: Callable[[], str]) -> Iterator[Walker]:
    """Somebody who has just made an account and filled in the profile."""
    with visit(java_script_enabled=scripts) as walker:
        walker.goes("/")
        walker.page.get_by_role("link", name="Create an account").first.click()
        walker.is_at("Create an account")
        walker.signs_up(new_email())
        walker.goes("/account/profile/")
        walker.fills(**PROFILE)
        walker.presses("Save my profile")
        walker.sees("Your profile is saved.")
        yield walker


@pytest.fixture(scope="module")
def agent(visit_as: Visit, scripts: bool) -> Iterator[Walker]:
    """Whoever answers requests."""
    with visit_as("agent", java_script_enabled=scripts) as walker:
        yield walker


@pytest.fixture(scope="module")
def officer(visit: Visit, scripts: bool, running_stack: RunningStack) -> Iterator[Walker]:
    """The second pair of eyes, who has just signed in."""
    account = running_stack.accounts["officer"]
    with visit(java_script_enabled=scripts) as walker:
        walker.email, walker.password = account.email, account.password
        walker.signs_in(to="/admin/")
        walker.says_why()
        yield walker


@pytest.fixture(scope="module")
def ready(person: Walker, agent: Walker) -> str:
    """The reference of a request for a copy that the agent approved and the worker has answered."""
    reference = person.asks_for_a_copy(MESSAGE)
    person.goes(f"/requests/{reference}/")
    person.sees(MESSAGE)
    agent.approves(reference)
    person.waits_for("Your copy is ready")
    return reference


@pytest.fixture(scope="module")
def package(person: Walker, ready: str, tmp_path_factory: pytest.TempPathFactory) -> OpenedPackage:
    """The downloaded copy, unpacked."""
    person.goes(f"/requests/{ready}/")
    person.follows("Go to your copy")
    person.shows_again_who_it_is()
    person.is_at("Your copy is ready")
    person.sees("Nobody has downloaded it yet.")
    return OpenedPackage.open(person.downloads(tmp_path_factory.mktemp("download"), "Download my data"))


@pytest.fixture(scope="module")
def anybody(visit: Visit, scripts: bool) -> Iterator[Walker]:
    """Somebody to whom the documents are shown, without an account."""
    with visit(java_script_enabled=scripts) as walker:
        yield walker


@dataclass(frozen=True)
class Erasure:
    """A request for erasure as the person sent it, and what the site held then."""

    reference: str
    follow: str
    identifiers: tuple[str, ...]
    found_before: tuple[str, ...]
    files_before: frozenset[str]


@pytest.fixture(scope="module")
def erasure(person: Walker, package: OpenedPackage, running_stack: RunningStack) -> Erasure:
    """A request for erasure, sent by a person who has a copy waiting."""
    identifiers = (person.email, user_id(running_stack, person.email), *PROFILE.values(), "marmalade")
    reference = person.asks_for_erasure()
    return Erasure(
        reference=reference,
        follow=str(person.main.locator("a[href*='/requests/follow/']").first.get_attribute("href")),
        identifiers=identifiers,
        found_before=tuple(traces(running_stack, identifiers)),
        files_before=package_files(running_stack),
    )


@pytest.fixture(scope="module")
def recommended(agent: Walker, erasure: Erasure) -> Erasure:
    """The request, recommended by the agent."""
    agent.opens_in_queue(erasure.reference)
    agent.presses("Recommend the erasure")
    agent.sees("You recommended the erasure. A second person now decides.")
    return erasure


@pytest.fixture(scope="module")
def erased(person: Walker, officer: Walker, recommended: Erasure) -> Erasure:
    """The request, approved by the officer after giving the password again, and carried out by the worker."""
    person.goes(recommended.follow)
    officer.opens_in_queue(recommended.reference)
    officer.presses("Approve the erasure")
    officer.shows_again_who_it_is()
    officer.sees("You approved the request.")
    person.waits_for("Your data is deleted")
    # The page that renewed itself leads to the whole answer; the others show it already.
    person.goes(recommended.follow)
    return recommended


@pytest.fixture(scope="module")
def receipt(person: Walker, erased: Erasure, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The signed receipt, saved from the follow page."""
    person.goes(erased.follow)
    return person.downloads(tmp_path_factory.mktemp("receipt"), "Save the signed receipt")


def package_files(stack: RunningStack) -> frozenset[str]:
    return frozenset(file.name for file in (stack.var / "packages").iterdir())


def with_one_byte_altered(document: Path, at: str) -> Path:
    """A copy of a signed document in which one character is another one; it is still JSON."""
    content = document.read_text(encoding="utf-8")
    position = content.index(at) + len(at) - 1
    other = document.with_name(f"altered-{document.name}")
    swapped = "X" if content[position] != "X" else "Y"
    other.write_text(content[:position] + swapped + content[position + 1 :], encoding="utf-8")
    assert json.loads(other.read_text(encoding="utf-8")) != json.loads(content)
    return other


@pytest.mark.promise("P5.1")
def test_the_person_hears_by_mail_that_the_copy_is_ready(person: Walker, ready: str) -> None:
    letter = person.reads_at_the_outbox(f"Your copy is ready: {ready}")
    assert ready in letter
    assert f"/requests/{ready}/" in letter
    assert PROFILE["name"] not in letter


@pytest.mark.promise("P4.1")
@pytest.mark.promise("P7.2")
def test_each_download_is_on_record_and_a_button_is_good_for_one(
    person: Walker, ready: str, package: OpenedPackage, tmp_path: Path
) -> None:
    person.goes(f"/requests/{ready}/download/")
    earlier = person.main.locator("section", has_text="Earlier downloads").get_by_role("listitem")
    expect(earlier).to_have_count(1)
    assert OpenedPackage.open(person.downloads(tmp_path, "Download my data")).names == package.names
    person.presses("Download my data")
    person.sees("This button has done its work already")
    expect(earlier).to_have_count(2)


@pytest.mark.promise("P5.1")
@pytest.mark.promise("P5.6")
def test_every_member_is_whole_fits_its_schema_and_has_the_hash_that_the_manifest_says(package: OpenedPackage) -> None:
    assert package.check_schema() >= len(package.slugs) > 6
    package.check_hashes()


@pytest.mark.promise("P5.1")
def test_what_the_person_typed_is_in_the_data(person: Walker, ready: str, package: OpenedPackage) -> None:
    (profile,) = package.rows("accounts-profile")
    assert {name: profile[name] for name in PROFILE} == PROFILE
    (account,) = package.rows("accounts-user")
    assert account["email"] == person.email
    requests = {row["reference"]: row["message"] for row in package.rows("rights_requests-rightsrequest")}
    assert requests[ready] == MESSAGE
    card = (package.folder / "profile.vcf").read_text(encoding="utf-8")
    assert PROFILE["name"] in card
    assert person.email in card


@pytest.mark.promise("P5.1")
@pytest.mark.promise("P0.3")
def test_the_copy_is_read_from_disk_without_a_network(
    visit: Visit, scripts: bool, person: Walker, package: OpenedPackage
) -> None:
    with visit(offline=True, java_script_enabled=scripts) as reader:
        reader.page.goto((package.folder / "index.html").as_uri())
        expect(reader.page.get_by_role("heading", level=1)).to_be_visible()
        shown = reader.page.locator("body").inner_text()
        assert all(value in shown for value in PROFILE.values())
        assert person.email in shown
        assert MESSAGE in shown
        assert reader.page.locator("script").count() == 0
        leads_to = reader.page.locator("a[href]").evaluate_all("links => links.map(link => link.href)")
        local = {link.split("#")[0] for link in leads_to if link.startswith("file:")}
        assert len(local) > 1
        for link in sorted(local):
            assert Path(link.removeprefix("file://")).is_file(), link
        for page in sorted(link for link in local if link.endswith(".html")):
            reader.page.goto(page)
            expect(reader.page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.promise("P5.1")
def test_the_public_page_calls_the_manifest_genuine_and_an_altered_one_altered(
    anybody: Walker, ready: str, package: OpenedPackage
) -> None:
    manifest, signature = package.folder / "manifest.json", package.folder / "manifest.json.sig"
    assert verdict(anybody, manifest, signature) == "Genuine: this manifest is ours and unchanged"
    altered = with_one_byte_altered(manifest, at=ready)
    assert verdict(anybody, altered, signature) == "Altered: this is not what we signed"


@pytest.mark.promise("P5.3")
def test_the_person_sees_beforehand_what_goes_and_what_stays_in_plain_words(
    person: Walker, package: OpenedPackage
) -> None:
    person.goes("/requests/new/erasure/")
    goes = person.main.locator("section", has=person.page.get_by_role("heading", name="What goes", exact=True))
    stays = person.main.locator("section", has=person.page.get_by_role("heading", name="What stays, and why"))
    for title in ("Your profile", "Your account", "Messages we sent you", "Files with copies of your data"):
        expect(goes.get_by_role("heading", name=re.compile(f"^{title}"))).to_be_visible()
    expect(stays.get_by_role("heading", name="The record of what was done with your data")).to_be_visible()
    expect(stays.locator("li").filter(has_not_text="Art. 5(2)")).to_have_count(0)
    said = person.text.lower()
    assert [word for word in RAW_WORDS if word in said] == []
    for item in person.main.locator(".plan-items > li").all():
        sentences = [part.strip() for part in item.inner_text().replace("\n", " ").split(". ") if len(part) > 20]
        assert len(sentences) == len(set(sentences)), sentences


@pytest.mark.promise("P5.3")
@pytest.mark.promise("P4.1")
def test_one_member_of_staff_alone_cannot_approve_an_erasure(agent: Walker, recommended: Erasure) -> None:
    agent.opens_in_queue(recommended.reference)
    agent.sees("You recommended this erasure. A second person must approve it.")
    expect(agent.page.get_by_role("button", name="Approve the erasure")).to_have_count(0)
    address = agent.page.url.replace("/change/", "/act/approve/")
    token = agent.page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    form = {"csrfmiddlewaretoken": token, "plan_hash": ""}
    agent.page.request.post(address, form=form, headers={"Referer": agent.page.url})
    agent.opens_in_queue(recommended.reference)
    agent.sees("Waiting for a second person")


@pytest.mark.promise("P5.3")
def test_the_person_hears_before_the_erasure_that_it_comes(person: Walker, recommended: Erasure) -> None:
    assert recommended.reference in person.letter("Your data will be deleted soon")


@pytest.mark.promise("P5.3")
def test_the_follow_page_shows_the_receipt_with_every_line_filled(person: Walker, erased: Erasure) -> None:
    person.goes(erased.follow)
    rows = person.main.locator("table tbody tr")
    lines = [[cell.strip() for cell in row.locator("th, td").all_inner_texts()] for row in rows.all()]
    became = {title: what for title, what, _why in lines}
    assert {"Your profile", "Your account", "Messages we sent you"} <= {
        title for title, what in became.items() if what.endswith("deleted")
    }
    assert all(what for what in became.values())
    assert all(why for _title, what, why in lines if "kept" in what)
    said = person.text.lower()
    assert [word for word in RAW_WORDS if word in said] == []
    assert person.email not in said
    assert "searched every table and every store for your e-mail addresses and the number of your account" in said


@pytest.mark.promise("P5.3")
def test_the_last_message_says_that_it_is_done_and_where_the_receipt_is(person: Walker, erased: Erasure) -> None:
    letter = person.letter(f"Your data is deleted: {erased.reference}")
    assert erased.follow in letter
    assert "your name" not in letter.lower()


@pytest.mark.promise("P5.3")
def test_the_sign_in_no_longer_works_and_the_old_session_is_over(
    visit: Visit, scripts: bool, person: Walker, ready: str, erased: Erasure
) -> None:
    person.goes(f"/requests/{ready}/")
    person.is_at("How do we know that it is you?")
    with visit(java_script_enabled=scripts) as again:
        again.goes("/account/login/")
        again.fills(login=person.email, password=person.password)
        again.presses("Sign in")
        expect(again.main.locator(".error-summary")).to_be_visible()
        assert again.value("login") == person.email


@pytest.mark.promise("P5.3")
def test_the_receipt_is_genuine_at_the_public_page_and_an_altered_one_is_not(
    anybody: Walker, erased: Erasure, receipt: Path
) -> None:
    content = json.loads(receipt.read_text(encoding="utf-8"))["receipt"]
    assert content["reference"] == erased.reference
    assert content["residue"]["found"] == 0
    assert sum(line["erased"] for line in content["categories"]) >= 6
    assert verdict(anybody, receipt) == "Genuine: this receipt is ours and unchanged"
    altered = with_one_byte_altered(receipt, at=erased.reference)
    assert verdict(anybody, altered) == "Altered: this is not what we signed"


@pytest.mark.promise("P5.3")
def test_no_table_no_key_and_no_log_holds_a_trace_of_the_person(running_stack: RunningStack, erased: Erasure) -> None:
    assert {"table accounts_user", "table accounts_profile", "table post_office_email"} <= set(erased.found_before)
    # The sealed address goes with the last message, a moment after the receipt.
    assert eventually(lambda: not traces(running_stack, erased.identifiers), seconds=20), traces(
        running_stack, erased.identifiers
    )


@pytest.mark.promise("P5.3")
def test_the_copy_that_waited_is_destroyed_with_its_key(
    running_stack: RunningStack, agent: Walker, ready: str, erased: Erasure
) -> None:
    connection = running_stack.database()
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM rights_requests_packagekey k"
                " JOIN rights_requests_package p ON p.id = k.package_id"
                " JOIN rights_requests_rightsrequest r ON r.id = p.request_id WHERE r.reference = %s",
                [ready],
            )
            assert cursor.fetchone()[0] == 0
            cursor.execute("SELECT file_name FROM rights_requests_package WHERE destroyed_at IS NULL")
            live = {name for (name,) in cursor.fetchall()}
    finally:
        connection.close()
    assert erased.files_before - live
    assert not (erased.files_before - live) & package_files(running_stack)
    assert agent.opens(f"/requests/{ready}/download/") == 404
