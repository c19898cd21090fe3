"""What an answer to the question about cookies does in a real browser: what it keeps, asks for and sends."""

import gzip
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from occicor.embedded.layout import PROJECT
from tests.journeys.test_keyboard import tab_to
from tests.journeys.walker import Walker
from tests.stack import RunningStack

pytestmark = [pytest.mark.journey, pytest.mark.promise("P11.1")]

Visit = Callable[..., AbstractContextManager[Walker]]
DAY = 24 * 60 * 60
KILOBYTE = 1024
PUBLIC = ("/", "/about/", "/privacy/")
# The browser of the tests says that nobody sits before it, and is then not counted.
PERSON = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
# What a page can leave in a browser beside cookies.
STORED = """async () => [
    ...Object.keys(localStorage), ...Object.keys(sessionStorage),
    ...(await indexedDB.databases()).map(one => one.name), ...(await caches.keys()),
]"""
with_and_without = pytest.mark.parametrize("scripts", [True, False], ids=["script", "no script"])


@dataclass(frozen=True)
class Row:
    """One choice, as the proof holds it."""

    method: str
    states: dict[str, str]
    digest: str
    gpc: bool
    surface: str
    shown: str


@pytest.fixture
def rows(running_stack: RunningStack) -> Iterator[Callable[[], list[Row]]]:
    """The choices that were put on record since the test began, oldest first."""
    columns = "e.method, e.states, e.digest, e.gpc, e.surface, n.sha256"
    told = f"SELECT {columns} FROM consent_consentevent e JOIN consent_noticeversion n ON n.id = e.notice_id"
    database = running_stack.database()
    database.autocommit = True
    with database.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM consent_consentevent")
        (before,) = cursor.fetchone() or (0,)

        def since() -> list[Row]:
            cursor.execute(f"{told} WHERE e.id > %s ORDER BY e.id", [before])
            return [Row(*row) for row in cursor.fetchall()]

        yield since
    database.close()


def question(page: Page) -> Locator:
    return page.locator("[data-consent]")


def answers(page: Page, name: str) -> None:
    """Press a button of the question and see it go."""
    question(page).get_by_role("button", name=name, exact=True).click()
    expect(question(page)).to_have_count(0)


def kept(page: Page) -> dict[str, Any]:
    """The cookies of the browser, by name."""
    return {str(cookie["name"]): cookie for cookie in page.context.cookies()}


def said(page: Page) -> dict[str, str]:
    """The answer for each purpose, as the cookie keeps it: an instant, or -1 for a no."""
    words = dict(word.split("=", 1) for word in kept(page)["consent"]["value"].strip('"').split("|"))
    return {name: value for name, value in words.items() if not name.startswith("_")}


@with_and_without
def test_whoever_does_not_answer_reads_on_and_nothing_is_kept(
    visit: Visit, rows: Callable[[], list[Row]], scripts: bool
) -> None:
    with visit(java_script_enabled=scripts) as walker:
        page = walker.page
        for path in PUBLIC:
            walker.goes(path)
            page.mouse.wheel(0, 3000)
            expect(question(page)).to_have_count(1)
            assert not page.context.cookies()
            assert not scripts or page.evaluate(STORED) == []
        page.get_by_role("link", name="Contact", exact=True).first.click()
        walker.is_at("Write to us")
        expect(question(page)).to_be_visible()
    assert rows() == []


@with_and_without
def test_a_refusal_leaves_one_cookie_that_tells_nobody_apart_and_one_row(
    visit: Visit, rows: Callable[[], list[Row]], scripts: bool
) -> None:
    with visit(java_script_enabled=scripts) as walker:
        page = walker.page
        walker.goes("/about/?from=letter")
        shown = question(page).get_attribute("data-consent")
        answers(page, "Refuse all")
        assert page.url.endswith("/about/?from=letter")
        (cookie,) = page.context.cookies()
        assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == ("consent", True, "Lax", "/")
        assert abs(cookie["expires"] - time.time() - 182 * DAY) < DAY
        assert said(page) == {"stats": "-1", "social": "-1"}
        for path in PUBLIC:
            walker.goes(path)
            expect(question(page)).to_have_count(0)
        assert page.context.cookies() == [cookie]
        assert not scripts or page.evaluate(STORED) == []
    assert rows() == [
        Row("refuse_all", {"stats": "refused", "social": "refused"}, "", False, "visitors:about", str(shown))
    ]


