"""A visitor who reads Arabic and has no mouse: from the first page to their rights, and a message sent."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.utils.translation import gettext as _
from django.utils.translation import override

from tests.journeys.looking import STICKS_OUT
from tests.journeys.test_keyboard import tab_to
from tests.journeys.walker import Walker

pytestmark = [pytest.mark.journey, pytest.mark.promise("P0.2")]

Visit = Callable[..., AbstractContextManager[Walker]]
QUESTION = "هل يقرأ البرنامج الملصقات العربية؟"


@pytest.mark.parametrize("width", [1280, 320])
def test_somebody_finds_their_rights_and_writes_to_us_in_arabic_with_the_keyboard_alone(
    visitor: Walker, width: int
) -> None:
    page = visitor.page
    page.set_viewport_size({"width": width, "height": 800})
    with override("ar"):
        visitor.goes("/ar/privacy/")
        visitor.is_at(_("Your data and your rights"))
        assert page.locator("html").get_attribute("dir") == "rtl"
        assert page.evaluate(STICKS_OUT) == []
        tab_to(page, _("Skip to the content"))
        page.keyboard.press("Enter")
        visitor.goes("/ar/contact/")
        visitor.is_at(_("Write to us"))
        tab_to(page, _("My data and my rights"))
        page.keyboard.press("ArrowDown")
        assert page.get_by_label(_("Your software")).is_checked()
        tab_to(page, _("Your message"))
        page.keyboard.type(QUESTION)
        tab_to(page, _("Send your message"))
        page.keyboard.press("Enter")
        # What is missing is told, in the same language, and what was typed is still there.
        visitor.sees(_("Enter your e-mail address: without it we cannot answer."))
        assert page.locator("[name=text]").input_value() == QUESTION
        tab_to(page, _("Enter your e-mail address: without it we cannot answer."))
        page.keyboard.press("Enter")
        page.keyboard.type(f"qari{width}@example.org")
        tab_to(page, _("Send your message"))
        page.keyboard.press("Enter")
        visitor.is_at(_("We have your message"))
        assert page.evaluate(STICKS_OUT) == []
        visitor.email = f"qari{width}@example.org"
        assert _("Write to us") not in visitor.letter(_("We have your message"))
