"""Who comes to the site: nobody, people with and without an account, the owner of what is sought, and staff."""

import copy
import hashlib
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from accounts.roles import AGENTS, OFFICERS, PERMISSIONS
from rights_requests.people import remember_proof
from tests.attacks.site_map import Route, masked
from tests.factories import make_enrolment, make_staff, make_user
from tests.rights_requests.browsing import browser_of

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")
# What browsers of people send; whether another verb is refused does not depend on who else sends it.
USUAL_VERBS = VERBS[:2]
# Those whose use is counted, so that somebody who tries too often is refused.
COUNTED = {"POST", "PUT"}
OWNER, PERSON, NEWCOMER = "owner", "person", "staff without permission"
# Whoever has no business with somebody else's things. An administrator of a Customer is a person as any other.
FOREIGN = ("nobody", PERSON, "address", NEWCOMER)
AGENT, OFFICER = "agent", "officer"
ROLES = (*FOREIGN, OWNER, AGENT, OFFICER)
# Those who try every verb. At the desk one guard refuses all but three, whichever they are and before any page: whoever
# gets furthest tries one of them.
EVERY_VERB, MORE_AT_THE_DESK = frozenset({"nobody", PERSON, OWNER}), frozenset({OFFICER})
DESK = "admin/"
# By whether it is the desk: who tries each address in every run. All seven at all addresses take minutes.
ALWAYS = {True: frozenset({OFFICER, AGENT}), False: frozenset({"nobody", PERSON, OWNER})}
EVERY_ROLE = bool(os.environ.get("EVERY_ROLE") or os.environ.get("REWRITE"))
OWNERS_ADDRESS = b"canary@example.org"
# What a look changes by itself: that the session is still in use.
OF_THE_SESSION = {"accounts_session", "usersessions_usersession"}
_WRITES = re.compile(r'\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)')


def at(pattern: str) -> tuple[str, ...]:
    """The roles that try an address: those who get furthest always, of the others one that the address chooses.

    With EVERY_ROLE=1 all of them. At the pages for visitors staff are people as any other, two of them enough.
    """
    is_desk = pattern.startswith(DESK)
    everybody = ROLES if is_desk else tuple(role for role in ROLES if role != AGENT)
    if EVERY_ROLE:
        return everybody
    others = [role for role in everybody if role not in ALWAYS[is_desk]]
    chosen = others[crc32(pattern.encode()) % len(others)]
    return tuple(role for role in everybody if role in ALWAYS[is_desk] or role == chosen)


def whole_of(pattern: str) -> frozenset[str]:
    """The roles that try more than browsers of people send."""
    if pattern.startswith(DESK):
        return MORE_AT_THE_DESK
    return EVERY_VERB if EVERY_ROLE else frozenset({PERSON})


def verbs_of(role: str, pattern: str) -> tuple[str, ...]:
    """What somebody in this role tries at an address."""
    if role not in at(pattern):
        return ()
    if role not in whole_of(pattern):
        return USUAL_VERBS
    return VERBS[:3] if pattern.startswith(DESK) else VERBS


@dataclass(frozen=True)
class Seen:
    """An answer as far as one can tell it from another, and the tables in which something was written meanwhile.

    `cookies` names those that came with it; `names_owner`: the address of whose things they are stands in it.
    """

    status: int
    body: str
    location: str
    policy: str
    has_form: bool
    cookies: frozenset[str]
    wrote: frozenset[str]
    names_owner: bool = False


@dataclass
class Browser:
    """A browser that forgets after each answer, so that no attempt changes what the next one finds."""

    client: Client

    def tries(self, verb: str, route: Route, values: Mapping[str, str]) -> Seen:
        """Ask for an address; whatever that changed is taken back."""
        wrote: set[str] = set()

        def noted(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            if not sql.lstrip().startswith("SELECT"):
                wrote.update(_WRITES.findall(sql))
            return execute(sql, *rest)

        if verb in COUNTED:
            cache.clear()
        kept = copy.deepcopy(self.client.cookies)
        with transaction.atomic(), connection.execute_wrapper(noted):
            answer = self.client.generic(verb, route.filled(values))
            seen = _seen(answer, [values[name] for name in route.parameters], frozenset(wrote - OF_THE_SESSION))
            transaction.set_rollback(True)
        self.client.cookies = kept
        return seen


def browsers(owner: User) -> dict[str, Browser]:
    """Everybody's browser, by role."""
    known = Client()
    session = known.session
    remember_proof(session, make_enrolment("bob@work.example").work_email)
    session.save()
    known.cookies["sessionid"] = str(session.session_key)
    clients = {
        "nobody": Client(),
        PERSON: browser_of(make_user("bob@example.org")),
        "address": known,
        NEWCOMER: browser_of(make_staff(email="new@occicor.example")),
        OWNER: browser_of(owner),
        AGENT: browser_of(make_staff(perms=PERMISSIONS[AGENTS], email="agent@staff.example")),
        OFFICER: browser_of(make_staff(perms=PERMISSIONS[OFFICERS], email="officer@staff.example")),
    }
    assert tuple(clients) == ROLES
    for client in clients.values():
        client.raise_request_exception = False
    return {role: Browser(client) for role, client in clients.items()}


def _seen(answer: HttpResponse, values: Iterable[str], wrote: frozenset[str]) -> Seen:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined,union-attr]
    location = masked(answer.get("Location", "").encode(), values).decode()
    digest = hashlib.sha256(masked(body, values)).hexdigest()
    policy = answer.get("Referrer-Policy", "")
    has_form, names_owner = b'method="post"' in body, OWNERS_ADDRESS in body
    cookies = frozenset(answer.cookies)
    return Seen(answer.status_code, digest, location, policy, has_form, cookies, wrote, names_owner)
