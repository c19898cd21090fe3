"""What every test can ask for: the database, the running site, a browser."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from django.utils import timezone, translation
from playwright.sync_api import Browser, Page
from pytest_django import DjangoDbBlocker

from consent import notices
from occicor.languages import main as compile_languages
from privacy import staff_visits
from privacy.staff_visits import Visit
from privacy.vocabulary import LookReason
from tests.browser import chromium, watched_page
from tests.emptying import AsMigrated
from tests.processor import authority_pem
from tests.stack import RunningStack

pytest_plugins = ["tests.split"]
# The catalogues as Django reads them, should one have been changed since `make` looked at them.
compile_languages()
_as_it_is = staff_visits.of
# Playwright's waiting loop runs in the thread of the test; no query is asynchronous for that.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database of the tests: each finds it as the migrations left it, whatever an earlier one committed."""
    with django_db_blocker.unblock():
        migrated = AsMigrated(connection)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: migrated.restore())
        yield


@pytest.fixture(autouse=True)
def _fresh_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """Rate limits of one test do not bind the next."""
    yield
    asked_for = {"db", "transactional_db"} & set(request.fixturenames)
    if (asked_for or request.node.get_closest_marker("django_db")) and not connection.needs_rollback:
        cache.clear()


@pytest.fixture(autouse=True)
def _no_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is asked about cookies, as each database begins; known beforehand, so that no page looks it up."""
    monkeypatch.setattr(notices._remembered, "notice", None)
    monkeypatch.setattr(notices._remembered, "until", float("inf"))


@pytest.fixture(scope="session", autouse=True)
def _reason_given() -> Iterator[None]:
    """Staff have said why they look at people's data."""
    with pytest.MonkeyPatch.context() as patch:
        said = partial(Visit, LookReason.REQUESTS)
        patch.setattr(staff_visits, "of", lambda session: _as_it_is(session) or said(timezone.now()))
        yield


@pytest.fixture(autouse=True)
def _asked_why(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """But in the tests marked `asks_why`, which are about that."""
    if request.node.get_closest_marker("asks_why"):
        monkeypatch.setattr(staff_visits, "of", _as_it_is)


@pytest.fixture(autouse=True)
def _our_language() -> Iterator[None]:
    """The language of a page that one test asked for does not speak in the next."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _own_ledger(settings: Any, tmp_path: Path) -> None:
    """Each test begins with an empty ledger, as its database does."""
    settings.LEDGER_DIR = tmp_path / "ledger"


@pytest.fixture(scope="session")
def running_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """The real site, shared by all tests of the session: leave it running, with every part alive.

    It may send what people ask it to pass on to the servers of the tests (tests.processor), and believes a proxy in
    front of it, so that people can come from networks of their own. One other site may show its films, so that people
    are asked about them.
    """
    folder = tmp_path_factory.mktemp("site")
    (folder / "authority.pem").write_text(authority_pem(), encoding="ascii")
    outbound = {"OUTBOUND_ALLOW_LOOPBACK": "1", "SSL_CERT_FILE": str(folder / "authority.pem")}
    stack = RunningStack(folder / "var", extra={**outbound, "TRUSTED_PROXIES": "1", "EMBED_HOSTS": "films.example"})
    try:
        yield stack.start()
    finally:
        stack.stop()


@pytest.fixture
def new_stack(tmp_path: Path) -> Iterator[Callable[..., RunningStack]]:
    """Makes further sites, not yet started, for tests that must not share one; all are stopped at the end."""
    made: list[RunningStack] = []

    def make(name: str = "var", **extra: str) -> RunningStack:
        made.append(RunningStack(tmp_path / name, extra=extra))
        return made[-1]

    try:
        yield make
    finally:
        for stack in made:
            stack.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium."""
    with chromium() as found:
        yield found


@pytest.fixture
def open_page(browser: Browser, running_stack: RunningStack) -> Callable[..., AbstractContextManager[Any]]:
    """The way to open watched pages of the running site, with options such as java_script_enabled=False."""
    return lambda **options: watched_page(browser, running_stack.base_url, **options)


@pytest.fixture
def page(open_page: Callable[..., AbstractContextManager[Any]]) -> Iterator[Page]:
    """A page of the running site; the test fails when anything complained, broke the CSP or went elsewhere."""
    with open_page() as (found, _watch):
        yield found
