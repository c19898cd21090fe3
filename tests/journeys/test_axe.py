"""axe on pages of the portal, in every state: nothing to complain about, in light and in dark, wide and narrow."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.journeys.going import Place
from tests.journeys.looking import Looked, look, run_axe
from tests.journeys.opened_package import OpenedPackage
from tests.journeys.places import SAMPLE
from tests.journeys.scene import Scene
from tests.journeys.walker import Walker, plant

pytestmark = pytest.mark.journey

Visit = Callable[..., AbstractContextManager[Walker]]


@pytest.mark.parametrize("place", SAMPLE, ids=lambda place: place.name)
def test_axe_finds_nothing(place: Place, looked_at: Callable[[Place], Looked]) -> None:
    found = looked_at(place)
    assert {mode: wrong for mode, wrong in found.axe.items() if wrong} == {}
    assert len(found.axe) == 5


def test_the_readable_copy_is_as_good_as_the_site(visit: Visit, visit_as: Visit, scene: Scene, tmp_path: Path) -> None:
    with visit_as("administrator") as owner:
        owner.opens(f"/requests/{scene.ready}/download/")
        package = OpenedPackage.open(owner.downloads(tmp_path, "Download my data"))
    with visit(bypass_csp=True, offline=True) as reader:
        for page in sorted(package.folder.rglob("*.html")):
            reader.page.goto(page.as_uri())
            found = look(reader.page)
            assert {mode: wrong for mode, wrong in [*found.axe.items(), *found.sticks_out.items()] if wrong} == {}


def test_every_page_has_a_title_of_its_own_and_says_its_language(looked_at: Callable[[Place], Looked]) -> None:
    found = {place.name: looked_at(place) for place in SAMPLE}
    assert {name for name, looked in found.items() if looked.language != "en"} == set()
    assert {name for name, looked in found.items() if " – " not in looked.title or len(looked.title) < 12} == set()


def test_axe_sees_what_is_wrong(visitor: Walker) -> None:
    plant(visitor.page, "<html><body><img src='data:,'><p style='color:#eee'>pale</p></body></html>", {})
    assert {finding.split(":")[0] for finding in run_axe(visitor.page)} >= {
        "image-alt",
        "html-has-lang",
        "color-contrast",
    }
