"""What a person reads and can do beside the main way: refusal, withdrawal, asking twice, mistakes, the back button."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from playwright.sync_api import expect

from tests.journeys.walker import REFERENCE, Walker
from tests.stack import RunningStack

pytestmark = pytest.mark.journey

Visit = Callable[..., AbstractContextManager[Walker]]


@pytest.fixture(scope="module")
def signed_in(visit: Visit, new_email: Callable[[], str]) -> Iterator[Walker]:
    """Somebody with a new account: what is asked here counts for nobody else, and a day has its limit."""
    with visit() as walker:
        walker.signs_up(new_email())
        yield walker


@pytest.fixture
def person(signed_in: Walker) -> Iterator[Walker]:
    """Somebody with an account and no open request; what the test leaves open is withdrawn."""
    yield signed_in
    signed_in.goes("/requests/new/")
    for reference in set(REFERENCE.findall(signed_in.text)):
        signed_in.withdraws(reference)


def same_words(person: Walker, reference: str) -> str:
    """What the page says, without the reference that was asked for and without the number of this answer."""
    number = person.main.get_by_text("quote this number").locator("code").inner_text()
    return person.text.replace(reference, "").replace(number, "")


def references(person: Walker) -> list[str]:
    """The person's requests as the list shows them, newest first."""
    person.goes("/requests/")
    return REFERENCE.findall(person.text)


@pytest.mark.promise("P7.3")
def test_a_refusal_says_why_in_the_staffs_own_words_and_names_the_authority(person: Walker, agent: Walker) -> None:
    reference = person.asks_for_a_copy("a second time this week")
    words = "You had <the same> copy on Monday. Nothing has changed since then."
    agent.refuses(reference, "excessive", words)
    assert words in person.letter(f"We refuse your request {reference}")
    person.goes(f"/requests/{reference}/")
    person.sees("We refused your request")
    person.sees("The request repeats an earlier one (Art. 12(5) GDPR)")
    person.sees(words)
    authority = person.main.get_by_role("link", name="Commission nationale de l’informatique et des libertés (CNIL)")
    expect(authority).to_have_attribute("href", "https://www.cnil.fr/fr/adresser-une-plainte")
    expect(authority).to_have_attribute("rel", "external noreferrer")
    person.sees("Go to court.")
    expect(person.page.get_by_role("link", name="Withdraw this request")).to_have_count(0)


def test_a_refusal_without_words_is_not_sent_and_keeps_what_was_chosen(person: Walker, agent: Walker) -> None:
    reference = person.asks_for_a_copy()
    agent.opens_in_queue(reference)
    agent.main.locator("summary", has_text="Refuse the request").click()
    agent.chooses("reason", "excessive")
    agent.presses("Refuse and tell the person")
    expect(agent.page.locator(".error-summary")).to_be_focused()
    assert agent.choice("reason") == "excessive"
    person.goes(f"/requests/{reference}/")
    person.sees("Received")


def test_a_request_can_be_withdrawn_and_asked_again(person: Walker) -> None:
    reference = person.asks_for_a_copy()
    person.withdraws(reference)
    person.sees("Withdrawn")
    assert reference in person.letter(f"You withdrew your request {reference}")
    person.goes(f"/requests/{reference}/withdraw/")
    person.sees("Your request is withdrawn already.")
    again = person.asks_for_a_copy()
    assert again != reference


def test_whoever_asks_for_the_same_again_is_told_where_the_first_request_is(person: Walker) -> None:
    reference = person.asks_for_a_copy()
    person.goes("/requests/new/")
    person.sees(f"Your reference is {reference}.")
    person.goes("/requests/new/access/")
    person.is_at("You have already asked for this")
    person.sees(reference)
    person.follows("See your request")
    person.sees(reference)


