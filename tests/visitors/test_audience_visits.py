"""Single visits: only of who agreed, under a number that ends when it was said to, and gone when it is taken back."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from consent import notices
from privacy import restriction
from privacy.actors import SYSTEM
from privacy.data_map.subject import Subject, subject_of_user
from privacy.vocabulary import Purpose, StopGround
from tests.consent.choosing import chosen, publish
from tests.factories import make_user
from tests.privacy.retention.sweeping import swept
from tests.visitors.audience import TABLES, count, opens, reader, table, view, views, yesterday
from visitors.audience import visits
from visitors.audience.closing import close_days
from visitors.audience.figures import Period, figures
from visitors.audience.models import AudienceStep, AudienceVisit
from visitors.audience.visits import COOKIE, Visitor, add, forget_visit, visitor_in

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P11.2")]


@pytest.fixture(autouse=True)
def _asked(_no_notice: None) -> None:
    """People are asked about statistics."""
    notices.forget()
    publish(counts=True)


def agrees(act: str = "accept_all") -> Client:
    """A browser whose owner said so."""
    browser = reader()
    assert chosen(browser, act).status_code == 303
    return browser


def steps() -> list[tuple[int, str]]:
    """The pages that are written down, in order."""
    return list(AudienceStep.objects.order_by("visit", "place").values_list("place", "route_name"))


def walked(*routes: str, days_ago: int = 1) -> Visitor:
    """Somebody's visit of yesterday, by a number that is so many days old."""
    visitor = Visitor(uuid4(), yesterday() - timedelta(days=days_ago - 1))
    for route in routes:
        add(visitor, view(f"visitors:{route}", on=yesterday()))
    return visitor


def test_who_agreed_is_known_again_by_a_number_and_nothing_else() -> None:
    browser = agrees()
    first = opens(browser, "/about/?q=canary")
    cookie = first.cookies[COOKIE]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (390 * 86400, True, "Lax")
    assert "no-store" in first["Cache-Control"]
    assert COOKIE not in opens(browser, "/privacy/", after="/about/").cookies, "its end is never moved"

    known = visitor_in({COOKIE: cookie.value})
    assert known is not None
    assert steps() == [(1, "visitors:about"), (2, "visitors:privacy")]
    visit = AudienceVisit.objects.get()
    assert (visit.number, visit.day, visit.pages, visit.came_back) == (known.number, timezone.localdate(), 2, False)
    assert set(table(TABLES[3])[0]) == {"id", "number", "day", "came_back", "pages", "counted"}
    assert set(table(TABLES[4])[0]) == {"id", "visit_id", "place", "route_name"}
    assert views() == 2


def test_who_said_nothing_is_counted_without_a_cookie_and_who_refused_is_not_counted() -> None:
    silent, refuses = reader(), agrees("refuse_all")
    for browser in (silent, refuses):
        assert COOKIE not in opens(browser, "/about/").cookies
    assert views() == 1
    assert not AudienceVisit.objects.exists()


@pytest.mark.parametrize("signal", [{"dnt": "1"}, {"sec-gpc": "1"}])
def test_signals_about_other_companies_do_not_concern_our_own_counts(signal: dict[str, str]) -> None:
    opens(reader(**signal), "/about/")
    assert views() == 1


def test_what_is_taken_back_is_gone_at_once_and_so_is_the_cookie(django_capture_on_commit_callbacks: Any) -> None:
    browser, other = agrees(), agrees()
    for one in (browser, other):
        opens(one, "/about/")
    with django_capture_on_commit_callbacks(execute=True):
        chosen(browser, "withdraw")
    assert AudienceVisit.objects.count() == 1
    opens(browser, "/about/")
    assert not browser.cookies[COOKIE].value
    assert len(steps()) == 1


def test_pages_of_requests_and_accounts_are_never_written_down() -> None:
    browser = agrees()
    browser.force_login(make_user())
    chosen(browser, "accept_all")
    for path in ("/requests/", "/requests/new/", "/account/", "/about/"):
        assert opens(browser, path).status_code == 200
    assert steps() == [(1, "visitors:about")]


def cookie_of(days_ago: int) -> str:
    return Visitor(uuid4(), timezone.localdate() - timedelta(days=days_ago)).cookie()


