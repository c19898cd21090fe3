"""The page of the figures: for whoever may see them, in three languages, in words where there is nothing."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext, override

from tests.factories import make_staff
from tests.visitors.audience import count, view, yesterday
from visitors.audience.closing import close_days

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P11.2")]
PAGE = "/admin/visitors/audiencedaily/"


@pytest.fixture
def staff(client: Client) -> Client:
    """Somebody with the page's own permission and no other."""
    client.force_login(make_staff(perms=["visitors.view_audiencedaily"]))
    return client


def shown(browser: Client, path: str = PAGE, **asked: str) -> str:
    """The page, checked for what breaks its policy."""
    answer = browser.get(path, asked)
    assert answer.status_code == 200
    text: str = answer.content.decode()
    assert " style=" not in text
    return text


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text.partition("<main")[2]).split())


def test_only_whoever_may_see_the_figures_finds_the_page_and_its_way(staff: Client, client: Client) -> None:
    assert PAGE in staff.get("/admin/").content.decode()
    other = Client()
    other.force_login(make_staff(perms=["visitors.view_contactmessage"]))
    assert other.get(PAGE).status_code == 403
    assert PAGE not in other.get("/admin/").content.decode()
    assert staff.get(f"{PAGE}1/change/").status_code == 404
    assert staff.post(PAGE, {}).status_code == 405


def test_nothing_is_said_in_words(staff: Client) -> None:
    count(*[view()] * 4)
    said = words(shown(staff))
    assert "Nothing was counted in these days" in said
    assert "There are none to tell of." in said
    assert "<svg viewBox" not in shown(staff)


def test_the_pictures_and_the_tables_tell_the_same(staff: Client) -> None:
    day = yesterday()
    count(
        *[view("visitors:planning", on=day, referrer="search.example")] * 8,
        *[view("visitors:about", on=day, device="computer", referrer="own", came_from="visitors:planning")] * 6,
        *[view("visitors:about", device="computer", referrer="own", came_from="visitors:planning", language="fr")] * 5,
    )
    close_days()
    text = shown(staff)
    said = words(text)
    for line in ("Solutions 8 8", "The company 11 0", "Planning 8 8", "Telephones 8 8", "Computers 11 0"):
        assert line in said
    for line in ("English 14 8", "Français 5 0", "search.example 8", "Planning About 11", "Views 19 Entries 8"):
        assert line in said
    bars = re.findall(r'class="bar-(whole|part)" x="\d+" y="(\d+)" width="\d" height="(\d+)"', text)
    assert len(bars) == 2 * 28
    assert bars[-4:] == [("whole", "0", "100"), ("part", "43", "57"), ("whole", "64", "36"), ("part", "100", "0")]


def test_a_period_is_chosen_by_address_and_long_ones_are_told_by_month(staff: Client) -> None:
    day = timezone.localdate() - timedelta(days=100)
    count(*[view(on=day)] * 7)
    close_days()
    assert "Nothing was counted" in words(shown(staff))
    assert "Views 7" in words(shown(staff, since=day.isoformat(), until=day.isoformat()))
    since = day - timedelta(days=365)
    text = shown(staff, since=since.isoformat(), until=timezone.localdate().isoformat())
    assert "By month" in words(text)
    assert text.count('class="bar-whole" x=') in {16, 17}


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ({"since": "2026-02-30"}, "Choose a day."),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "Choose a day that is not before the first one."),
        ({"since": "2020-01-01", "until": "2026-01-01"}, "figures are kept for 25 months"),
    ],
)
def test_a_period_that_cannot_be_shown_is_answered_in_words(staff: Client, asked: dict[str, Any], answer: str) -> None:
    said = words(shown(staff, **asked))
    assert "This period cannot be shown" in said
    assert answer in said


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_page_speaks_the_languages_of_the_site(staff: Client, language: str) -> None:
    count(*[view()] * 5)
    text = shown(staff, f"/{language}{PAGE}")
    assert 'dir="rtl"' in text if language == "ar" else 'dir="ltr"' in text
    with override(language):
        for word in ("By topic", "The company", "Telephones", "What is counted"):
            assert gettext(word) != word
            assert gettext(word) in text
