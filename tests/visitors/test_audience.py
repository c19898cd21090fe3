"""Pages are counted exactly and without anybody in the counts; nobody else is counted; nothing that breaks is seen."""

import os
import random
import signal
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import IntegrityError, connection
from django.test import Client, override_settings
from django.utils import timezone

from tests.attacks.site_map import routes
from tests.factories import make_message, make_staff
from tests.occicor.test_cache import NOBODY, caches_at
from tests.privacy.policy.publishing import published
from tests.visitors.audience import (
    COMPUTER,
    PHONE,
    TABLES,
    count,
    counted,
    opens,
    reader,
    table,
    view,
    views,
    yesterday,
)
from visitors.audience import booking, middleware
from visitors.audience.booking import MOST_SITES, book, delete_old
from visitors.audience.cells import is_small, without_small
from visitors.audience.closing import close_days
from visitors.audience.figures import Period, figures
from visitors.audience.models import AudienceBatch, AudienceDaily, AudienceTransition
from visitors.audience.seen import device_of, is_bot
from visitors.audience.tally import PREFIX, Tally
from visitors.audience.topics import topic_of
from visitors.site_pages import pages_here

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P11.2")]

# What no column may hold: whoever looked, with what, from where, and what stood in the address beside the page.
ADDRESS, SECRET, AGENT_MARK = "203.0.113.77", "canary7token", "Canary/7.0"


def in_valkey() -> str:
    """Everything that waits there to be counted, keys and fields."""
    server = redis.Redis.from_url(settings.CACHES["default"]["LOCATION"])
    found = {key: server.hgetall(key) for key in server.scan_iter(match=f"{PREFIX}*")}
    return repr(found)


def daily(route: str, views: int, entries: int, **words: str) -> dict[str, Any]:
    """A row of the day as it has to be, with every column."""
    said = {"language": "en", "device_class": "computer", "referrer": "own", **words}
    today = timezone.localdate()
    return {"id": 0, "day": today, "closed": False, "route_name": route, **said, "views": views, "entries": entries}


def way(came_from: str, to: str, count: int) -> dict[str, Any]:
    known = {"id": 0, "day": timezone.localdate(), "closed": False}
    return {**known, "from_route": came_from, "to_route": to, "count": count}


def walk(sent: str) -> tuple[Client, Client]:
    """Ten views by two people, with everything in the requests that may not be kept; `sent` names a message."""
    person = reader(f"{COMPUTER} {AGENT_MARK}", **{"x-forwarded-for": ADDRESS, "accept-language": "fr"})
    person.defaults["REMOTE_ADDR"] = ADDRESS
    phone = reader(PHONE)
    opens(person, f"/?ref={SECRET}", after=f"https://www.search.example/find?q={SECRET}")
    opens(person, "/about/", after=f"/?ref={SECRET}")
    opens(person, "/privacy/held/", after="/about/")
    opens(person, "/about/", after="/")
    opens(phone, "/fr/about/")
    opens(phone, f"/fr/privacy/held/?q={SECRET}", after="/fr/about/")
    opens(phone, f"/fr/contact/?email=ada@example.org&token={SECRET}", after=sent)
    opens(person, "/", after="http://192.168.7.7/")
    opens(person, "/", after="http://[broken")
    opens(person, "/about/", after="/about/?again")
    return person, phone


def test_ten_views_and_three_ways_are_counted_exactly_and_nothing_of_who_looked() -> None:
    """Check 23: whatever a request carries, the tables hold names of pages, classes and numbers."""
    message = make_message("ada@example.org")
    person, phone = walk(f"/fr/contact/{message.pk}/")
    waiting = in_valkey()
    found_views, found_ways = counted()

    assert found_views == sorted(
        [
            daily("visitors:home", 1, 1, referrer="www.search.example"),
            daily("visitors:home", 1, 1, referrer="other"),
            daily("visitors:home", 1, 1, referrer="none"),
            daily("visitors:about", 3, 0),
            daily("visitors:held", 1, 0),
            daily("visitors:about", 1, 1, language="fr", device_class="phone", referrer="none"),
            daily("visitors:held", 1, 0, language="fr", device_class="phone"),
            daily("visitors:contact", 1, 0, language="fr", device_class="phone"),
        ],
        key=str,
    )
    assert found_ways == sorted(
        [
            way("visitors:home", "visitors:about", 2),
            way("visitors:about", "visitors:held", 2),
            way("visitors:contact_sent", "visitors:contact", 1),
        ],
        key=str,
    )
    kept = waiting + repr([table(name) for name in TABLES])
    assert "visitors:held" in kept
    for trace in (ADDRESS, SECRET, "Canary", "Mozilla", "ada@", str(message.pk), message.pk.hex, "?", "192.168", "/"):
        assert trace not in kept, trace
    assert not person.cookies
    assert set(phone.cookies) == {settings.CSRF_COOKIE_NAME}, "the form's own"