@pytest.mark.parametrize(
    "value",
    ["", "x", "0" * 32, f"{'0' * 32}.20261399", f"{'g' * 32}.20260101", 391, -1],
    ids=["empty", "a letter", "no day", "no such day", "no number", "over", "not yet"],
)
def test_a_cookie_that_is_forged_or_whose_time_is_over_is_none(value: str | int) -> None:
    brought = value if isinstance(value, str) else cookie_of(value)
    assert visitor_in({COOKIE: brought}) is None
    assert visitor_in({COOKIE: cookie_of(390)}) is not None


def test_a_site_that_knows_no_visits_sets_no_cookie_and_takes_back_what_there_is(settings: Any) -> None:
    browser = agrees()
    opens(browser, "/about/")
    settings.AUDIENCE_VISITS = False
    assert opens(browser, "/about/").cookies[COOKIE]["max-age"] == 0
    assert (len(steps()), views()) == (0, 2)


def test_a_program_that_lies_about_its_consent_does_not_fill_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visits, "MOST_PAGES", 3)
    monkeypatch.setattr(visits, "MOST_VISITS", 2)
    first = walked(*["about"] * 5)
    walked("home")
    walked("home")
    add(first, view("visitors:about", on=yesterday()))
    assert [row.pages for row in AudienceVisit.objects.order_by("pk")] == [3, 1]
    assert AudienceStep.objects.count() == 4


def test_visits_are_told_of_at_least_five_once_their_day_is_over() -> None:
    for _visit in range(5):
        walked("home", "about", "held", days_ago=20)
    for _visit in range(3):
        walked("home", days_ago=1)
    for _visit in range(2):
        walked("platform", days_ago=1)
    assert close_days() == 1
    found = figures(Period(yesterday(), yesterday()))
    assert found.depths == {("returning", "3-5"): (5,), ("new", "1"): (5,)}
    assert found.paths == {("visitors:home > visitors:about > visitors:held",): (5,), ("other",): (5,)}
    assert (found.browsers, found.came_back) == (10, None)
    walked("home", days_ago=1)
    assert (close_days(), close_days()) == (1, 0)
    assert figures(Period(yesterday(), yesterday())).paths == {**found.paths, ("other",): (6,)}


def test_visits_that_are_in_the_figures_go_after_30_days_and_a_number_is_forgotten_with_all_its_days() -> None:
    old, kept = timezone.localdate() - timedelta(days=31), walked("home")
    for day in (old, yesterday()):
        add(kept, view(on=day))
    assert swept("visitors-audiencestep").deleted + swept("visitors-audiencevisit").deleted == 0
    assert AudienceVisit.objects.filter(day=old).exists(), "it is not in the figures yet"
    close_days()
    assert swept("visitors-audiencestep").deleted == swept("visitors-audiencevisit").deleted == 1
    assert [visit.day for visit in AudienceVisit.objects.all()] == [yesterday()]
    count(view())
    assert (forget_visit(kept.number), forget_visit(kept.number)) == (1, 0)
    assert not AudienceStep.objects.exists()


def test_what_an_account_takes_back_on_one_device_is_deleted_when_the_other_comes_again(
    django_capture_on_commit_callbacks: Any,
) -> None:
    person, here, there = make_user(), reader(), reader()
    for device in (here, there):
        device.force_login(person)
        chosen(device, "accept_all")
        opens(device, "/about/")
    with django_capture_on_commit_callbacks(execute=True):
        chosen(here, "withdraw")
    assert AudienceVisit.objects.count() == 1
    opens(there, "/about/")
    assert not AudienceVisit.objects.exists()
    assert not there.cookies[COOKIE].value


def stopped(subject: Subject) -> None:
    """They object to the use of their data for anything of the kind."""
    who = {"subject_digest": subject.digest, "digests": subject.digests()}
    restriction.impose(actor=SYSTEM, **who, ground=StopGround.OWN_SITUATION, purpose=Purpose.IMPROVE)


def test_who_stopped_the_use_of_their_data_is_not_counted_while_signed_in_and_their_visits_are_in_no_figure() -> None:
    person, browser = make_user(), reader()
    stopped(subject_of_user(person.pk))
    browser.force_login(person)
    opens(browser, "/about/")
    assert views() == 0
    for _visit in range(5):
        one = walked("home")
    stopped(Subject(visitor_refs=frozenset({str(one.number)})))
    close_days()
    assert figures(Period(yesterday(), yesterday())).paths == {}
    assert not AudienceVisit.objects.filter(counted=False).exists()
