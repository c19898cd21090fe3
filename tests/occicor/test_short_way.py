"""The short way of a choice: the answer of the whole way, for a browser that brings nothing else and nobody more."""

from collections.abc import Iterator
from http.cookies import SimpleCookie
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as settings_of_site
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError, close_old_connections, connection
from django.test import override_settings

from consent import deciding, notices
from consent.models import ConsentEvent
from occicor import short_way
from occicor.short_way import ShortWay
from occicor.watching.answers import ROUTE
from privacy import ledger
from tests.consent.choosing import publish
from tests.occicor.test_ledger_gate import fall_behind
from tests.occicor.wsgi import answer_of

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P11.1")]
SCRIPT = {"HTTP_ACCEPT": "application/json", "HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_ORIGIN": "http://testserver"}
DOOR = "/consent/"
# What only the whole way says: it may answer with a page in the language of its reader.
OF_PAGES = {"Content-Language", "Vary", "X-Frame-Options"}
SAME = ("Cache-Control", "Content-Security-Policy", "Content-Type", "Permissions-Policy", "Referrer-Policy")


class Site:
    """The site behind the short way; `whole` counts how often it was asked itself."""

    def __init__(self) -> None:
        self.whole = 0
        django = get_wsgi_application()

        def counted(environ: dict[str, Any], start_response: Any) -> Any:
            self.whole += 1
            return django(environ, start_response)

        self.short = ShortWay(counted)
        self.plain = django

    def hears(
        self, body: str, *, path: str = DOOR, plain: bool = False, **said: Any
    ) -> tuple[str, dict[str, str], bytes]:
        """The answer to a form that a script sends."""
        sent = {
            "REQUEST_METHOD": "POST",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body.encode()),
            **SCRIPT,
            **said,
        }
        return answer_of(self.plain if plain else self.short, path, **sent)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A question is asked; the connection is the test's, which takes everything back, and stays open."""
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    notices.forget()
    publish(counts=True)
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        yield Site()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def form(act: str = "refuse_all", *, notice: int = 1, **more: str) -> str:
    return urlencode({"notice": notice, "act": act, "next": "/fr/about/", **more})


@pytest.mark.parametrize(
    ("body", "said", "status"),
    [
        (form(), {}, "200"),
        (form("accept_all"), {}, "200"),
        (form("save", **{"purpose-stats": "given"}), {"HTTP_SEC_GPC": "1"}, "200"),
        (form("save", **{"purpose-weather": "given"}), {}, "422"),
        (form("nonsense"), {}, "422"),
        ("", {}, "422"),
        (form(notice=9), {}, "409"),
        (form(), {"HTTP_ORIGIN": "https://other.example"}, "403"),
        (form(), {"HTTP_ORIGIN": "", "HTTP_SEC_FETCH_SITE": "cross-site"}, "403"),
        (form(), {"HTTP_HOST": "other.example"}, "400"),
        (f"{form()}&{'x' * 3_000_000}", {}, "400"),
        ("&".join(f"a{number}=1" for number in range(2000)), {}, "400"),
    ],
)
def test_the_answer_is_that_of_the_whole_way(site: Site, body: str, said: dict[str, str], status: str) -> None:
    short = site.hears(body, **said)
    assert site.whole == 0
    whole = site.hears(body, plain=True, **said)
    assert short[0].startswith(status)
    assert (short[0], short[2]) == (whole[0], whole[2])
    assert set(whole[1]) - set(short[1]) <= OF_PAGES
    # The whole way says no length where it did not come to the layer that counts.
    assert set(short[1]) - set(whole[1]) <= {"Content-Length"}
    assert {name: whole[1][name] for name in SAME if name in whole[1]} == {
        name: short[1][name] for name in SAME if name in short[1]
    }
    rows = list(ConsentEvent.objects.order_by("id").values("states", "method", "surface", "gpc", "notice"))
    assert rows[: len(rows) // 2] == rows[len(rows) // 2 :]
    assert len(rows) == (2 if status == "200" else 0)


def test_what_it_saved_is_known_when_the_browser_comes_again(site: Site) -> None:
    status, headers, _body = site.hears(form("refuse_all"))
    kept = SimpleCookie(headers["Set-Cookie"])
    brought = {"HTTP_COOKIE": f"consent={kept['consent'].coded_value}"}
    assert site.hears(form("refuse_all"), **brought)[0] == status == "200 OK"
    assert (site.whole, ConsentEvent.objects.count()) == (0, 1)
    assert site.hears(form("save", **{"purpose-stats": "given"}), **brought)[0] == "200 OK"
    assert [event.states for event in ConsentEvent.objects.order_by("id")] == [{"stats": "refused"}, {"stats": "given"}]
    assert site.whole == 0


def test_a_choice_is_saved_with_the_name_of_its_page_and_the_language_of_its_address(site: Site) -> None:
    for path in (DOOR, "/fr/consent/", "/ar/consent/", DOOR):
        assert site.hears(form(), path=path)[0] == "200 OK"
    assert site.whole == 0
    events = ConsentEvent.objects.select_related("notice").order_by("id")
    assert [event.notice.language for event in events] == ["en", "fr", "ar", "en"]
    # Of its own language alone: a page of the other one cannot have shown this form.
    assert [event.surface for event in events] == ["", "visitors:about", "", ""]
    assert site.hears(urlencode({"notice": 1, "act": "refuse_all", "next": "/about/"}))[0] == "200 OK"
    assert ConsentEvent.objects.latest("id").surface == "visitors:about"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (DOOR, {"HTTP_COOKIE": "sessionid=x"}),
        (DOOR, {"HTTP_COOKIE": "consent=x; theme=dark"}),
        (DOOR, {"HTTP_ACCEPT": "text/html"}),
        (DOOR, {"REQUEST_METHOD": "GET"}),
        (DOOR, {"REQUEST_METHOD": "OPTIONS"}),
        ("/de/consent/", {}),
        ("/consent", {}),
        ("/consent/adopt/", {}),
        ("/api/v1/consent/", {}),
    ],
)
def test_everything_else_goes_the_whole_way(site: Site, path: str, said: dict[str, str]) -> None:
    answer = site.hears(form(), path=path, **said)
    assert site.whole == 1
    assert answer[0] == site.hears(form(), path=path, plain=True, **said)[0]


