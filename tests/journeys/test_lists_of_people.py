"""A company enrols its people with the file of its personnel office: read, looked at, corrected, imported, told."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.cast import Visit
from tests.journeys.going import PERSONNEL
from tests.journeys.walker import WORK_SECONDS

pytestmark = [pytest.mark.journey, pytest.mark.promise("P1.3")]


def test_a_file_out_of_a_spreadsheet_is_imported_and_each_person_is_told(
    visit: Visit, visit_as: Visit, new_email: Callable[[], str]
) -> None:
    with visit_as("administrator") as company, visit() as person:
        person.email = new_email()
        company.goes("/account/customer/")
        company.follows("Enrol many people with a file")
        company.sends_a_list(PERSONNEL + f"00999;X;Ophélie;{person.email};Lyon 7;Accueil;;non\r\n".encode("cp1252"))
        company.is_at("What we read in your file")
        company.sees("23 people are enrolled and told by e-mail")
        company.sees("Windows-1252, parted by: semicolon")
        company.sees("3 lines are not taken")
        company.sees("Line 26")

        company.presses("Import 23 people")
        company.sees("Say that the lines with errors may be left out")
        company.ticks("Leave out the lines with errors and import the others")
        company.presses("Import 23 people")
        company.is_at("Your list is being imported")
        done = company.main.get_by_role("link", name="Show the whole outcome")
        expect(done).to_be_visible(timeout=WORK_SECONDS * 1000)
        done.click()
        company.is_at("Your list is imported")
        company.goes(f"/account/customer/people/?q={person.email}")
        company.sees("Ophélie")

        letter = person.reads_at_the_outbox("Marché Lavande has enrolled you")
        assert "Hello Ophélie" in letter
        assert "Magasin" in letter
        assert "Lyon 7" not in letter