@with_and_without
def test_each_purpose_is_answered_by_itself_in_one_go(
    visit: Visit, rows: Callable[[], list[Row]], scripts: bool
) -> None:
    with visit(java_script_enabled=scripts) as walker:
        walker.goes("/about/")
        question(walker.page).get_by_role("button", name="Choose", exact=True).click()
        walker.is_at("Your cookie choices")
        assert not walker.page.context.cookies()
        purposes = {name: walker.page.get_by_role("group", name=name) for name in ("Statistics", "Films and posts")}
        for purpose in purposes.values():
            expect(purpose.get_by_label("No", exact=True)).to_be_checked()
        purposes["Statistics"].get_by_label("Yes", exact=True).check()
        walker.presses("Save my choices")
        walker.sees("This is the choice of this browser.")
        found = said(walker.page)
        assert (set(found), found["social"], found["stats"][:2]) == ({"stats", "social"}, "-1", "20")
        expect(purposes["Statistics"].get_by_label("Yes", exact=True)).to_be_checked()
        expect(purposes["Films and posts"].get_by_label("No", exact=True)).to_be_checked()
    (row,) = rows()
    assert (row.method, row.states) == ("save", {"stats": "given", "social": "refused"})


@with_and_without
def test_one_press_on_any_page_takes_back_what_one_press_gave(
    visit: Visit, rows: Callable[[], list[Row]], scripts: bool
) -> None:
    with visit(java_script_enabled=scripts, user_agent=PERSON) as walker:
        page = walker.page
        walker.goes("/about/")
        answers(page, "Accept all")
        walker.goes("/platform/")
        assert set(kept(page)) == {"consent", "consent_ref", "occ_visit"}
        assert all(cookie["httpOnly"] for cookie in page.context.cookies())
        page.get_by_role("button", name="Withdraw what you accepted about cookies").click()
        expect(page.get_by_role("button", name="Withdraw what you accepted about cookies")).to_have_count(0)
        assert page.url.endswith("/platform/")
        walker.goes("/about/")
        assert set(kept(page)) == {"consent"}
        assert said(page) == {"stats": "-1", "social": "-1"}
    given, withdrawn = rows()
    assert (given.method, withdrawn.method) == ("accept_all", "withdraw")
    assert set(withdrawn.states.values()) == {"refused"}
    assert given.digest == withdrawn.digest != ""


def test_the_signal_of_a_browser_is_a_no_to_others_without_a_question_or_a_row(
    visit: Visit, rows: Callable[[], list[Row]]
) -> None:
    with visit() as walker:
        page = walker.page
        for signal in ("1", "0", "true", "11"):
            page.set_extra_http_headers({"Sec-GPC": signal})
            walker.goes("/about/")
            expect(question(page)).to_contain_text("Statistics.")
            films = question(page).get_by_text("Films and posts of other sites.")
            expect(films).to_have_count(0 if signal == "1" else 1)
            assert not page.context.cookies()
        assert rows() == []
        page.set_extra_http_headers({"Sec-GPC": "1"})
        walker.goes("/consent/settings/")
        walker.sees("Your browser sends Global Privacy Control.")
        page.get_by_role("group", name="Films and posts").get_by_label("Yes", exact=True).check()
        walker.presses("Save my choices")
        expect(page.get_by_role("group", name="Films and posts").get_by_label("Yes", exact=True)).to_be_checked()
        told = page.request.get("/.well-known/gpc.json")
        assert (told.headers["content-type"], told.json()["gpc"]) == ("application/json", True)
    (row,) = rows()
    assert (row.gpc, row.states["social"]) == (True, "given")


