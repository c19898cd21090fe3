"""axe on every page of the portal, in every state: nothing to complain about, in light and in dark, wide and narrow."""

from collections.abc import Callable

import pytest

from tests.journeys.looking import Looked, run_axe
from tests.journeys.places import PLACES, Place
from tests.journeys.walker import Walker, plant

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_axe_finds_nothing(place: Place, looked_at: Callable[[Place], Looked]) -> None:
    found = looked_at(place)
    assert {mode: wrong for mode, wrong in found.axe.items() if wrong} == {}
    assert len(found.axe) == 4


def test_every_page_has_a_title_of_its_own_and_says_its_language(looked_at: Callable[[Place], Looked]) -> None:
    found = {place.name: looked_at(place) for place in PLACES}
    assert {name for name, looked in found.items() if looked.language != "en"} == set()
    assert {name for name, looked in found.items() if " – " not in looked.title or len(looked.title) < 12} == set()


def test_axe_sees_what_is_wrong(visitor: Walker) -> None:
    plant(visitor.page, "<html><body><img src='data:,'><p style='color:#eee'>pale</p></body></html>", {})
    assert {finding.split(":")[0] for finding in run_axe(visitor.page)} >= {
        "image-alt",
        "html-has-lang",
        "color-contrast",
    }
