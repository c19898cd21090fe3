"""Rights that somebody else asks for: agents, guardians, whoever reports a child, and staff with a letter in hand."""

import re
from collections.abc import Callable, Mapping

from django.utils import timezone
from PIL import Image

from privacy.vocabulary import Right
from tests.journeys.cast import Cast, Person, shows_the_address
from tests.journeys.rights_walks import (
    Walk,
    correction_is_accepted,
    is_restricted,
    keeps_the_receipt,
    nobody_decides,
    one_person_approves,
    opens_the_copy,
    sees_the_right_value,
    staff_are_warned,
    two_people_approve,
)
from tests.journeys.walker import REFERENCE, Walker


def _subject(person: Person) -> Walker:
    assert person.about is not None
    return person.about


def _asks_for(person: Person, role: str, right: Right) -> None:
    """Who one is, for whom, and what is asked."""
    walker = person.walker
    walker.goes("/requests/for-someone/")
    walker.chooses("role", role)
    walker.chooses("right", right)
    walker.fills(name="Noé Standin", email=_subject(person).email)
    walker.presses("Continue")


def _check_and_send(person: Person) -> str:
    person.walker.presses("Send your request")
    reference = person.walker.reference()
    assert "Noé Standin" in _subject(person).letter(f"Somebody asks us for something in your name: {reference}")
    return reference


def _says_more(walker: Walker, right: Right) -> None:
    """What a right asks beside the person: a ground, or the uses."""
    if right == Right.RESTRICTION:
        walker.chooses("ground", "accuracy")
    if right == Right.OBJECTION:
        walker.chooses("ground", "own_situation")
        walker.main.locator("[name=purposes][value=improve]").check()
        walker.fills(message="They do not want it.")
    walker.presses("Continue")


def _agent_signs(right: Right) -> Callable[[Cast, Person], str]:
    def asks(_cast: Cast, person: Person) -> str:
        walker = person.walker
        _asks_for(person, "agent", right)
        _says_more(walker, right)
        walker.sees(f"I declare that the person with the address {_subject(person).email} asked me")
        walker.fills(signed="Noé Standin")
        return _check_and_send(person)

    return asks


def _guardian_brings_a_paper(right: Right) -> Callable[[Cast, Person], str]:
    def asks(cast: Cast, person: Person) -> str:
        walker = person.walker
        _asks_for(person, "guardian", right)
        _says_more(walker, right)
        paper = cast.folder / "family-book.png"
        Image.new("RGB", (120, 80), "white").save(paper)
        walker.main.locator("[name=mandate]").set_input_files(paper)
        return _check_and_send(person)

    return asks


def _mandate_is_accepted(cast: Cast, reference: str) -> None:
    cast.agent.opens_in_queue(reference)
    cast.agent.presses("I have looked at it and accept it")
    cast.agent.sees("Accepted.")


def _accepted_then_approved(cast: Cast, reference: str) -> None:
    _mandate_is_accepted(cast, reference)
    one_person_approves(cast, reference)
    _the_wait_passes(cast, reference)


def _accepted_then_two_approve(cast: Cast, reference: str) -> None:
    _mandate_is_accepted(cast, reference)
    _two_approve_and_wait(cast, reference)


def _two_approve_and_wait(cast: Cast, reference: str) -> None:
    two_people_approve(cast, reference)
    _the_wait_passes(cast, reference)


def _the_wait_passes(cast: Cast, reference: str) -> None:
    """What somebody else set off waits a day or more, in which it can be stopped; here that time is over at once."""
    connection = cast.stack.database()
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(
                "UPDATE privacy_job j SET not_before = now() FROM rights_requests_rightsrequest r"
                " WHERE r.id = j.about AND r.reference = %s AND j.not_before > now() + interval '23 hours'",
                [reference],
            )
            assert cursor.rowcount == 1
    finally:
        connection.close()


def _accepted_and_decided(cast: Cast, reference: str) -> None:
    """What can be ended again at any time does not wait: its data subject can stop it afterwards as well."""
    _mandate_is_accepted(cast, reference)
    one_person_approves(cast, reference)


def _is_done_for_them(heading: str, warning: str) -> Callable[[Cast, Person, str], None]:
    """Whoever asked sees that it is done, and staff see the warning where they look at the data subject."""

    def sees(cast: Cast, person: Person, reference: str) -> None:
        person.walker.goes(f"/requests/{reference}/")
        person.walker.waits_for(heading)
        staff_are_warned(cast, person, reference, warning)

    return sees


def _subject_stops_it(_cast: Cast, person: Person, reference: str) -> None:
    """One press of a button behind the link in the message, without any sign-in; the agent is told."""
    subject = _subject(person)
    link = re.search(r"/requests/stop/\S+", subject.letter(f"Somebody asks us for something in your name: {reference}"))
    assert link is not None
    subject.goes(link.group())
    subject.presses("Stop it")
    subject.is_at("It is stopped")
    person.walker.goes(f"/requests/{reference}/")
    person.walker.sees("withdrawn")


def _anybody_reports(cast: Cast, person: Person) -> str:
    """Who reports learns nothing; the child reads the reference in its own message."""
    child = person.walker
    with cast.visit(java_script_enabled=child.scripts) as reporter:
        reporter.goes("/requests/new/")
        reporter.follows("Tell us")
        reporter.chooses("relation", "other")
        reporter.fills(who=child.email, message="She is twelve.")
        reporter.presses("Send your report")
        reporter.is_at("Thank you for telling us")
        assert not REFERENCE.search(reporter.text)
    found = REFERENCE.search(child.letter("We have stopped the use of your data"))
    assert found is not None
    cast.agent.opens_in_queue(found.group())
    cast.agent.sees("Person under 18, blocked since")
    return found.group()


