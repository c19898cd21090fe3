"""Rights that somebody else asks for: agents, guardians, whoever reports a child, and staff with a letter in hand."""

import re
from collections.abc import Mapping

from django.utils import timezone
from PIL import Image

from privacy.vocabulary import Right
from tests.journeys.cast import Cast, Person, shows_the_address
from tests.journeys.rights_walks import Walk, keeps_the_receipt, one_person_approves, opens_the_copy, two_people_approve
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


def _agent_signs(_cast: Cast, person: Person) -> str:
    walker = person.walker
    _asks_for(person, "agent", Right.ACCESS)
    walker.presses("Continue")
    walker.sees(f"I declare that the person with the address {_subject(person).email} asked me")
    walker.fills(signed="Noé Standin")
    return _check_and_send(person)


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


def _agent_objects(_cast: Cast, person: Person) -> str:
    walker = person.walker
    _asks_for(person, "agent", Right.OBJECTION)
    walker.chooses("ground", "own_situation")
    walker.main.locator("[name=purposes][value=improve]").check()
    walker.fills(message="They do not want it.")
    walker.presses("Continue")
    walker.fills(signed="Noé Standin")
    return _check_and_send(person)


def _nobody_decides(_cast: Cast, _reference: str) -> None:
    """The data subject is faster."""


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


def _guardian_brings_a_paper(cast: Cast, person: Person) -> str:
    walker = person.walker
    _asks_for(person, "guardian", Right.ERASURE)
    walker.presses("Continue")
    paper = cast.folder / "family-book.png"
    Image.new("RGB", (120, 80), "white").save(paper)
    walker.main.locator("[name=mandate]").set_input_files(paper)
    return _check_and_send(person)


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


def _staff_take_in_a_letter(cast: Cast, person: Person) -> str:
    """With the day on which it came; the person confirms it with a code, since a sender's name shows nothing."""
    agent, walker = cast.agent, person.walker
    agent.goes("/admin/rights_requests/rightsrequest/")
    agent.follows("Take in a letter, call or e-mail")
    agent.chooses("channel", "letter")
    agent.chooses("right", "access")
    agent.fills(received_on=timezone.localdate().isoformat(), email=walker.email, message="What do you have of me?")
    agent.presses("Put it on record")
    agent.sees("It is on record, with the day on which it reached us.")
    found = REFERENCE.search(agent.text)
    assert found is not None
    reference = found.group()
    walker.letter(reference)
    _confirms(walker, reference)
    return reference


def _confirms(walker: Walker, reference: str) -> None:
    shows_the_address(walker, f"/requests/{reference}/")
    walker.sees("Was it you?")
    walker.presses("Yes, I asked for this")
    walker.sees("Now we know that it was you")


WALKS_OF_OTHERS: Mapping[tuple[str, Right], Walk] = {
    ("agent", Right.ACCESS): Walk(_agent_signs, _accepted_then_approved, opens_the_copy),
    ("agent", Right.OBJECTION): Walk(_agent_objects, _nobody_decides, _subject_stops_it),
    ("guardian", Right.ERASURE): Walk(_guardian_brings_a_paper, _accepted_then_two_approve, keeps_the_receipt),
    ("child", Right.ERASURE): Walk(_anybody_reports, _two_approve_and_wait, keeps_the_receipt),
    ("once a child", Right.ERASURE): Walk(_was_a_child_then, two_people_approve, keeps_the_receipt),
    ("by letter", Right.ACCESS): Walk(_staff_take_in_a_letter, one_person_approves, opens_the_copy),
}