def test_the_form_arrives_whole_at_the_end_of_the_whole_way(site: Site) -> None:
    """It is looked at, and not read, before it is handed on."""
    assert site.hears(form(), HTTP_COOKIE="theme=dark")[0] == "200 OK"
    assert (site.whole, ConsentEvent.objects.count()) == (1, 1)


@pytest.mark.promise("P5.3")
def test_while_the_ledger_is_closed_nothing_is_saved_and_the_whole_way_says_so(site: Site) -> None:
    fall_behind()
    status, headers, _body = site.hears(form())
    assert status.startswith("503")
    assert headers["Retry-After"]
    assert (site.whole, ConsentEvent.objects.count()) == (1, 0)


def test_while_the_database_is_away_the_whole_way_says_so(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> str:
        raise OperationalError

    monkeypatch.setattr(ledger, "closed_lately", away)
    assert site.hears(form())[0] == "200 OK"
    assert site.whole == 1


def test_too_often_is_too_often_here_as_well(site: Site, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "consent": "2/m/ip"}
    answers = [site.hears(form("save", **{"purpose-stats": state})) for state in ("given", "refused", "given")]
    assert [answer[0][:3] for answer in answers] == ["200", "200", "429"]
    assert 0 < int(answers[-1][1]["Retry-After"]) <= 60
    assert site.whole == 0


def test_what_breaks_is_answered_as_everywhere_and_what_was_asked_is_in_the_log(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(**_words: Any) -> None:
        raise RuntimeError("the database is away")

    monkeypatch.setattr(deciding, "decide", broken)
    short, whole = site.hears(form()), site.hears(form(), plain=True)
    assert short[0] == whole[0] == "500 Internal Server Error"
    assert short[2] == whole[2]
    assert [record.name for record in caplog.records].count("django.request") == 2


def test_the_page_that_was_asked_is_named_for_who_writes_the_line(site: Site) -> None:
    seen: list[Any] = []

    def watched(environ: dict[str, Any], start_response: Any) -> Any:
        answer = site.short(environ, start_response)
        seen.append(environ[ROUTE])
        return answer

    answer_of(watched, "/fr/consent/", REQUEST_METHOD="POST", **SCRIPT)
    assert seen == ["consent:choose"]


def test_the_layers_are_those_of_every_answer() -> None:
    """Whatever is put before the first that is left out stands around the short way too."""
    before = settings_of_site.MIDDLEWARE[: settings_of_site.MIDDLEWARE.index(short_way.FIRST_LEFT_OUT)]
    assert before[:4] == [
        "occicor.watching.answers.RouteMiddleware",
        "consent.middleware.ConsentMiddleware",
        "occicor.policy_header.PolicyHeaderMiddleware",
        "django.middleware.security.SecurityMiddleware",
    ]
    assert not {name for name in before if "session" in name.lower() or "auth" in name.lower()}
