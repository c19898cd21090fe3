"""Enrolled by their company in its portal, somebody without an account finds their data and has it deleted."""

import re

import pytest

from tests.journeys.cast import Cast, Person, shows_the_address
from tests.journeys.rights_walks import keeps_the_receipt, two_people_approve

pytestmark = pytest.mark.journey
PEOPLE = "/account/customer/people/"


@pytest.mark.promise("P1.3")
def test_the_story_from_the_portal_to_the_proof_that_all_is_gone(cast: Cast) -> None:
    with cast.visit_as("administrator") as company, cast.visit(java_script_enabled=False) as walker:
        walker.email = cast.new_email()
        company.goes("/account/")
        company.follows("The people of Marché Lavande")
        company.follows("Enrol a person")
        company.fills(nickname="Ophélie", work_email=walker.email, facts="store: Lyon 7\nnight shift: no")
        company.presses("Enrol this person")
        company.sees("Ophélie is enrolled. We have written to them.")
        company.sees("Lyon 7")

        letter = walker.letter("Marché Lavande has enrolled you")
        assert "without an account" in letter
        begins = re.search(r"https?://\S+/privacy/", letter)
        assert begins is not None
        walker.goes(begins.group())
        walker.is_at("Your data and your rights")
        shows_the_address(walker, "/privacy/mine/")
        walker.is_at("Your data in one place")
        walker.goes("/privacy/mine/held/")
        walker.is_at("What we hold about you")
        walker.sees("Lyon 7")
        walker.sees("To look after your enrolment by a company")
        reference = walker.asks_for_erasure()
        two_people_approve(cast, reference)
        keeps_the_receipt(cast, Person(walker, "accounts-enrolment", "nickname", "Ophélie"), reference)

        company.goes(f"{PEOPLE}?standing=all&q={walker.email}")
        company.sees("Nobody is found.")
        company.goes(f"{PEOPLE}enrol/")
        company.fills(nickname="Ophélie", work_email=walker.email)
        company.presses("Enrol this person")
        company.main.get_by_role("alert").get_by_text("Nobody can be enrolled with this address").wait_for()