def test_who_comes_back_to_a_page_that_did_not_change_is_counted_too() -> None:
    browser = reader()
    first = opens(browser, "/about/")
    assert opens(browser, "/about/", **{"if-none-match": first["ETag"]}).status_code == 304
    assert views() == 2


AHEAD = {"sec-purpose": "prefetch;prerender"}
INSIDE = {"sec-fetch-dest": "iframe"}
BY_SCRIPT = {"sec-fetch-mode": "cors"}


def test_what_no_person_opened_is_not_counted(client: Client) -> None:
    browser, staff = reader(), reader()
    staff.force_login(make_staff(superuser=True))
    for headers in (AHEAD, INSIDE, BY_SCRIPT, {"purpose": "prefetch"}, {"user-agent": "curl/8.5"}, {"user-agent": ""}):
        assert browser.get("/about/", headers=headers).status_code == 200
    browser.head("/about/")
    browser.post("/contact/", {})
    for path in ("/no/such/page/", "/robots.txt", "/healthz", "/outbox/", "/admin/", "/requests/"):
        browser.get(path)
    for path in ("/", "/admin/", "/style/"):
        assert staff.get(path).status_code == 200
    assert client.get("/about/").status_code == 200
    assert views() == 0
    opens(browser, "/about/")
    assert views() == 1


def test_a_crawler_leaves_no_view_behind() -> None:
    """Check 24."""
    published()
    robot = reader("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")
    for page in pages_here():
        assert robot.get(page.url).status_code == 200
    assert PREFIX not in in_valkey()
    assert views() == 0


@pytest.mark.parametrize(
    ("agent", "robot"),
    [
        ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", True),
        ("python-requests/2.32", True),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/126.0.0.0 Safari/537.36", True),
        ("facebookexternalhit/1.1", True),
        ("", True),
        (COMPUTER, False),
        ("Mozilla/5.0 (Linux; Android 9; CUBOT_X19) AppleWebKit/537.36 Chrome/91.0 Mobile Safari/537.36", False),
    ],
)
def test_programs_are_known_by_what_they_say(agent: str, robot: bool) -> None:
    assert is_bot(agent) is robot


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (PHONE, "phone"),
        (COMPUTER, "computer"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148", "phone"),
        ("Mozilla/5.0 (iPad; CPU OS 12_2 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1", "tablet"),
        ("Mozilla/5.0 (Linux; Android 13; SM-X700) AppleWebKit/537.36 Chrome/126.0 Safari/537.36", "tablet"),
    ],
)
def test_devices_are_three_kinds(agent: str, device: str) -> None:
    assert device_of(agent) == device


# Files, steps without a page of their own, pages of staff, and what nobody opens by a link.
NOT_COUNTED = {
    *("visitors:robots", "visitors:sitemap", "visitors:humans", "visitors:favicon", "visitors:security_txt"),
    *("visitors:change_password", "visitors:gpc", "visitors:policy_feed", "visitors:policy_seen", "visitors:style"),
    *("visitors:contact_draft", "healthz", "readyz", "metrics", "outbox:list", "outbox:letter"),
}


