"""What every test can ask for: the database, the running site, a browser."""

import fcntl
import os
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, connections
from django.test import TransactionTestCase, testcases
from django.utils import timezone, translation
from playwright.sync_api import Browser, Page
from pytest_django import DjangoDbBlocker

from consent import notices
from occicor.languages import main as compile_languages
from occicor.short_way import ShortWay
from privacy import audit, lately, limits, staff_visits
from privacy.actors import Actor
from privacy.audit import Fact
from privacy.jobs import heartbeat
from privacy.jobs.lease import Claim, renew
from privacy.models import AuditEntry, Job
from privacy.staff_visits import Visit
from privacy.vocabulary import LookReason
from tests.browser import chromium, watched_page
from tests.bucket_server import BucketServer
from tests.emptying import AsMigrated
from tests.guards.reference import events
from tests.guards.sources import ROOT
from tests.migrated import migrated
from tests.processor import authority_pem
from tests.stack import RunningStack

pytest_plugins = ["tests.split"]
# The catalogues as Django reads them, should one have been changed since `make` looked at them.
compile_languages()
_as_it_is = staff_visits.of


def _own_connections() -> None:
    """A fork opens connections of its own.

    Django keeps them apart by the running loop. That of a browser runs in this thread, but not in its fork, which would
    find there what this process had before it had a browser: a connection that may be dead by now.
    """
    with suppress(AttributeError):  # there was none
        del connections["default"]


os.register_at_fork(after_in_child=_own_connections)
# Playwright's waiting loop runs in the thread of the test; no query is asynchronous for that.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """In a run of several processes the database of each is a copy of one."""
    run = getattr(request.config, "workerinput", {}).get("testrunuid")
    if not run:
        yield
        return
    with django_db_blocker.unblock(), migrated(connection, run) as template:
        connection.settings_dict["TEST"]["TEMPLATE"] = template
        yield


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


@pytest.fixture(autouse=True)
def _nothing_known_from_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process keeps in mind for a moment is none of another test's business: clock, ledger, who came lately."""
    monkeypatch.setattr(lately, "SECONDS", 0.0)
    monkeypatch.setattr(limits, "_few_of_each", limits.FewOfEach())


@pytest.fixture(scope="session", autouse=True)
def _short_way_in_front() -> Iterator[None]:
    """A site that runs within the tests has the short way of a choice in front, as every site has, and no media."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(testcases, "_MediaFilesHandler", ShortWay)
        yield


@pytest.fixture(scope="session", autouse=True)
def _reason_given() -> Iterator[None]:
    """Staff have said why they look at people's data."""
    with pytest.MonkeyPatch.context() as patch:
        said = partial(Visit, LookReason.REQUESTS)
        patch.setattr(staff_visits, "of", lambda session: _as_it_is(session) or said(timezone.now()))
        yield


@pytest.fixture(scope="session", autouse=True)
def _told_events() -> Iterator[None]:
    """What the code puts on record stands in docs/reference/events.md, also where its name is put together."""
    told, recorded = events.words(ROOT), audit.record_many

    def recording(*, actor: Actor, facts: Sequence[Fact]) -> list[AuditEntry]:
        caller = sys._getframe(1)
        while caller.f_back and caller.f_globals is audit.__dict__:
            caller = caller.f_back
        if not caller.f_globals["__name__"].startswith("tests."):
            untold = {fact.event for fact in facts} - set(told)
            assert not untold, f"{untold} stands without words in {events.PAGE}: python -m tests.guards.reference"
        return recorded(actor=actor, facts=facts)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audit, "record_many", recording)
        yield


@pytest.fixture(scope="session", autouse=True)
def _unseen_jobs_are_not_lost() -> Iterator[None]:
    """Who renews a lease has a connection of their own, and sees nothing of a test that commits nothing.

    Otherwise every job in such a test would be taken for lost once it lasts for two seconds, as on a busy machine.
    """

    def renewed(held: Claim) -> bool:
        return renew(held) or not Job.objects.filter(pk=held.job_id).exists()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(heartbeat, "renew", renewed)
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


@pytest.fixture(scope="session")
def _ledgers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Places for ledgers, not there yet: with `tmp_path` each of the many tests that write none would make a folder."""
    folder = tmp_path_factory.mktemp("ledgers")
    return (folder / str(number) for number in count())


@pytest.fixture(autouse=True)
def _own_ledger(settings: Any, _ledgers: Iterator[Path]) -> None:
    """Each test begins with an empty ledger, as its database does."""
    settings.LEDGER_DIR = next(_ledgers)


@pytest.fixture(scope="session")
def made_data(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """Where the data of a site will lie that was made from nothing, one for all processes of the suite."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if hasattr(request.config, "workerinput") else base) / "made data"


@pytest.fixture(scope="session")
def running_stack(tmp_path_factory: pytest.TempPathFactory, made_data: Path) -> Iterator[RunningStack]:
    """The real site, shared by all tests of the session: leave it running, with every part alive.

    The first one in a run is made from nothing, in a folder with a space; that of another process begins with its data.

    It may send what people ask it to pass on to the servers of the tests (tests.processor), and believes a proxy in
    front of it, so that people can come from networks of their own. One other site may show its films, so that people
    are asked about them. It is watched. Passwords cost next to nothing, for somebody signs in there all the time.
    """
    folder = tmp_path_factory.mktemp("site")
    (folder / "authority.pem").write_text(authority_pem(), encoding="ascii")
    outbound = {"OUTBOUND_ALLOW_LOOPBACK": "1", "SSL_CERT_FILE": str(folder / "authority.pem")}
    others = {"TRUSTED_PROXIES": "1", "EMBED_HOSTS": "films.example", "METRICS_TOKEN": secrets.token_hex(20)}
    stack = RunningStack(folder / "the site", extra={**outbound, **others}, quick=True)
    try:
        with made_data.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            stack.begin_with(made_data).start()
            if not made_data.exists():
                stack.keep_data(made_data)
        yield stack
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


@pytest.fixture
def made_stack(
    new_stack: Callable[..., RunningStack], running_stack: RunningStack, made_data: Path
) -> Callable[..., RunningStack]:
    """The same, where what is made at the very first start is not the matter: they begin with the data of one."""
    return lambda name="var", **extra: new_stack(name, **extra).begin_with(made_data)


@pytest.fixture(scope="session")
def bucket_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BucketServer]:
    """A real S3-compatible server, shared by all tests of the session: leave it running."""
    server = BucketServer(tmp_path_factory.mktemp("bucket"))
    try:
        yield server.start()
    finally:
        server.kill()


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
