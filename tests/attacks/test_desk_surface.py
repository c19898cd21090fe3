"""What of the desk strangers and people find: nothing, by whatever method; what staff do there is on record (A26)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import AUDITORS, PERMISSIONS, SUPPORT
from privacy.models import AuditEntry
from rights_requests.models import State
from tests.attacks.roles import OF_THE_SESSION, Browser
from tests.attacks.site_map import Things, routes
from tests.factories import make_staff, make_user
from tests.rights_requests.browsing import browser_of
from tests.rights_requests.desk import act_url, make_colleague, make_erasure, workspace_url

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P4.1")]
# What servers and frameworks leave lying about.
LEFT_ABOUT = (
    *("/.git/config", "/.git/HEAD", "/.env", "/.ci/run", "/.well-known/openid-configuration", "/.DS_Store"),
    *("/admin/doc/", "/admin/docs/", "/__debug__/", "/debug/", "/silk/", "/metrics", "/server-status", "/phpinfo.php"),
    *("/api/", "/api/v1/", "/api/v1/docs", "/api/v1/swagger", "/api-auth/login/", "/docs/", "/redoc/", "/graphql"),
    *(
        "/manage.py",
        "/requirements.txt",
        "/docs/decisions/README.md",
        "/static/../manage.py",
        "/static/admin/../../.env",
    ),
    *("/var/.env", "/wp-admin/", "/actuator/health", "/console/", "/backup.sql", "/db.sqlite3"),
)
ODD = ("TRACE", "CONNECT", "PROPFIND", "TRACK", "DEBUG")
# What such an address is there for is refused outright, before anything is read of what was sent.
CHANGING = ("_add", "_change", "_delete", "_act", "_intake", "_publish", "_write", "_send")
# Who of our staff read how much: colleagues stand there, and nobody whose data was read.
OF_COLLEAGUES = {"admin:reading", "admin:reading_day"}
# These only show, whatever is sent: each act has an address of its own.
SHOWN_ALIKE = {
    "admin:consent_mailing_change",
    "admin:rights_requests_rightsrequest_change",
    *(f"admin:privacy_{case}_change" for case in ("breach", "disclosure", "legalhold")),
}
# Whether one's own keys do something is everybody's own.
OF_ONESELF = {"rights_requests_deskchoice"}


@pytest.mark.parametrize("path", LEFT_ABOUT)
def test_nothing_lies_about(client: Client, path: str) -> None:
    for method in ("GET", "POST"):
        answer = client.generic(method, path)
        asked_to_sign_in = path.startswith("/admin/") and "/login/" in answer.get("Location", "")
        assert asked_to_sign_in or answer.status_code in {403, 404, 405}, f"{method} {path}: {answer.status_code}"
        assert b"Traceback" not in answer.content
        assert b"Django" not in answer.content


@pytest.mark.parametrize("path", ["/", "/admin/", "/admin/rights_requests/rightsrequest/", "/account/login/"])
def test_no_method_that_tells_what_was_sent(client: Client, path: str) -> None:
    for browser in (client, browser_of(make_staff(superuser=True))):
        for method in ODD:
            answer = browser.generic(method, path, headers={"X-Secret": "canary-of-the-header"})
            assert answer.status_code in {302, 403, 404, 405}, f"{method} {path}: {answer.status_code}"
            assert b"canary-of-the-header" not in answer.content


def test_the_api_answers_a_browser_as_it_answers_an_app(client: Client) -> None:
    """No page of its own on which one could try it out."""
    for browser in (client, browser_of(make_user()), browser_of(make_staff(superuser=True))):
        answer = browser.get("/api/v1/requests", headers={"Accept": "text/html"})
        assert "html" not in answer.headers["Content-Type"]


def test_every_address_of_the_desk_leads_strangers_to_sign_in_and_people_nowhere(
    things: Things, everybody: dict[str, Browser]
) -> None:
    stranger, person = everybody["nobody"], everybody["person"]
    found = []
    for route in desk():
        values = things.values(route)
        seen = stranger.tries("GET", route, values)
        if seen.status not in {302, 404} or (seen.status == 302 and "/login/" not in seen.location):
            found.append(f"stranger: {route.pattern}: {seen.status} {seen.location}")
        if (status := person.tries("GET", route, values).status) != 404:
            found.append(f"person: {route.pattern}: {status}")
    assert found == []


@pytest.fixture(scope="module")
def desk_roles(things: Things) -> dict[str, Browser]:
    """The two roles that the table of all addresses leaves out."""
    roles = {"auditor": AUDITORS, "support": SUPPORT}
    made = {name: make_staff(perms=PERMISSIONS[role], email=f"{name}@staff.example") for name, role in roles.items()}
    return {name: Browser(browser_of(user)) for name, user in made.items()}


def test_an_auditor_sees_every_page_that_tells_and_changes_nothing_at_any_address(
    things: Things, desk_roles: dict[str, Browser]
) -> None:
    changed, unrecorded, pages, named = [], [], 0, 0
    for route in desk():
        for verb in ("GET", "POST"):
            seen = desk_roles["auditor"].tries(verb, route, things.values(route))
            written = seen.wrote - OF_THE_SESSION - OF_ONESELF - {"privacy_auditentry"}
            refused = verb == "GET" or seen.status in {403, 404} or not route.name.endswith(CHANGING)
            refused = refused or route.name in SHOWN_ALIKE
            named += seen.names_owner
            looked = "privacy_auditentry" in seen.wrote or route.name in OF_COLLEAGUES
            if seen.names_owner and not looked:
                unrecorded.append(f"{verb} {route.pattern}")
            pages += verb == "GET" and seen.status == 200
            if written or not refused or seen.status >= 500:
                changed.append(f"{verb} {route.pattern}: {seen.status} {written}")
    assert changed == [], "\n".join(changed)
    assert pages > 40
    # Whatever page of the desk names somebody, a new one too, that it was seen is on record.
    assert unrecorded == [], "\n".join(unrecorded)
    assert named > 5


def test_support_opens_no_file_and_decides_on_nothing(things: Things, desk_roles: dict[str, Browser]) -> None:
    named = {route.name: route for route in desk()}
    for name, verb in (("act", "POST"), ("file", "GET"), ("intake", "GET")):
        route = named[f"admin:rights_requests_rightsrequest_{name}"]
        seen = desk_roles["support"].tries(verb, route, things.values(route))
        assert (seen.status, seen.wrote) == (403, frozenset())
    for app in ("privacy_auditentry", "rights_requests_package", "consent_consentevent"):
        route = named[f"admin:{app}_changelist"]
        assert desk_roles["support"].tries("GET", route, things.values(route)).status == 403


def desk() -> list[Any]:
    """Every address below the desk but its sign-in, its sign-out and the words of its scripts."""
    left_out = {"admin:login", "admin:logout", "admin:password_change", "admin:password_change_done", "admin:jsi18n"}
    return [route for route in routes() if route.pattern.startswith("admin/") and route.name not in left_out]


def test_what_staff_do_is_on_record_with_who_and_about_what_and_why() -> None:
    colleague, request = make_colleague(), make_erasure()
    desk = browser_of(colleague)
    desk.get(workspace_url(request))
    desk.post(act_url(request, "refuse"), {"reason": "excessive", "text": "It is the third time."})
    entries = {entry.event: entry for entry in AuditEntry.objects.filter(object_id=str(request.pk))}
    assert entries["request.viewed"].data == {"why": "requests"}
    refused = entries["request.refused"]
    assert refused.data["reason"] == "excessive"
    for entry in entries.values():
        assert entry.actor == f"staff:{colleague.pk}"
        assert entry.subject_digest == request.subject_digest
    request.refresh_from_db()
    assert request.state == State.REFUSED
    assert "third time" not in "".join(str(entry.data) for entry in entries.values())


def test_what_is_decided_about_an_account_is_on_record() -> None:
    boss, clerk = make_staff(superuser=True), make_user("clerk@occicor.example")
    page = reverse("admin:accounts_user_change", args=[clerk.pk])
    browser_of(boss).post(page, {"is_active": "on", "is_staff": "on"})
    entry = AuditEntry.objects.get(event="account.access_changed")
    assert entry.actor == f"staff:{boss.pk}"
    assert entry.data == {"active": True, "staff": True, "teams": 0}
