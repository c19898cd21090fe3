"""What a page of others can do with our visitor's browser: send forms (A7), name hosts (A10), lead away (A11)."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.conf import settings
from django.db import OperationalError, transaction
from django.middleware.csrf import _get_new_csrf_string  # type: ignore[attr-defined]
from django.test import Client, override_settings
from django.urls import reverse

from occicor.embedded.layout import PROJECT
from tests.accounts.flows import BORN
from tests.attacks.answers import lacking
from tests.attacks.roles import OFFICER, OWNER, PERSON, Asking, Browser, Seen, taken_back
from tests.attacks.site_map import Route, Things, routes
from tests.factories import PASSWORD, make_staff, make_user
from tests.occicor.test_production import started
from tests.rights_requests.browsing import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P4.1")]
ORIGINS = ("https://evil.example", "null", "http://testserver.evil.example")
# No cookie is read at these, so there is nothing that a foreign page could use: apps bring a token of their own, a mail
# program the address itself (RFC 8058), a recipient its signature; a choice about cookies is asked of the browser.
WITHOUT_COOKIE = re.compile(r"api/v1/|newsletter/end/<str:token>/|consent/choose/|outbox/")
EVIL_HOSTS = (
    *(
        "evil.example",
        "testserver.evil.example",
        "evil.example:80",
        "testserver@evil.example",
        "evil.example#testserver",
    ),
    *(
        "testserver,evil.example",
        "testserver evil.example",
        "testserver:80:80",
        "testserver/evil",
        "[::1]evil",
        "",
        "%00",
    ),
    *("\u202etestserver", "xn--testserver-9za.example", "127.0.0.1.nip.io", "169.254.169.254", "0x7f.1"),
)
# Thirty ways to write another site.
ELSEWHERE = (
    *("https://evil.example/", "http://evil.example/", "//evil.example/", "///evil.example/", "////evil.example/"),
    *(
        "/\\evil.example/",
        "\\/evil.example/",
        "\\\\evil.example/",
        "/\\/evil.example",
        "https:evil.example",
        "https:/evil.example",
    ),
    *(
        "https:///evil.example",
        "http:\\\\evil.example",
        "//evil.example:80@testserver/",
        "https://testserver@evil.example/",
    ),
    *(
        "https://testserver.evil.example/",
        "//testserver\\@evil.example",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)//",
    ),
    *(
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "/%0d%0aLocation:%20//evil.example",
    ),
    *("/\r\nSet-Cookie: a=b", "\thttps://evil.example/", " //evil.example/", "/\t/evil.example/", "/\n/evil.example/"),
    *(
        "//\u202eelpmaxe.live",
        "https://еvil.example/",
        "//evil。example/",
        "http://[::ffff:1.2.3.4]/",
        "\x00//evil.example",
    ),
)


class Forging(Browser):
    """A browser that sends forms without the proof that a page of ours asked for them, or for another origin."""

    @classmethod
    def of(cls, other: Browser, **headers: str) -> "Forging":
        """Signed in as the other one."""
        client = Asking(enforce_csrf_checks=True, headers=headers)
        client.cookies.update(other.client.cookies)
        return cls(client)


def forged() -> list[Route]:
    """Every address that a browser with a cookie may send a form to."""
    return [route for route in routes() if not WITHOUT_COOKIE.match(route.pattern)]


def refused(seen: Seen) -> bool:
    """Whether it was, before anything happened."""
    return (seen.status, seen.wrote) == (403, frozenset())


def test_nothing_is_done_without_the_proof_that_a_page_of_ours_asked(
    things: Things, everybody: dict[str, Browser]
) -> None:
    """Whoever gets furthest at an address sends there; that no proof comes with it is seen before any page."""
    sends = {role: Forging.of(everybody[role]) for role in (OWNER, OFFICER)}
    done = []
    with taken_back() as take_back:
        for route in forged():
            role = OFFICER if route.pattern.startswith("admin/") else OWNER
            seen = sends[role].tries("POST", route, things.values(route), take_back)
            if not refused(seen):
                done.append(f"/{route.pattern}: {seen.status} {sorted(seen.wrote)}")
    assert done == []


def test_nothing_is_done_for_a_page_of_another_site(things: Things, everybody: dict[str, Browser]) -> None:
    """Not even with the right token, which a page elsewhere cannot read; with our own origin the same form is read."""
    token, done, read = _get_new_csrf_string(), [], 0
    sends = {origin: with_token(everybody[PERSON], token, origin) for origin in (*ORIGINS, "http://testserver")}
    with taken_back() as take_back:
        for number, route in enumerate(forged()):
            origin = ORIGINS[number % len(ORIGINS)]
            seen = sends[origin].tries("POST", route, things.values(route), take_back)
            if not refused(seen):
                done.append(f"/{route.pattern} of {origin}: {seen.status} {sorted(seen.wrote)}")
            if number % 15 == 0:
                read += sends["http://testserver"].tries("POST", route, things.values(route), take_back).status != 403
    assert done == []
    assert read > 10, "what is refused anyway shows nothing"


def with_token(other: Browser, token: str, origin: str) -> "Forging":
    """A browser that sends the token, and comes from this origin."""
    forging = Forging.of(other, **{"X-CSRFToken": token, "Origin": origin})
    forging.client.cookies[settings.CSRF_COOKIE_NAME] = token
    return forging


def test_apps_cannot_be_made_to_act_by_the_cookie_of_a_browser(things: Things, everybody: dict[str, Browser]) -> None:
    """The addresses for apps that a signed-in browser may use ask for the proof as well."""
    forging, acted = Forging.of(everybody[OWNER]), []
    for route in routes():
        if route.pattern.startswith("api/v1/") and not route.pattern.startswith(("api/v1/auth", "api/v1/consent")):
            for verb in ("POST", "PUT", "PATCH", "DELETE"):
                seen = forging.tries(verb, route, things.values(route))
                if seen.status < 400 or seen.wrote:
                    acted.append(f"{verb} /{route.pattern}: {seen.status} {sorted(seen.wrote)}")
    assert acted == []


@pytest.mark.parametrize("host", EVIL_HOSTS)
def test_a_foreign_host_is_refused(client: Client, host: str) -> None:
    for path in ("/", "/account/login/", "/admin/", "/api/v1/requests/", "/no/such/page/"):
        answer = client.get(path, headers={"host": host})
        assert answer.status_code == 400, path
        assert lacking(answer) == frozenset(), path
        assert "evil.example" not in answer.content.decode()


def test_what_else_may_name_a_host_is_not_read(client: Client) -> None:
    names = ("x-forwarded-host", "x-host", "x-original-url", "x-rewrite-url", "x-http-host-override", "forwarded")
    plain = client.get("/").content
    answer = client.get("/", headers=dict.fromkeys(names, "evil.example"))
    assert answer.content == plain
    assert b"evil.example" not in answer.content
    asked = client.post(reverse("account_login"), {"next": "/"}, headers={"x-forwarded-host": "evil.example"})
    assert "evil.example" not in f"{asked.content.decode()} {asked.headers}"


def test_who_comes_without_https_is_led_to_the_one_address() -> None:
    assert started("print(s.SECURE_SSL_HOST, s.SITE_URL)").stdout.split() == [
        "privacy.example",
        "https://privacy.example",
    ]
    with override_settings(SECURE_SSL_REDIRECT=True, SECURE_SSL_HOST="privacy.example"):
        for host in ("testserver", "evil.example"):
            answer = Client().get("/privacy/?a=b", headers={"host": host})
            assert (answer.status_code, answer["Location"]) == (301, "https://privacy.example/privacy/?a=b")
            assert lacking(answer) == frozenset()


def early_answers() -> dict[str, Any]:
    """Answers that come before any page does, or in its place."""
    broken = Client()
    broken.raise_request_exception = False
    with override_settings(SECURE_HSTS_SECONDS=31536000, SECURE_HSTS_PRELOAD=True):
        secure = Client().get("/static/css/tokens.css", secure=True)
    fault, away = (_failing(broken, error) for error in (ValueError("x"), OperationalError("x")))
    return {
        "file": Client().get("/static/css/tokens.css"),
        "file over https": secure,
        "no such file": Client().get("/static/no/such.css"),
        "not changed": Client().get("/", headers={"if-none-match": Client().get("/")["ETag"]}),
        "no slash": Client().get("/privacy"),
        "no such page": Client().get("/no/such/page/"),
        "wrong method": Client().delete("/"),
        "no proof": Client(enforce_csrf_checks=True).post("/contact/"),
        "unreadable": Client().post("/contact/", b"\xff", content_type="multipart/form-data"),
        "fault": fault,
        "away": away,
        "health": Client().get("/healthz"),
    }


def _failing(client: Client, error: Exception) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("visitors.views.newsletter.render", _raising(error))
        return client.get("/newsletter/")


def _raising(error: Exception) -> Callable[..., Any]:
    def raises(*_args: Any, **_kwargs: Any) -> Any:
        raise error

    return raises


def test_answers_before_any_page_carry_the_headers_too() -> None:
    answers = early_answers()
    assert {name: sorted(lacking(answer)) for name, answer in answers.items() if lacking(answer)} == {}
    statuses = {name: answer.status_code for name, answer in answers.items()}
    assert statuses == {
        **dict.fromkeys(("file", "file over https", "health"), 200),
        **dict.fromkeys(("no such file", "no such page"), 404),
        "not changed": 304,
        "no slash": 301,
        "wrong method": 405,
        "no proof": 403,
        "unreadable": 400,
        "fault": 500,
        "away": 503,
    }
    assert answers["file over https"]["Strict-Transport-Security"].startswith("max-age=31536000")


def leads_away(address: str) -> bool:
    """Whether a browser would leave the site for it: it drops line ends and tabs, and takes backslashes for slashes."""
    seen = re.sub(r"[\t\r\n]", "", address).lstrip("".join(map(chr, range(33)))).replace("\\", "/")
    parts = urlsplit(re.sub(r"^/{2,}", "//", seen))
    return parts.scheme not in {"", "http"} or parts.netloc not in {"", "testserver"}


def doors(user: Any, staff: Any) -> dict[str, Callable[[str], Any]]:
    """Every place that takes a way back, by how it is asked."""
    mine, desk = browser_of(user), browser_of(staff)
    login = {"login": user.email, "password": PASSWORD}

    def at(name: str) -> str:
        return reverse(name)

    return {
        "sign in": lambda to: Client().post(at("account_login"), {**login, "next": to}),
        "sign in, by the address": lambda to: Client().post(f"{at('account_login')}?next={quote(to, safe='')}", login),
        "page to sign in": lambda to: Client().get(at("account_login"), {"next": to}),
        "sign up": lambda to: Client().post(at("account_signup"), {**BORN, "email": "x@example.org", "next": to}),
        "signed in already": lambda to: mine.get(at("account_login"), {"next": to}),
        "who it is": lambda to: mine.post(at("account_reauthenticate"), {"password": PASSWORD, "next": to}),
        "page who it is": lambda to: mine.get(at("account_reauthenticate"), {"next": to}),
        "sign out": lambda to: browser_of(user).post(at("account_logout"), {"next": to}),
        "desk": lambda to: desk.get(at("admin:login"), {"next": to}),
        "desk for strangers": lambda to: Client().get(at("admin:login"), {"next": to}),
        "why one looks": lambda to: desk.post(at("admin:looking"), {"reason": "requests", "next": to}),
        "page why one looks": lambda to: desk.get(at("admin:looking"), {"next": to}),
        "policy seen": lambda to: mine.post(at("visitors:policy_seen"), {"number": "1", "next": to}),
        "choice": lambda to: Client().post(at("consent:choose"), {"act": "refuse", "next": to}, headers=OURS),
        "taking over": lambda to: mine.post(at("consent:adopt"), {"act": "keep", "next": to}),
        "who are you": lambda to: mine.get(at("rights_requests:who"), {"next": to}),
        "who are you, strangers": lambda to: Client().get(at("rights_requests:who"), {"next": to}),
        "address": lambda to: Client().post(at("rights_requests:address"), {"email": "x@example.org", "next": to}),
        "display": lambda to: Client().post(at("visitors:display"), {"theme": "dark", "next": to}),
    }


OURS = {"origin": "http://testserver"}
# Where the code reads a way back; a module more here needs a door above.
READ_IN = {
    "privacy/way_back.py", "privacy/admin/staff_visits.py", "consent/views/adopting.py", "consent/views/choosing.py",
    "rights_requests/views/knowing.py", "visitors/views/policy.py", "occicor/admin_site.py",
}  # fmt: skip
READS = re.compile(r"way_back\(|url_has_allowed_host_and_scheme\(|(?:GET|POST)\.get\([\"']next")


def test_nobody_is_led_to_another_site() -> None:
    away = []
    for name, asks in doors(make_user(), make_staff(superuser=True)).items():
        for to in ELSEWHERE:
            with transaction.atomic():
                answer = asks(to)
                transaction.set_rollback(True)
            assert answer.status_code < 500, (name, to)
            body = answer.content.decode()
            led = re.findall(r'<(?:a|form|meta)\b[^>]*?\b(?:href|action|content)="([^"]*)"', body)
            led = [answer.get("Location", ""), *(link for link in led if "evil" in link or "alert" in link)]
            away += [f"{name}: {to!r} leads to {address!r}" for address in led if leads_away(address)]
    assert away == [], "\n".join(away)


def test_a_way_within_the_site_is_gone() -> None:
    """Otherwise the refusals above would mean nothing."""
    led = {name: asks("/privacy/") for name, asks in doors(make_user(), make_staff(superuser=True)).items()}
    assert [name for name, answer in led.items() if answer.get("Location", "") == "/privacy/"] != []
    assert leads_away("//evil.example/")
    assert leads_away("/\t/evil.example/")
    assert not leads_away("/privacy/?next=//evil.example/")


def test_every_place_that_reads_a_way_back_is_tried() -> None:
    apps = ("privacy", "accounts", "consent", "rights_requests", "visitors", "occicor")
    modules = [path for app in apps for path in (PROJECT / app).rglob("*.py")]
    found = {str(path.relative_to(PROJECT)) for path in modules if READS.search(path.read_text(encoding="utf-8"))}
    assert found == READ_IN
