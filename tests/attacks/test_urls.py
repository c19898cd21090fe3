"""Every address of the site, tried by everybody: what is not yours is not there, and nothing tells why.

A stranger, a person and the owner try every verb, the others those that browsers of people send; at the desk an officer
tries one more. What each role gets is in the table `urls.txt`.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import unified_diff
from itertools import groupby
from pathlib import Path

import pytest
from django.conf import settings

from accounts.models import User
from tests.attacks.answers import loaded_from_elsewhere
from tests.attacks.roles import (
    AGENT,
    FOREIGN,
    OFFICER,
    OWNER,
    PERSON,
    ROLES,
    VERBS,
    Browser,
    Seen,
    at,
    taken_back,
    verbs_of,
)
from tests.attacks.site_map import PLAIN, UNKNOWN, Things, masked, routes
from tests.factories import make_request

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P4.1")]
TABLE = Path(__file__).with_name("urls.txt")
RENEW = """
What somebody gets at an address is not what tests/attacks/urls.txt says. If it is meant, renew the table and read the
difference before you keep it:
    REWRITE=1 make test ARGS="tests/attacks/test_urls.py"
"""
# Whoever holds one of these addresses was given it: the address itself is the key.
KEYS = {
    *("accounts:take_address_back", "accounts:unused"),
    *("rights_requests:follow", "rights_requests:follow_progress", "rights_requests:follow_receipt"),
    *(
        "rights_requests:stop_request",
        "rights_requests:stop_adult",
        "rights_requests:transfer",
        "visitors:contact_sent",
        *("visitors:newsletter_confirm", "visitors:newsletter_end", "visitors:newsletter_choices"),
    ),
    *("consent:receipt", "consent:receipt_data", "accounts:not_me"),
    # What is published for everybody is nobody's.
    *("visitors:policy_version", "policy:version", "consent:notice", "consent:picture"),
}

# Pages of the admin that show what we hold about one person.
NOBODYS = "recipient|replytemplate|wording|mailing|purpose|tracker|party|noticeversion|proofseal"
ABOUT_SOMEBODY = re.compile(
    rf"admin/(accounts|consent|visitors|rights_requests)/(?!(?:{NOBODYS})/).*_id>/(change|act|file|preview)/"
)

# What a look may write: that it happened, for the person whose data it was and for the officer.
LOOKS = frozenset({"privacy_auditentry"})
# allauth writes the row of an account's address where it is missing, as it is for the owner of everything here alone.
HEALED = {"account/email/": frozenset({"account_emailaddress"})}


class Crawl(dict[str, Mapping[tuple[str, str], Seen]]):
    """What each role gets everywhere, by pattern and verb, with things that somebody has; tried when it is asked."""

    def __init__(self, everybody: dict[str, Browser], things: Things) -> None:
        super().__init__()
        self.everybody, self.things = everybody, things

    def __missing__(self, role: str) -> Mapping[tuple[str, str], Seen]:
        found = {}
        with taken_back() as take_back:
            for route in routes():
                values = self.things.values(route)
                for verb in verbs_of(role, route.pattern):
                    found[route.pattern, verb] = self.everybody[role].tries(verb, route, values, take_back)
        self[role] = found
        return found


@pytest.fixture(scope="module")
def crawl(everybody: dict[str, Browser], things: Things) -> Crawl:
    """The same for all tests of this file."""
    return Crawl(everybody, things)


def table(crawl: Crawl, patterns: Iterable[str]) -> Iterator[str]:
    """Each address, and below it the statuses by verb with the roles that get them."""
    yield f"# {' '.join(VERBS)}"
    for pattern in sorted(patterns):
        yield f"/{pattern}"
        found = {role: statuses_of(crawl[role], role, pattern) for role in at(pattern)}
        whole = sorted(found.values(), key=lambda line: (len(line), line), reverse=True)
        # Whoever gets the same by what browsers send stands in one line with those who tried everything.
        found = {role: next(line for line in whole if line.startswith(said)) for role, said in found.items()}
        order = sorted(found, key=lambda role: found[role])
        for statuses, roles in groupby(order, key=lambda role: found[role]):
            yield f"    {statuses}  {', '.join(roles)}"


def statuses_of(seen: Mapping[tuple[str, str], Seen], role: str, pattern: str) -> str:
    """What a role gets at an address, verb by verb."""
    return " ".join(str(seen[pattern, verb].status) for verb in verbs_of(role, pattern))


def without_a_row(patterns: Iterable[str], lines: Iterable[str]) -> list[str]:
    """Addresses that the table does not know."""
    return sorted({f"/{pattern}" for pattern in patterns} - set(lines))


@pytest.mark.parametrize("role", ROLES)
def test_no_address_breaks_for_anybody(crawl: Crawl, role: str) -> None:
    """Save that the site says it is not ready: nobody runs its worker here."""
    broken = [tried for tried, seen in crawl[role].items() if seen.status >= 500]
    assert broken == [tried for tried in crawl[role] if tried in {("readyz", "GET"), ("readyz", "HEAD")}]


def test_everybody_gets_at_every_address_what_the_table_says(crawl: Crawl) -> None:
    now = list(table(crawl, [route.pattern for route in routes()]))
    if os.environ.get("REWRITE"):
        TABLE.write_text("\n".join(now) + "\n", encoding="utf-8")
    kept = TABLE.read_text(encoding="utf-8").splitlines()
    assert now == kept, RENEW + "\n".join(unified_diff(kept, now, "as it was", "as it is", lineterm="", n=2))


def test_a_new_address_has_no_row_yet() -> None:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    patterns = [route.pattern for route in routes()]
    assert without_a_row(patterns, lines) == [], RENEW
    assert without_a_row([*patterns, "requests/new/secret/"], lines) == ["/requests/new/secret/"]


def test_what_is_somebody_elses_cannot_be_told_from_what_nobody_has(
    crawl: Crawl, everybody: dict[str, Browser], things: Things
) -> None:
    """The same answer, and the same tables written to: none."""
    told, tried = [], 0
    seen = {role: crawl[role] for role in FOREIGN}
    with taken_back() as take_back:
        for route in routes():
            if not set(route.parameters) - set(PLAIN) or route.name in KEYS:
                continue
            nobodys = things.unknown(route)
            for role, verb in ((one, verb) for one in FOREIGN for verb in verbs_of(one, route.pattern)):
                tried += 1
                theirs = seen[role][route.pattern, verb]
                unknown = everybody[role].tries(verb, route, nobodys, take_back)
                if theirs != unknown or theirs.wrote:
                    told.append(f"{role}: {verb} /{route.pattern}: {theirs} and {unknown}")
    assert told == [], "\n".join(told)
    assert tried > 1000


def test_a_thing_of_somebody_elses_is_not_reached_by_way_of_ones_own(
    everybody: dict[str, Browser], things: Things
) -> None:
    own = make_request(User.objects.get(email="bob@example.org"))
    told = []
    with taken_back() as take_back:
        for route in routes():
            if "reference" not in route.parameters or len(route.parameters) < 2:
                continue
            theirs = {**things.values(route), "reference": own.reference}
            nobodys = {**theirs, **{name: UNKNOWN[name] for name in route.parameters if name != "reference"}}
            for verb in VERBS:
                seen = [everybody[PERSON].tries(verb, route, values, take_back) for values in (theirs, nobodys)]
                if seen[0] != seen[1] or seen[0].wrote:
                    told.append(f"{verb} /{route.pattern}: {seen}")
    assert told == []


def test_the_owner_and_staff_find_what_the_others_do_not(crawl: Crawl) -> None:
    """Otherwise the equal answers above would mean nothing."""
    named = {route.name: route.pattern for route in routes()}
    own = ("detail", "sent", "withdraw", "write", "appeal", "appeal_part", "add_proof", "attachment", "download")
    assert {crawl[OWNER][named[f"rights_requests:{name}"], "GET"].status for name in own} == {200}
    assert crawl[AGENT][named["admin:rights_requests_rightsrequest_change"], "GET"].status == 200
    assert "rights_requests_rightsrequest" in crawl[OWNER][named["rights_requests:withdraw"], "POST"].wrote


@pytest.mark.parametrize("role", [AGENT, OFFICER])
def test_whatever_staff_see_of_somebody_is_on_record(crawl: Crawl, role: str) -> None:
    """Whichever method they use, and in a form that comes back with errors too."""
    about = {route.pattern for route in routes() if ABOUT_SOMEBODY.match(route.pattern)}
    seen = {tried: page for tried, page in crawl[role].items() if tried[0] in about and page.status in {200, 409}}
    assert len(seen) > 10
    unrecorded = [tried for tried, page in seen.items() if "privacy_auditentry" not in page.wrote]
    assert unrecorded == []


def test_looking_changes_nothing(crawl: Crawl) -> None:
    """No GET and no HEAD of any address writes anything but the record of the look (A7)."""
    written: dict[str, set[str]] = {}
    for role in ROLES:
        for (pattern, verb), seen in crawl[role].items():
            if verb in {"GET", "HEAD"} and (tables := seen.wrote - LOOKS - HEALED.get(pattern, frozenset())):
                written.setdefault(f"{verb} /{pattern}", set()).update(tables)
    assert written == {}


def test_every_answer_carries_the_headers_that_protect_its_reader(crawl: Crawl) -> None:
    """Whatever was asked, by whomever, and however it ended (A25)."""
    lacking: dict[str, set[str]] = {}
    for role in ROLES:
        for (pattern, verb), seen in crawl[role].items():
            if seen.lacks:
                lacking.setdefault(f"{verb} /{pattern} {seen.status}", set()).update(seen.lacks)
    assert lacking == {}


def test_what_is_somebodys_own_is_stored_nowhere(crawl: Crawl) -> None:
    """No answer to whoever is signed in, and none that names somebody (A25)."""
    stored = [
        f"{role}: {verb} /{pattern}"
        for role in ROLES
        for (pattern, verb), seen in crawl[role].items()
        if seen.may_be_stored and (role not in {"nobody", "address"} or seen.names_owner)
    ]
    assert stored == []


def test_no_page_loads_anything_of_another_site(crawl: Crawl) -> None:
    """Nor sends a form there (A28, P0.3)."""
    pages = [seen for role in ROLES for seen in crawl[role].values() if seen.status == 200]
    assert len(pages) > 300
    assert {address for seen in pages for address in seen.loads} == set()


def test_what_a_page_loads_is_found() -> None:
    page = (
        b"""<link rel="canonical" href="https://a.example/"><a href="https://b.example/"><img src="/own.png">"""
        b"""<script src='//c.example/x.js'><link rel="stylesheet" href="https://d.example/x.css">"""
        b"""<img alt="" src=https://e.example/x>"""
    )
    found = {"//c.example/x.js", "https://d.example/x.css", "https://e.example/x"}
    assert loaded_from_elsewhere(page) == found