def test_a_text_that_is_too_long_is_kept_and_the_error_says_what_to_do(person: Walker) -> None:
    text = "where is my data? " * 120
    person.goes("/requests/new/access/")
    person.fills(message=text)
    person.presses("Continue")
    expect(person.main.locator(".error-summary")).to_be_focused()
    person.sees("Shorten it to 2,000 characters or fewer.")
    assert person.page.title().startswith("Error: ")
    assert person.value("message").strip() == text.strip()
    person.main.locator(".error-summary a").click()
    expect(person.main.locator("[name=message]")).to_be_focused()


def test_an_answer_can_be_changed_before_it_is_sent_and_is_still_there(person: Walker) -> None:
    person.goes("/requests/new/access/")
    person.fills(message="the invoices of spring")
    person.presses("Continue")
    person.is_at("Check your request before you send it")
    person.main.get_by_role("link", name="Change What you want to tell us").click()
    assert person.value("message") == "the invoices of spring"


def test_going_back_after_sending_leads_to_the_one_request(person: Walker) -> None:
    before = references(person)
    reference = person.asks_for_a_copy("once only")
    person.page.go_back()
    assert person.reference() == reference
    person.page.reload()
    assert person.reference() == reference
    assert references(person) == [reference, *before]


def test_sending_the_same_answers_from_two_windows_makes_one_request(person: Walker) -> None:
    before = references(person)
    person.goes("/requests/new/access/")
    person.presses("Continue")
    with person.in_another_window() as other:
        other.goes(person.page.url)
        person.presses("Send your request")
        reference = person.reference()
        other.presses("Send your request")
        assert other.reference() == reference
    assert references(person) == [reference, *before]


def test_pressing_the_button_twice_makes_one_request(person: Walker) -> None:
    before = references(person)
    person.goes("/requests/new/access/")
    person.presses("Continue")
    person.main.get_by_role("button", name="Send your request").dblclick()
    reference = person.reference()
    assert references(person) == [reference, *before]


def test_answers_changed_in_another_window_are_checked_again_before_they_are_sent(person: Walker) -> None:
    before = references(person)
    person.goes("/requests/new/access/")
    person.fills(message="from the first window")
    person.presses("Continue")
    with person.in_another_window() as other:
        other.goes("/requests/new/access/")
        other.fills(message="from the second window")
        other.presses("Continue")
        other.is_at("Check your request before you send it")
    person.presses("Send your request")
    person.sees("Your answers were changed in another window.")
    person.sees("from the second window")
    assert references(person) == before


@pytest.mark.parametrize("address", ["/requests/OC-0000-0000/", "/requests/OC-0000-0000/download/"])
def test_an_unknown_request_and_somebody_elses_get_the_same_answer(
    person: Walker, visit_as: Visit, address: str
) -> None:
    with visit_as("other_subject") as other:
        reference = other.asks_for_a_copy()
        foreign = address.replace("OC-0000-0000", reference)
        answers = {(person.opens(path), same_words(person, reference)) for path in (address, foreign)}
        other.withdraws(reference)
    assert {status for status, _text in answers} == {404}
    assert len(answers) == 1


@pytest.mark.promise("P5.1")
def test_a_copy_whose_time_is_over_is_gone_and_a_new_one_can_be_asked_for(
    visit_as: Visit, agent: Walker, running_stack: RunningStack
) -> None:
    with visit_as("administrator") as person:
        reference = person.asks_for_a_copy()
        agent.approves(reference)
        person.goes(f"/requests/{reference}/")
        person.waits_for("Your copy is ready")
        let_the_copy_expire(running_stack, reference)
        assert person.opens(f"/requests/{reference}/download/") == 410
        person.is_at("This copy no longer exists")
        person.follows("Ask for a new copy")
        person.is_at("Get a copy of my data")


def let_the_copy_expire(stack: RunningStack, reference: str) -> None:
    """Move the end of a copy's time into the past."""
    connection = stack.database()
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(
                "UPDATE rights_requests_package p SET expires_at = now() - interval '1 minute', "
                " created_at = now() - interval '1 day' FROM rights_requests_rightsrequest r"
                " WHERE r.id = p.request_id AND r.reference = %s",
                [reference],
            )
            assert cursor.rowcount == 1
    finally:
        connection.close()
