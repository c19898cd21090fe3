"""Figures of the doors: how long sixteen people at once wait for the page to sign in, and for an app's list."""

import http.client
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import perf_counter

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model

from accounts.sessions import SessionStore
from benchmarks.figure import Figure
from benchmarks.site import running_site
from occicor.embedded.ports import HOST
from privacy.actors import Actor
from privacy.data_map.subject import Subject
from privacy.vocabulary import Right
from rights_requests.services import filing

SIGN_IN, LIST = "/account/login/", "/api/v1/requests/"
CLIENTS, EACH, WARM = 16, 60, 60
# One of sixteen may wait as if all sixteen stood in one queue before a single clerk, and no longer.
MOST_TIMES = float(CLIENTS)


def figures(quick: bool) -> Iterator[Figure]:
    """The slowest of a hundred answers for one alone, and for sixteen at once; each keeps a connection of their own."""
    del quick  # it is quick
    people = [_person(number) for number in range(CLIENTS)]
    with TemporaryDirectory() as folder, running_site(Path(folder), SIGN_IN) as port:
        for name, page, told in (("the page to sign in", SIGN_IN, [{}] * CLIENTS), ("an app’s list", LIST, people)):
            alone, together = _waits(port, page, told)
            note = f"p99 of {page}, {CLIENTS} people at once against one alone, {CLIENTS * EACH} answers each"
            yield Figure(f"{name}, {CLIENTS} at once", together, MOST_TIMES, limit=alone, note=note)


def _waits(port: int, page: str, told: list[Mapping[str, str]]) -> tuple[float, float]:
    def asks(number: int, times: int) -> list[float]:
        return _ask(port, page, {**told[number], "X-Forwarded-For": f"10.1.0.{number + 1}"}, times)

    asks(0, WARM)
    alone = [one for number in range(CLIENTS) for one in asks(number, EACH)]
    with ThreadPoolExecutor(CLIENTS) as people:
        together = [one for of_one in people.map(_with(asks, EACH), range(CLIENTS)) for one in of_one]
    return _slow(alone), _slow(together)


def _with(asks: Callable[[int, int], list[float]], times: int) -> Callable[[int], list[float]]:
    return lambda number: asks(number, times)


def _ask(port: int, page: str, headers: Mapping[str, str], times: int) -> list[float]:
    """The seconds of each answer, over one connection."""
    asking = http.client.HTTPConnection(HOST, port, timeout=30)
    taken = []
    for _turn in range(times):
        began = perf_counter()
        asking.request("GET", page, headers=dict(headers))
        answer = asking.getresponse()
        answer.read()
        taken.append(perf_counter() - began)
        if answer.status != http.client.OK:
            raise RuntimeError(f"{page} was answered with {answer.status}")
    asking.close()
    return taken


def _slow(times: list[float]) -> float:
    return quantiles(times, n=100)[98]


def _person(number: int) -> Mapping[str, str]:
    """Somebody who is signed in with an app and has made a request for each right that needs no answer first."""
    user = get_user_model().objects.create_user(f"door{number}@example.org", None)
    actor = Actor.subject(user.pk, Subject(user_id=user.pk).digest)
    for right in (Right.ACCESS, Right.PORTABILITY):
        filing.file_request(actor=actor, user=user, right=right)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return {"X-Session-Token": str(session.session_key)}