def test_passing_a_page_on_asks_nobody_before_the_press_and_then_tells_them_only_its_address(
    open_page: Callable[..., AbstractContextManager[Any]],
) -> None:
    with open_page() as (page, watch):
        went: list[dict[str, str]] = []

        def answer(route: Any) -> None:
            went.append(route.request.all_headers())
            route.fulfill(body="<title>LinkedIn</title>", content_type="text/html")

        page.context.route("https://www.linkedin.com/**", answer)
        page.goto("/privacy/figures/", wait_until="networkidle")
        assert watch.elsewhere == []
        page.get_by_role("link", name="LinkedIn").click()
        page.wait_for_url("https://www.linkedin.com/**")
        assert len(went) == len(watch.elsewhere) == 1
        assert "referer" not in went[0]
        assert "cookie" not in went[0]
        watch.elsewhere.clear()


def test_the_question_and_every_choice_need_nothing_but_a_keyboard(visitor: Walker) -> None:
    page = visitor.page
    page.set_viewport_size({"width": 320, "height": 640})
    visitor.goes("/about/")
    passed = tab_to(page, "Accept all")
    assert "Accept all" not in passed
    for name in ("Refuse all", "Choose"):
        assert tab_to(page, name) == []
    page.keyboard.press("Escape")
    expect(question(page)).to_be_visible()
    assert not page.context.cookies()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(visitor.main).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("Saved.")
    visitor.goes("/consent/settings/")
    tab_to(page, "No")
    page.keyboard.press("ArrowUp")
    tab_to(page, "Save my choices")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Statistics").get_by_label("Yes", exact=True)).to_be_checked()


def test_every_page_of_a_choice_keeps_to_the_policy_of_its_content(visitor: Walker) -> None:
    """None of them runs or loads what the strictest policy would keep away; what it kept away would fail the test."""
    page = visitor.page

    def opens(path: str) -> None:
        answer = page.goto(path)
        assert answer is not None
        policy = answer.headers["content-security-policy"]
        assert all(part in policy for part in ("default-src 'none'", "require-trusted-types-for 'script'"))

    for path in ("/about/", "/consent/settings/", "/consent/history/", "/consent/notices/", "/consent/notices/1/"):
        opens(path)
    opens("/about/")
    answers(page, "Accept all")
    for path in ("/about/", "/consent/settings/", "/consent/history/"):
        opens(path)
    opens(str(visitor.main.get_by_role("link", name="Receipt").first.get_attribute("href")))
    visitor.is_at("Receipt of a choice")
    page.get_by_role("button", name="Withdraw what you accepted about cookies").click()
    expect(page.get_by_role("button", name="Withdraw what you accepted about cookies")).to_have_count(0)


def test_the_question_is_light_and_leaves_no_trace_in_a_page_once_it_is_answered(visitor: Walker) -> None:
    page = visitor.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    def loads(path: str) -> set[str]:
        asked.clear()
        page.goto(path, wait_until="networkidle")
        return set(asked)

    for first in ("/about/", "/fr/about/", "/ar/about/"):
        undecided = loads(first)
        assert packed(str(question(page).evaluate("part => part.outerHTML"))) <= 2 * KILOBYTE
    loads("/about/")
    answers(page, "Refuse all")
    decided = loads("/ar/about/")
    assert {url.rsplit("/", 1)[-1].partition(".")[0] for url in undecided - decided} == {"consent"}
    assert decided < undecided
    assert packed((PROJECT / "static/js/consent.js").read_text()) <= 2.5 * KILOBYTE
    assert packed((PROJECT / "static/css/consent.css").read_text()) <= 1.5 * KILOBYTE


def packed(text: str) -> int:
    """How many bytes `gzip -9` leaves."""
    return len(gzip.compress(text.encode(), 9))
