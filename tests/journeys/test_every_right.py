"""Every right for every kind of person, from the question to the answer, in a real browser over the running site.

Some combinations, of which nothing is its own, only with EVERY_RIGHT=1.
"""

import pytest

from occicor.embedded.layout import PROJECT
from privacy.vocabulary import Right
from tests.journeys.cast import ARRIVALS, Cast
from tests.journeys.rights_of_others import WALKS_OF_OTHERS
from tests.journeys.rights_table import BY_THE_MAIN_STORY, NOT_ASKED, PEOPLE, ROWS, SELDOM, WALKED, Row, page
from tests.journeys.rights_walks import WALKS

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("row", WALKED, ids=lambda row: row.name)
def test_it_is_walked(cast: Cast, row: Row) -> None:
    walk = WALKS_OF_OTHERS.get((row.person, row.right)) or WALKS[row.right]
    person = cast.person(row.person, scripts=row.scripts)
    reference = walk.asks(cast, person)
    walk.decides(cast, reference)
    walk.sees(cast, person, reference)


def test_each_right_and_each_kind_of_person_is_walked_and_half_of_it_without_scripts() -> None:
    assert {row.right for row in ROWS} == set(Right)
    assert {row.person for row in ROWS} == set(ARRIVALS) == set(PEOPLE)
    assert {row.right for row in ROWS if row.scripts} | {right for right, _person in BY_THE_MAIN_STORY} == set(Right)
    walked = [*BY_THE_MAIN_STORY, *NOT_ASKED, *((row.right, row.person) for row in (*ROWS, *SELDOM))]
    assert sorted(walked) == sorted((right, person) for right in Right for person in PEOPLE)
    assert 2 * sum(not row.scripts for row in ROWS) >= len(ROWS)


def test_the_page_of_the_docs_says_what_is_walked() -> None:
    assert (PROJECT / "docs/reference/journeys.md").read_text(encoding="utf-8") == page()
