"""Who walks through the site: visitors, people with an account, staff; signed in once and shared."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from ipaddress import IPv4Address
from itertools import count
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, StorageState

from tests.browser import watched_page
from tests.journeys.cast import Cast
from tests.journeys.going import Place, arrive
from tests.journeys.looking import Looked, look
from tests.journeys.scene import Scene, set_scene
from tests.journeys.walker import Walker
from tests.processor import Processor
from tests.stack import RunningStack

Visit = Callable[..., AbstractContextManager[Walker]]
# A session of staff that nobody uses ends after STAFF_IDLE_MINUTES, 30.
STAFF_SESSION_SECONDS = 20 * 60


@pytest.fixture(scope="session")
def visit(browser: Browser, running_stack: RunningStack) -> Visit:
    """Opens a browser of one's own; whatever a page complained about fails the test that leaves it.

    It is used as in `with visit(java_script_enabled=False) as walker:`. Each comes from a network of its own, as people
    do: what one network may do in an hour holds for every one of them.
    """
    networks = count(1)

    @contextmanager
    def opened(**options: Any) -> Iterator[Walker]:
        came_from = {"X-Forwarded-For": str(IPv4Address("10.0.0.0") + next(networks))}
        with watched_page(browser, running_stack.base_url, extra_http_headers=came_from, **options) as (page, _watch):
            yield Walker(page, running_stack, scripts=options.get("java_script_enabled", True))

    return opened


@pytest.fixture(scope="session")
def sessions(visit: Visit, running_stack: RunningStack) -> Callable[[str], StorageState]:
    """The signed-in session of a demonstration account, by its role; each signs in once, and again before it ends."""
    kept: dict[str, StorageState] = {}
    since: dict[str, float] = {}

    def of(role: str) -> StorageState:
        if role not in kept or monotonic() > since[role] + STAFF_SESSION_SECONDS:
            since[role] = monotonic()
            account = running_stack.accounts[role]
            with visit() as walker:
                walker.email, walker.password = account.email, account.password
                walker.signs_in(to="/account/")
                if account.second_step:
                    walker.says_why()
                kept[role] = walker.page.context.storage_state()
        return kept[role]

    return of


@pytest.fixture(scope="session")
def visit_as(
    visit: Visit, sessions: Callable[[str], StorageState], running_stack: RunningStack
) -> Callable[..., AbstractContextManager[Walker]]:
    """Opens a browser in which a demonstration account is signed in.

    It is used as in `with visit_as("agent") as agent:`.
    """

    @contextmanager
    def opened(role: str, **options: Any) -> Iterator[Walker]:
        account = running_stack.accounts[role]
        with visit(storage_state=sessions(role), **options) as walker:
            walker.email, walker.password = account.email, account.password
            yield walker

    return opened


@pytest.fixture
def visitor(visit: Visit) -> Iterator[Walker]:
    """A visitor."""
    with visit() as found:
        yield found


@pytest.fixture(scope="module")
def agent(visit_as: Callable[..., AbstractContextManager[Walker]]) -> Iterator[Walker]:
    """The member of staff who answers requests."""
    with visit_as("agent") as found:
        yield found


@pytest.fixture(scope="session")
def cast(
    visit: Visit,
    visit_as: Visit,
    new_email: Callable[[], str],
    running_stack: RunningStack,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Cast]:
    """People of every kind, and what they need."""
    folder = tmp_path_factory.mktemp("cast")
    with Processor().running() as processor, ExitStack() as stage:
        staff = stage.enter_context(visit_as("agent"))
        staff.goes("/admin/")
        yield Cast(visit, visit_as, new_email, running_stack, processor, folder, stage, staff)


@pytest.fixture(scope="session")
def scene(cast: Cast, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Requests in every state, acted out once."""
    yield from set_scene(cast, tmp_path_factory.mktemp("scene"))


@pytest.fixture(scope="session")
def looked_at(visit: Visit, visit_as: Visit, scene: Scene) -> Iterator[Callable[[Place], Looked]]:
    """What was found on a page; each is visited once. Only here a script, axe's, is let past the policy."""
    found: dict[str, Looked] = {}
    with ExitStack() as stage:
        walkers: dict[str, Walker] = {}
        rights = scene.rights
        proven = {"stranger": rights.stranger, "asked much": rights.asked_much, "stand-in": rights.agent}
        proven |= {"disagrees": rights.disagrees, "agreed": scene.choices.agreed}

        def came(who: str) -> Visit:
            if who in proven:
                return partial(visit, storage_state=proven[who])
            return visit if who == "visitor" else partial(visit_as, who)

        def of(place: Place) -> Looked:
            if place.who not in walkers:
                walkers[place.who] = stage.enter_context(came(place.who)(bypass_csp=True, reduced_motion="reduce"))
            if place.name not in found:
                arrive(place, walkers[place.who], scene)
                found[place.name] = look(walkers[place.who].page)
            return found[place.name]

        yield of


@pytest.fixture(scope="session")
def new_email() -> Callable[[], str]:
    """Addresses that nobody has yet."""
    return lambda: f"ida.{uuid4().hex[:12]}@example.org"
