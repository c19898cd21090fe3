"""Pages kept in front of the site: the same answer, for nobody who brings something of their own, and still counted."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from django.test import override_settings

from occicor import kept_pages
from occicor.kept_pages import KeptPages
from tests.occicor.wsgi import answer_of
from tests.visitors.audience import COMPUTER, CountedTally
from visitors.audience.held import HeldViews

pytestmark = pytest.mark.django_db
ABOUT = "/about/"


class Site:
    """The site behind what keeps its pages; `asked` counts how often the site itself had to answer."""

    def __init__(self) -> None:
        self.asked = 0
        self.tally = CountedTally()
        self.views = HeldViews(self.tally)
        django = get_wsgi_application()

        def counted(environ: dict[str, Any], start_response: Any) -> Any:
            self.asked += 1
            return django(environ, start_response)

        self.kept = KeptPages(counted, self.views)
        self.plain = django

    def opens(self, path: str = ABOUT, *, plain: bool = False, **said: str) -> tuple[str, dict[str, str], bytes]:
        """The status, the headers and the content of an answer."""
        return answer_of(self.plain if plain else self.kept, path, **said)


@pytest.fixture
def site() -> Iterator[Site]:
    with override_settings(ALLOWED_HOSTS=["testserver", "other.example"]):
        yield Site()


@pytest.mark.parametrize("path", ["/", ABOUT, "/fr/about/", "/ar/platform/"])
@pytest.mark.parametrize("said", [{}, {"HTTP_ACCEPT_ENCODING": "gzip"}, {"HTTP_SEC_GPC": "1"}])
def test_what_is_kept_is_what_the_site_says(site: Site, path: str, said: dict[str, str]) -> None:
    answers = [site.opens(path, **said) for _time in range(4)]
    assert site.asked == 2
    assert answers[1:] == [site.opens(path, plain=True, **said)] * 3


def test_who_has_the_page_is_told_so_with_the_headers_of_the_site(site: Site) -> None:
    etag = site.opens()[1]["ETag"]
    site.opens()
    kept = site.opens(HTTP_IF_NONE_MATCH=f'"other", W/{etag}')
    assert kept[0].startswith("304")
    assert (kept[0], kept[2]) == ("304 Not Modified", b"")
    plain = site.opens(plain=True, HTTP_IF_NONE_MATCH=etag)
    assert plain[0].startswith("304")
    assert plain[1].items() <= kept[1].items()
    assert site.opens(HTTP_IF_NONE_MATCH='"other"')[0].startswith("200")
    assert site.asked == 2


@pytest.mark.parametrize(
    "said",
    [
        {"HTTP_COOKIE": "anything=1"},
        {"HTTP_AUTHORIZATION": "Bearer x"},
        {"QUERY_STRING": "a=b"},
        {"HTTP_X_SESSION_TOKEN": "x"},
        {"HTTP_RANGE": "bytes=0-9"},
        {"REQUEST_METHOD": "HEAD"},
        {"REQUEST_METHOD": "POST"},
    ],
)
def test_who_brings_something_of_their_own_is_answered_by_the_site(site: Site, said: dict[str, str]) -> None:
    for _time in range(3):
        site.opens()
    before = site.asked
    site.opens(**said)
    assert site.asked == before + 1


@pytest.mark.parametrize("path", ["/contact/", "/privacy/policy/", "/account/login/", "/healthz", "/nowhere/"])
def test_pages_that_say_nothing_of_it_are_never_kept(site: Site, path: str) -> None:
    for _time in range(3):
        site.opens(path)
    assert site.asked == 3


@pytest.mark.parametrize(
    "headers",
    [
        [("Cache-Control", "private"), ("ETag", '"a"')],
        [("Cache-Control", "public"), ("ETag", '"a"'), ("Set-Cookie", "a=b")],
        [("Cache-Control", "public"), ("ETag", '"a"'), ("Vary", "Cookie, User-Agent")],
        [("Cache-Control", "public")],
    ],
)
def test_what_was_made_for_one_person_is_not_kept(headers: list[tuple[str, str]]) -> None:
    page = kept_pages.Page("visitors:home", "en", counted=True)
    good = [("Cache-Control", "public"), ("ETag", '"a"'), ("Vary", "Cookie")]
    assert kept_pages._kept(page, "200 OK", good, b"")
    assert kept_pages._kept(page, "200 OK", headers, b"") is None
    assert kept_pages._kept(page, "404 Not Found", good, b"") is None
    assert kept_pages._kept(None, "200 OK", good, b"") is None


def test_after_a_moment_the_site_is_asked_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for _time in range(3):
        site.opens()
    later = time.monotonic() + kept_pages.KEEP_SECONDS + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    site.opens()
    assert site.asked == 3


def test_another_host_has_answers_of_its_own(site: Site) -> None:
    for _time in range(3):
        site.opens()
    assert site.opens(HTTP_HOST="other.example")[0].startswith("200")
    assert site.opens(HTTP_HOST="evil.example")[0].startswith("400")
    assert site.asked == 4


def test_ways_of_asking_do_not_fill_the_memory(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_pages, "MOST_KEPT", 3)
    for number in range(10):
        site.opens(HTTP_ACCEPT_ENCODING=f"gzip, x{number}")
    assert len(site.kept._kept) <= 3


def test_views_of_kept_pages_are_counted_together(site: Site) -> None:
    site.opens()
    site.opens()
    person = {"HTTP_USER_AGENT": COMPUTER, "HTTP_REFERER": "http://testserver/platform/"}
    for _time in range(3):
        site.opens(**person)
    site.opens(**person, HTTP_SEC_PURPOSE="prefetch")
    site.opens(HTTP_USER_AGENT="curl/8")
    assert site.views.count() == 3
    ((view, times),) = site.tally.views.items()
    assert (view.route, view.language, view.device, view.referrer, view.came_from, times) == (
        "visitors:about", "en", "computer", "own", "visitors:platform", 3,
    )  # fmt: skip
