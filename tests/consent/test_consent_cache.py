"""Who may keep a page that asks, or no longer asks: no cache hands one reader what is another's, and 304 stays true."""

import gzip
from typing import Any

import pytest
from cookie_consent.models import Cookie
from django.conf import settings as project
from django.test import Client

from consent.models import Party, Purpose, Tracker
from tests.consent.choosing import chosen, publish
from tests.factories import make_user
from tests.rights_requests.browsing import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P11.1")]
PAGE = "/privacy/"
BANNER, SCRIPT = b"data-consent", b"js/consent.js"


@pytest.fixture(autouse=True)
def _asked(settings: Any) -> None:
    settings.EMBED_HOSTS = ["films.example"]
    publish()


def fetched_again(browser: Client, page: Any, **headers: str) -> Any:
    """The same address once more, as a browser or a cache asks that has the page already."""
    return browser.get(PAGE, headers={"if-none-match": page["ETag"], **headers})


def varies_by(answer: Any) -> set[str]:
    return {name.strip() for name in answer["Vary"].split(",")}


def test_a_page_that_asks_is_everybodys_who_sends_no_cookie_and_no_signal(client: Client) -> None:
    page = client.get(PAGE)
    assert page["Cache-Control"] == "public, max-age=0, must-revalidate"
    same = fetched_again(client, page)
    assert same.status_code == 304
    for answer in (page, same, client.get(PAGE, headers={"accept-encoding": "gzip"})):
        assert varies_by(answer) >= {"Cookie", "Sec-GPC"}


@pytest.mark.parametrize("act", ["refuse_all", "accept_all"])
def test_once_decided_the_page_is_that_browsers_alone_and_another_one(client: Client, act: str) -> None:
    asking = client.get(PAGE)
    chosen(client, act)
    decided = fetched_again(client, asking)
    assert decided.status_code == 200
    assert decided["Cache-Control"] == "private, max-age=0, must-revalidate"
    assert varies_by(decided) >= {"Cookie", "Sec-GPC"}
    assert BANNER in asking.content
    assert BANNER not in decided.content
    assert fetched_again(client, decided).status_code == 304
    # Whoever has not decided never gets it for theirs.
    assert BANNER in fetched_again(Client(), decided).content


def test_a_browser_with_the_signal_is_told_other_things_by_another_page(client: Client) -> None:
    asking = client.get(PAGE)
    with_signal = fetched_again(client, asking, **{"sec-gpc": "1"})
    assert with_signal.status_code == 200
    assert BANNER not in with_signal.content


def test_a_forged_choice_keeps_nothing_private_that_is_everybodys(client: Client) -> None:
    client.cookies["consent"] = "social=9999"
    assert "public" in client.get(PAGE)["Cache-Control"]


def test_an_account_has_nothing_kept(client: Client) -> None:
    browser = browser_of(make_user())
    chosen(browser, "refuse_all")
    assert browser.get(PAGE)["Cache-Control"] == "no-store, private"


def test_what_takes_a_cookie_from_one_browser_is_kept_for_no_other(client: Client) -> None:
    ads = Purpose.objects.get(group__varname="ads")
    cookie = Cookie.objects.create(name="_ad", cookiegroup=ads.group)
    Tracker.objects.create(cookie=cookie, party=Party.objects.create(name="Partner"))
    publish()
    client.cookies["_ad"] = "1"
    for path in (PAGE, "/static/js/site.js"):
        answer = client.get(path)
        assert answer.cookies["_ad"]["max-age"] == 0
        assert "public" not in answer["Cache-Control"]
        assert "private" in answer["Cache-Control"]


def test_once_decided_a_page_asks_for_no_script_and_the_database_for_nothing(
    client: Client, django_assert_num_queries: Any
) -> None:
    assert client.get("/about/").content.count(SCRIPT) == 1
    chosen(client, "refuse_all")
    with django_assert_num_queries(0):
        assert SCRIPT not in client.get("/about/").content


def test_the_script_is_small() -> None:
    script = (project.BASE_DIR / "static" / "js" / "consent.js").read_bytes()
    assert len(gzip.compress(script)) <= 2560