@pytest.mark.promise("P11.1")
def test_no_answer_sets_a_cookie_that_the_policy_does_not_name(crawl: Crawl) -> None:
    """Whoever asks, and whatever they send: nobody has chosen anything (A24)."""
    cookies = {name for role in ROLES for seen in crawl[role].values() for name in seen.cookies}
    assert cookies <= {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}


@pytest.mark.promise("P11.1")
def test_whoever_only_reads_is_not_known_again(crawl: Crawl) -> None:
    """The policy names what one does before the session's cookie is set: opening a page is not among it."""
    known = {tried for tried, seen in crawl["nobody"].items() if settings.SESSION_COOKIE_NAME in seen.cookies}
    assert {verb for _pattern, verb in known} == {"POST"}


def test_a_browser_says_where_each_form_comes_from(crawl: Crawl) -> None:
    """Of a page that sends no referrer a browser posts with the origin “null”, and the site refuses that as foreign."""
    pages = [seen for role in ROLES for (_, verb), seen in crawl[role].items() if verb == "GET"]
    forms = [seen for seen in pages if seen.has_form]
    assert len(forms) > 100
    assert [seen for seen in forms if seen.policy == "no-referrer"] == []


def test_the_mask_hides_the_thing_and_nothing_else() -> None:
    values = {"reference": "OC-2222-2222", "token": "a:b/c"}
    body = b'<a href="/requests/OC-2222-2222/?next=a%3Ab%2Fc">OC-2222-2222</a> OC-3333-3333'
    assert masked(body, values.values()) == b'<a href="/requests/THING/?next=THING">THING</a> OC-3333-3333'
