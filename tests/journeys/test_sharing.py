"""Somebody lets another see their card, sees that they looked, and ends it under the other's eyes (promise P8.1)."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.journeys.scene_of_cards import end_card, opens_card, share_card
from tests.journeys.walker import Walker

pytestmark = [pytest.mark.journey, pytest.mark.promise("P8.1")]

Visit = Callable[..., AbstractContextManager[Walker]]


def test_a_card_is_shared_seen_and_taken_back(visit: Visit, new_email: Callable[[], str]) -> None:
    with visit(java_script_enabled=False) as owner, visit() as viewer:
        owner.signs_up(new_email())
        address = new_email()
        card = share_card(owner, address)
        viewer.email = address
        assert owner.email in viewer.letter("shares a card with you")
        viewer.signs_up(address)
        seen = opens_card(viewer, owner.email)
        viewer.sees(owner.email)
        owner.goes(card)
        owner.sees("They opened your card 1 time.")
        end_card(owner, card)
        viewer.page.reload()
        viewer.is_at("We cannot find this page")
        assert viewer.goes(seen) == 404
        viewer.goes("/account/sharing/received/")
        viewer.sees("Nobody shares a card with you.")
