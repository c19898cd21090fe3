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
from playwright.sync_api import Browser, BrowserContext, StorageState

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
SESSION_COOKIE = "sessionid"


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


class SharedSessions:
    """The signed-in session of each demonstration account, by its role, in as many windows as one likes.

    Each signs in once, and again before the session ends. Whoever shows again who they are gets another key for it,
    which every other window of theirs is given too.
    """

    def __init__(self, visit: Visit, stack: RunningStack) -> None:
        self._visit = visit
        self._stack = stack
        self._kept: dict[str, StorageState] = {}
        self._since: dict[str, float] = {}
        self._windows: dict[str, list[BrowserContext]] = {}

    @contextmanager
    def window(self, role: str, **options: Any) -> Iterator[Walker]:
        """A browser in which this account is signed in."""
        account = self._stack.accounts[role]
        windows = self._windows.setdefault(role, [])
        with self._visit(storage_state=self._state(role), **options) as walker:
            walker.email, walker.password = account.email, account.password
            context = walker.page.context
            walker.renewed = lambda: self._hand_on(role, context)
            windows.append(context)
            try:
                yield walker
            finally:
                windows.remove(context)

    def _state(self, role: str) -> StorageState:
        if role not in self._kept or monotonic() > self._since[role] + STAFF_SESSION_SECONDS:
            self._since[role] = monotonic()
            account = self._stack.accounts[role]
            with self._visit() as walker:
                walker.email, walker.password = account.email, account.password
                walker.signs_in(to="/account/")
                if account.second_step:
                    walker.says_why()
                self._kept[role] = walker.page.context.storage_state()
        return self._kept[role]

    def _hand_on(self, role: str, changed: BrowserContext) -> None:
        self._kept[role] = changed.storage_state()
        session = [cookie for cookie in changed.cookies() if cookie["name"] == SESSION_COOKIE]
        for context in self._windows[role]:
            if context is not changed:
                context.add_cookies(session)  # type: ignore[arg-type] # what is read is what is set


@pytest.fixture(scope="session")
def visit_as(visit: Visit, running_stack: RunningStack) -> Visit:
    """Opens a browser in which a demonstration account is signed in.

    It is used as in `with visit_as("agent") as agent:`.
    """
    return SharedSessions(visit, running_stack).window


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