def _was_a_child_then(_cast: Cast, person: Person) -> str:
    walker = person.walker
    walker.goes("/requests/new/erasure/")
    walker.chooses("ground", "minor")
    walker.presses("Continue")
    with walker.showing_who_it_is():
        walker.presses("Delete my data")
    return walker.reference()


def _staff_take_in(right: Right, ground: str = "", **words: str) -> Callable[[Cast, Person], str]:
    """A letter, with the day on which it came; the person confirms it with a code: a sender's name shows nothing.

    A no to advertising needs no confirmation.
    """

    def asks(cast: Cast, person: Person) -> str:
        agent, walker = cast.agent, person.walker
        agent.goes("/admin/rights_requests/rightsrequest/")
        agent.follows("Take in a letter, call or e-mail")
        agent.chooses("channel", "letter")
        agent.chooses("right", right)
        if ground:
            agent.chooses("ground", ground)
        agent.fills(received_on=timezone.localdate().isoformat(), email=walker.email, **words)
        agent.presses("Put it on record")
        agent.sees("It is on record, with the day on which it reached us.")
        found = REFERENCE.search(agent.text)
        assert found is not None
        reference = found.group()
        walker.letter(reference)
        if ground != "marketing":
            _confirms(walker, reference)
        return reference

    return asks


def _correction_is_written_down(cast: Cast, reference: str) -> None:
    """What the letter says is wrong, as staff read it there."""
    agent = cast.agent
    agent.opens_in_queue(reference)
    agent.main.locator("summary", has_text="Write down a correction").click()
    wrong = agent.main.locator("select[name=key]:visible")
    key = wrong.locator("option[value$=':name']").first.get_attribute("value")
    wrong.select_option(key)
    agent.fills(new="Ida Right")
    agent.presses("Write it down")
    agent.sees("The correction stands beside the others.")
    correction_is_accepted(cast, reference)


def _nothing_can_be_taken_along(cast: Cast, reference: str) -> None:
    """What somebody wrote to us once we hold by our own interest, not by consent or contract (Art. 20(1))."""
    cast.agent.refuses(reference, "not_portable", "Ask for a copy: it has all that you wrote to us.")


def _reads_why_not(_cast: Cast, person: Person, reference: str) -> None:
    person.walker.goes(f"/requests/{reference}/")
    person.walker.sees("We hold nothing that you gave us by consent or contract")
    person.walker.sees("Ask for a copy: it has all that you wrote to us.")


def _confirms(walker: Walker, reference: str) -> None:
    walker.goes(f"/requests/{reference}/")
    if walker.page.get_by_role("heading", level=1).inner_text() == "How do we know that it is you?":
        shows_the_address(walker, f"/requests/{reference}/")
    walker.sees("Was it you?")
    walker.presses("Yes, I asked for this")
    walker.sees("Now we know that it was you")


_RESTRICTED = ("The use of your data is restricted", "Restricted since")
_HEEDED = ("Your objection is carried out", "Objection since")
WALKS_OF_OTHERS: Mapping[tuple[str, Right], Walk] = {
    ("agent", Right.ACCESS): Walk(_agent_signs(Right.ACCESS), _accepted_then_approved, opens_the_copy),
    ("agent", Right.RESTRICTION): Walk(
        _agent_signs(Right.RESTRICTION), _accepted_and_decided, _is_done_for_them(*_RESTRICTED)
    ),
    ("agent", Right.OBJECTION): Walk(_agent_signs(Right.OBJECTION), nobody_decides, _subject_stops_it),
    ("agent", Right.ERASURE): Walk(_agent_signs(Right.ERASURE), _accepted_then_two_approve, keeps_the_receipt),
    ("guardian", Right.ACCESS): Walk(_guardian_brings_a_paper(Right.ACCESS), _accepted_then_approved, opens_the_copy),
    ("guardian", Right.RESTRICTION): Walk(
        _guardian_brings_a_paper(Right.RESTRICTION), _accepted_and_decided, _is_done_for_them(*_RESTRICTED)
    ),
    ("guardian", Right.OBJECTION): Walk(
        _guardian_brings_a_paper(Right.OBJECTION), _accepted_and_decided, _is_done_for_them(*_HEEDED)
    ),
    ("guardian", Right.ERASURE): Walk(
        _guardian_brings_a_paper(Right.ERASURE), _accepted_then_two_approve, keeps_the_receipt
    ),
    ("child", Right.ERASURE): Walk(_anybody_reports, _two_approve_and_wait, keeps_the_receipt),
    ("once a child", Right.ERASURE): Walk(_was_a_child_then, two_people_approve, keeps_the_receipt),
    ("by letter", Right.ACCESS): Walk(
        _staff_take_in(Right.ACCESS, message="What do you have of me?"), one_person_approves, opens_the_copy
    ),
    ("by letter", Right.RECTIFICATION): Walk(
        _staff_take_in(Right.RECTIFICATION, message="My name is Ida Right."),
        _correction_is_written_down,
        sees_the_right_value,
    ),
    ("by letter", Right.RESTRICTION): Walk(
        _staff_take_in(Right.RESTRICTION, "accuracy"), one_person_approves, is_restricted
    ),
    ("by letter", Right.PORTABILITY): Walk(
        _staff_take_in(Right.PORTABILITY), _nothing_can_be_taken_along, _reads_why_not
    ),
    ("by letter", Right.OBJECTION): Walk(
        _staff_take_in(Right.OBJECTION, "marketing"), nobody_decides, _is_done_for_them(*_HEEDED)
    ),
    ("by letter", Right.ERASURE): Walk(_staff_take_in(Right.ERASURE), _two_approve_and_wait, keeps_the_receipt),
}
