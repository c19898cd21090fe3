"""Pages on the narrowest phone and at 400 % zoom: nothing is cut off and nobody scrolls sideways."""

from collections.abc import Callable

import pytest

from tests.journeys.going import Place
from tests.journeys.looking import PHONE, STICKS_OUT, Looked
from tests.journeys.places import SAMPLE
from tests.journeys.walker import Walker

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("place", SAMPLE, ids=lambda place: place.name)
def test_nothing_sticks_out_of_the_window(place: Place, looked_at: Callable[[Place], Looked]) -> None:
    found = looked_at(place)
    assert {mode: wrong for mode, wrong in found.sticks_out.items() if wrong} == {}
    assert len(found.sticks_out) == 4


def test_the_measure_sees_what_sticks_out(visitor: Walker) -> None:
    visitor.goes("/")
    visitor.page.set_viewport_size(PHONE)
    before = visitor.page.evaluate(STICKS_OUT)
    visitor.page.evaluate("() => { document.querySelector('h1').style.minWidth = '900px' }")
    assert before == []
    assert visitor.page.evaluate(STICKS_OUT)
