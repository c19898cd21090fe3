"""Officers record that data went to the police, in secret; the person learns of it from the day on which they may."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.journeys.scene_of_cases import confirms_disclosure, does, record_disclosure
from tests.journeys.walker import Walker

pytestmark = [pytest.mark.journey, pytest.mark.promise("P8.2"), pytest.mark.promise("P0.3")]

Visit = Callable[..., AbstractContextManager[Walker]]
MINE = "/privacy/mine/disclosed/"
POLICE = "Police judiciaire de Lyon"


def test_a_disclosure_is_kept_secret_and_then_told(visit: Visit, visit_as: Visit, new_email: Callable[[], str]) -> None:
    with visit() as person, visit_as("officer") as officer, visit_as("deputy") as deputy:
        person.signs_up(new_email())
        person.goes("/account/profile/")
        person.fills(name="Wren Alderbank")
        person.presses("Save my profile")
        page = record_disclosure(officer, person.email, POLICE, secret_days=30)
        assert officer.main.locator("#confirm").count() == 0
        confirms_disclosure(deputy, page)
        deputy.sees(re.compile("secret for (29|30) days"))
        person.opens(MINE)
        person.sees("We gave nothing of yours to anybody in this way.")
        deputy.goes(page)
        does(deputy, "tell", "Tell them", text="The inquiry is closed.")
        assert "60-1" in person.letter("We gave data of yours to")
        person.opens(MINE)
        person.sees(POLICE)
        person.sees("An inquiry into a theft.")