def test_every_page_has_a_topic_or_is_known_not_to_be_counted() -> None:
    pages = [route for route in routes() if not route.pattern.startswith("api/v1/")]
    names = {route.name for route in pages if not route.name.startswith("admin:")} - {""}
    assert {name for name in names if topic_of(name) is None} == NOT_COUNTED
    assert "visitors:about" in names


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[str]:
    """A server that takes a connection and never says a word."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "silent"))
        server.listen()
        yield f"unix://{tmp_path / 'silent'}"


@pytest.mark.parametrize("where", ["nowhere", "silent"])
def test_while_valkey_is_away_pages_are_as_ever_and_the_loss_is_counted(
    where: str, silent: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    browser, tally = reader(), Tally()
    monkeypatch.setattr(middleware, "tally", tally)
    opens(reader("bot"), "/about/")
    began = time.monotonic()
    with override_settings(CACHES=caches_at(silent if where == "silent" else NOBODY)), caplog.at_level("WARNING"):
        assert [opens(browser, "/about/").status_code for _again in range(3)] == [200, 200, 200]
    # Only the first view tried to reach it, and not for long.
    assert [record.name for record in caplog.records] == ["visitors.audience.tally"]
    assert time.monotonic() - began < 1
    assert (tally.counted, tally.lost) == (0, 3)


def test_whatever_fails_after_the_answer_reaches_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_self: Tally, _view: object) -> bool:
        raise RuntimeError

    monkeypatch.setattr(Tally, "count", broken)
    assert opens(reader(), "/about/").status_code == 200


def _dies(*_arguments: object, **_named: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


# After the counts were set aside; inside the transaction, views written and ways not; committed, and not yet deleted.
STEPS = {
    "set aside": (booking, "booked"),
    "half written": (booking, "_add_ways"),
    "committed": (Tally, "drop"),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", STEPS)
def test_who_is_killed_while_counting_neither_loses_a_view_nor_counts_it_twice(step: str) -> None:
    """`kill -9` of the process that brings the counts into the tables, between each two of its steps."""
    tally = Tally()
    for number in range(7):
        tally.count(view(came_from="visitors:about", referrer="own", language="fr" if number % 2 else "en"))
    connection.close()
    child = os.fork()
    if not child:
        setattr(*STEPS[step], _dies)
        try:
            book(Tally())
        finally:
            os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert AudienceBatch.objects.exists() is (step == "committed")

    tally.count(view())
    for _again in range(2):
        found_views, found_ways = counted()
        assert sum(row["views"] for row in found_views) == 8
        assert sum(row["count"] for row in found_ways) == 7
    assert PREFIX not in in_valkey()


def test_a_program_that_invents_sites_fills_neither_valkey_nor_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visitors.audience.tally.MOST_FIELDS", 300)
    count(*(view(referrer=f"site{number}.example") for number in range(400)))
    assert AudienceDaily.objects.count() <= MOST_SITES + 1
    assert AudienceDaily.objects.get(referrer="other").views >= 400 - MOST_SITES
    count(view(referrer="late.example"))
    assert not AudienceDaily.objects.filter(referrer="late.example").exists()
    assert views() == 401


def test_no_group_is_small_once_put_together_and_next_to_nothing_is_lost() -> None:
    """Whatever the counts are: of each at most four are left out."""
    seed = random.SystemRandom().randrange(10**6)
    draw = random.Random(seed)
    for _example in range(200):
        cells = {}
        for _row in range(draw.randrange(30)):
            seen = draw.choice((1, 2, 4, 5, 9))
            cells[tuple(draw.choice("abc") for _word in range(4))] = (seen, draw.choice((0, seen)))
        merged = without_small(cells)
        assert not any(map(is_small, merged.values())), seed
        for number in (0, 1):
            lost = sum(one[number] for one in cells.values()) - sum(one[number] for one in merged.values())
            assert 0 <= lost < 5, seed


def test_where_people_came_from_is_given_up_before_the_page() -> None:
    cells = {("home", "en", "phone", site): (3, 3) for site in ("a.example", "b.example")}
    cells |= {("home", "en", "phone", "big.example"): (7, 7), ("about", "ar", "tablet", "none"): (2, 2)}
    assert without_small(cells) == {
        ("home", "en", "phone", "big.example"): (7, 7),
        ("home", "en", "phone", "other"): (6, 6),
    }


def test_a_day_that_is_over_holds_nothing_small_and_today_is_told_as_if_it_were() -> None:
    old, today = yesterday(), timezone.localdate()
    for day in (old, today):
        count(
            *[view(on=day)] * 5,
            *[view(on=day, referrer="own", came_from="visitors:about")] * 5,
            *[view("visitors:about", on=day, referrer="own", came_from="visitors:home", device="tablet")] * 4,
        )
    assert close_days() == 1

    rows = AudienceDaily.objects.filter(day=old)
    assert {(row.route_name, row.views, row.closed) for row in rows} == {("visitors:home", 5, True)}
    assert [row.count for row in AudienceTransition.objects.filter(day=old)] == [5]
    assert AudienceDaily.objects.filter(day=today, views=4).exists()
    for day in (old, today):
        found = figures(Period(day, day))
        assert (found.days, found.routes) == ({day: (10, 5)}, {"visitors:home": (10, 5)})
        assert found.ways == {("visitors:about", "visitors:home"): (5,)}


def test_what_comes_late_for_a_closed_day_is_put_with_the_rest() -> None:
    count(*[view(on=yesterday())] * 6)
    close_days()
    assert close_days() == 0
    count(*[view(on=yesterday())] * 2)
    close_days()
    assert [(row.views, row.closed) for row in AudienceDaily.objects.all()] == [(8, True)]


def test_the_database_refuses_something_small_on_a_day_that_is_over() -> None:
    words = {"route_name": "a", "language": "en", "device_class": "phone", "referrer": "none"}
    with pytest.raises(IntegrityError, match="audience_none_small"):
        AudienceDaily.objects.create(day=yesterday(), closed=True, views=9, entries=4, **words)


def test_figures_go_after_25_months() -> None:
    old = timezone.localdate() - timedelta(days=settings.AUDIENCE_DAYS + 1)
    count(*[view(on=old)] * 5, view())
    delete_old()
    assert [row.day for row in AudienceDaily.objects.all()] == [timezone.localdate()]
