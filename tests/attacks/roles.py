"""Who comes to the site: nobody, people with and without an account, the owner of what is sought, and staff."""

import copy
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from accounts.roles import AGENTS, OFFICERS, PERMISSIONS
from rights_requests.people import remember_proof
from tests.attacks.answers import lacking, loaded_from_elsewhere
from tests.attacks.site_map import Route, masked
from tests.factories import make_enrolment, make_staff, make_user
from tests.rights_requests.browsing import browser_of

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")
# Those whose use is counted, so that somebody who tries too often is refused.
COUNTED = {"POST", "PUT"}
OWNER, PERSON, NEWCOMER = "owner", "person", "staff without permission"
# Whoever has no business with somebody else's things. An administrator of a Customer is a person as any other.
FOREIGN = ("nobody", PERSON, "address", NEWCOMER)
AGENT, OFFICER = "agent", "officer"
ROLES = (*FOREIGN, OWNER, AGENT, OFFICER)
DESK = "admin/"
# By whether it is the desk: what everybody tries, and what those try who get furthest. At the desk one guard refuses
# whatever is neither GET, POST nor HEAD, whoever sends it and before any page: an officer tries one of these.
TRIED = {True: (VERBS[:2], VERBS[:3]), False: (VERBS[:2], VERBS)}
FURTHEST = {True: frozenset({OFFICER}), False: frozenset({"nobody", PERSON, OWNER})}
TakeBack = Callable[[], None]
OWNERS_ADDRESS = b"canary@example.org"
# What a look changes by itself: that the session is still in use.
OF_THE_SESSION = {"accounts_session", "usersessions_usersession"}
_WRITES = re.compile(r'\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)')


def at(pattern: str) -> tuple[str, ...]:
    """The roles that try an address: all, but at the pages for visitors staff are people as any other, two enough."""
    return ROLES if pattern.startswith(DESK) else tuple(role for role in ROLES if role != AGENT)


def verbs_of(role: str, pattern: str) -> tuple[str, ...]:
    """What somebody in this role tries at an address."""
    is_desk = pattern.startswith(DESK)
    return TRIED[is_desk][role in FURTHEST[is_desk]] if role in at(pattern) else ()


@dataclass(frozen=True)
class Seen:
    """An answer as far as one can tell it from another, and the tables in which something was written meanwhile.

    `cookies` names those that came with it; `names_owner`: the address of whose things they are stands in it; `lacks`
    says what is wrong with its headers, `loads` what of other sites it loads, `may_be_stored` whether anybody may.
    """

    status: int
    body: str
    location: str
    policy: str
    has_form: bool
    cookies: frozenset[str]
    wrote: frozenset[str]
    names_owner: bool = False
    lacks: frozenset[str] = frozenset()
    loads: frozenset[str] = frozenset()
    may_be_stored: bool = False


class Asking(Client):
    """Django's client without its notes about templates, of which it copies everything that each of them is given."""

    def request(self, **request: Any) -> Any:
        """An answer as it would leave, whatever broke."""
        answer = self.handler(self._base_environ(**request))
        self.cookies.update(answer.cookies)
        return answer


@contextmanager
def taken_back() -> Iterator[TakeBack]:
    """What is called within to take back all that was written since; the rest is taken back at the end."""
    with transaction.atomic():
        mark = connection.savepoint_ids[-1]

        def take_back() -> None:
            connection.savepoint_rollback(mark)
            connection.needs_rollback = False

        yield take_back
        transaction.set_rollback(True)


@dataclass
class Browser:
    """A browser that forgets after each answer, so that no attempt changes what the next one finds."""

    client: Client

    def tries(self, verb: str, route: Route, values: Mapping[str, str], take_back: TakeBack | None = None) -> Seen:
        """Ask for an address; whatever that changed is taken back, by `take_back` where many are tried in a row."""
        if take_back is None:
            with taken_back() as own:
                return self.tries(verb, route, values, own)
        wrote, changed = set[str](), False

        def noted(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            nonlocal changed
            if not sql.startswith(("SELECT ", "SAVEPOINT ", "RELEASE ")):
                changed = True
                wrote.update(_WRITES.findall(sql))
            try:
                return execute(sql, *rest)
            except DatabaseError:
                changed = True
                raise

        if verb in COUNTED:
            cache.clear()
        kept = copy.deepcopy(self.client.cookies)
        with connection.execute_wrapper(noted):
            answer = self.client.generic(verb, route.filled(values))
            seen = _seen(answer, [values[name] for name in route.parameters], frozenset(wrote - OF_THE_SESSION))
        if changed:
            take_back()
        self.client.cookies = kept
        return seen


def browsers(owner: User) -> dict[str, Browser]:
    """Everybody's browser, by role."""
    known = Asking()
    session = known.session
    remember_proof(session, make_enrolment("bob@work.example").work_email)
    session.save()
    known.cookies["sessionid"] = str(session.session_key)
    clients = {
        "nobody": Asking(),
        PERSON: browser_of(make_user("bob@example.org")),
        "address": known,
        NEWCOMER: browser_of(make_staff(email="new@occicor.example")),
        OWNER: browser_of(owner),
        AGENT: browser_of(make_staff(perms=PERMISSIONS[AGENTS], email="agent@staff.example")),
        OFFICER: browser_of(make_staff(perms=PERMISSIONS[OFFICERS], email="officer@staff.example")),
    }
    assert tuple(clients) == ROLES
    return {role: Browser(_asking(client)) for role, client in clients.items()}


def _asking(client: Client) -> Asking:
    """The same browser, as far as its cookies say who it is."""
    asking = Asking()
    asking.cookies = client.cookies
    return asking


def _seen(answer: HttpResponse, values: Iterable[str], wrote: frozenset[str]) -> Seen:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined,union-attr]
    location = masked(answer.get("Location", "").encode(), values).decode()
    digest = hashlib.sha256(masked(body, values)).hexdigest()
    policy = answer.get("Referrer-Policy", "")
    has_form, names_owner = b'method="post"' in body, OWNERS_ADDRESS in body
    cookies = frozenset(answer.cookies)
    more = {"lacks": lacking(answer), "loads": loaded_from_elsewhere(body)}
    may_be_stored = "no-store" not in answer.get("Cache-Control", "")
    told = (answer.status_code, digest, location, policy, has_form, cookies, wrote, names_owner)
    return Seen(*told, may_be_stored=may_be_stored, **more)
