"""A member of staff looks through a copy before it is made, and leaves somebody else out of it; the person opens it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.journeys.opened_package import OpenedPackage
from tests.journeys.walker import Walker

pytestmark = [pytest.mark.journey, pytest.mark.promise("P5.1")]

WORDS = "Somebody else is named there, who did not ask for it."


def leaves_out(agent: Walker, reference: str, term: str) -> None:
    """Look through a copy as staff, and leave a term out wherever it stands."""
    agent.opens_in_queue(reference)
    with agent.showing_who_it_is():
        agent.follows("Look through it and leave something out")
    agent.is_at(f"The copy before it is made {reference}")
    agent.fills(term=term)
    agent.presses("Show every place")
    agent.sees("Eve Quillfeather told me")
    agent.chooses("reason", "rights_of_others")
    agent.fills(text=WORDS)
    agent.presses("Leave it out")
    agent.sees("left out of the copy.")
    agent.follows("Your requests")
    agent.sees("[left out: the rights of another person (Art. 15(4) and 20(4) GDPR)]")


def test_somebody_else_is_left_out_and_the_person_is_told(
    visit: Callable[..., AbstractContextManager[Walker]], agent: Walker, new_email: Callable[[], str], tmp_path: Path
) -> None:
    with visit() as person:
        person.signs_up(new_email())
        reference = person.asks_for_a_copy("Eve Quillfeather told me that you have it.")
        leaves_out(agent, reference, "eve  QUILLFEATHER")
        agent.approves(reference)
        person.goes(f"/requests/{reference}/")
        person.waits_for("Your copy is ready")
        assert "We left out 1 value" in person.letter(f"Your copy is ready: {reference}")
        person.goes(f"/requests/{reference}/")
        person.sees("We left single values out. The rest of your copy is whole.")
        person.sees(WORDS)
        person.follows("Go to your copy")
        person.shows_again_who_it_is()
        package = OpenedPackage.open(person.downloads(tmp_path, "Download my data"))
        person.goes("/privacy/mine/looks/")
        person.sees("To look through your copy before you get it")
    package.check_hashes()
    assert package.check_schema()
    (asked,) = package.rows("rights_requests-rightsrequest")
    assert asked["message"] == "[left out: rights_of_others] told me that you have it."
    for name in package.names:
        assert b"quillfeather" not in (package.folder / name).read_bytes().lower(), name
