"""A text of its own in every input of the running site stands in its own column and nowhere else, also after a kill.

In every run what strangers type, and somebody with a new account. With EVERY_FORM=1 a site of its own is started, and
every form that there is has its canaries, those of staff included.
"""

import os
import re
import tempfile
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psutil
import pytest
from redis import Redis

from tests.attacks.canaries import CANARY, MARK
from tests.faults.driver import Driver
from tests.journeys.traces import value_of
from tests.stack import RunningStack, eventually

pytestmark = [pytest.mark.fault, pytest.mark.promise("P6.1")]
TABLE = Path(__file__).with_name("canaries.txt")
RENEW = 'REWRITE=1 EVERY_FORM=1 make test ARGS="tests/faults/test_canaries.py"'
# Of a child whom we do not know nothing is kept; an act of staff is refused where an earlier one has settled it.
AT_TIMES = {"a child: message"}
HEAD = "# What is typed in which form and field, and the columns in which it stands; nowhere where none is named.\n"
EVERY_FORM = bool(os.environ.get("EVERY_FORM"))
# The database's own files, which hold its columns; the messages as a mail server would have them, looked at below.
APART = ("postgres", "outbox")
LARGEST = 20_000_000


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """The shared site; one of its own where every form is sent, for what staff do there changes it."""
    if not EVERY_FORM:
        yield request.getfixturevalue("running_stack")
        return
    own = RunningStack(tmp_path_factory.mktemp("planted") / "var", extra={"TRUSTED_PROXIES": "1"})
    try:
        yield own.start()
    finally:
        own.stop()


@pytest.fixture(scope="module")
def beside(request: pytest.FixtureRequest, site: RunningStack) -> Iterator[Driver]:
    """The process beside it."""
    made = Driver(site) if EVERY_FORM else request.getfixturevalue("driver")
    yield made
    if EVERY_FORM:
        made.close()


@pytest.fixture(scope="module")
def planted(site: RunningStack, beside: Driver) -> dict[str, str]:
    """By canary the form and the field; the worker was killed while it had to do with them, and all is done since."""
    first = beside.ask("plant", base_url=site.base_url)
    second: dict[str, Any] = {"planted": {}, "refused": []}
    site.wait_for_return("worker", site.kill("worker"))
    if EVERY_FORM:
        second = beside.ask("plant_everywhere", base_url=site.base_url)
    assert eventually(lambda: not beside.ask("waiting"), seconds=60), "messages wait to be sent"
    refused = first["refused"] + second["refused"]
    assert refused == [], "refused forms plant nothing where it belongs:\n" + "\n".join(refused)
    found: dict[str, str] = first["planted"] | second["planted"]
    assert len(found) > 40
    return found


@pytest.fixture(scope="module")
def columns(beside: Driver, planted: dict[str, str]) -> dict[str, set[str]]:
    """By form and field, the columns in which what was typed there stands."""
    found: dict[str, set[str]] = {name: set() for name in planted.values()}
    for canary, where in beside.ask("places").items():
        if canary in planted:
            found[planted[canary]].update(where)
    return found


def test_what_was_typed_stands_nowhere_but_in_its_own_column(columns: dict[str, set[str]]) -> None:
    """Which columns those are is in the table `canaries.txt`; a column more is looked at before it gets there."""
    if os.environ.get("REWRITE"):
        kept = {**told_by(TABLE), **columns}
        lines = [f"{name} = {' '.join(sorted(kept[name]))}\n" for name in sorted(kept)]
        TABLE.write_text("".join([HEAD, *lines]), encoding="utf-8")
    known = told_by(TABLE)
    elsewhere = {name: sorted(where - known.get(name, set())) for name, where in columns.items()}
    assert {name: where for name, where in elsewhere.items() if where} == {}, RENEW
    lost = [name for name, where in columns.items() if known.get(name) and not where and name not in AT_TIMES]
    assert EVERY_FORM or lost == [], "planted and stored nowhere: what stands elsewhere proves nothing about these"


def told_by(table: Path) -> dict[str, set[str]]:
    """What the table says: by form and field the columns."""
    lines = [line.partition(" = ") for line in table.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {name: set(where.split()) for name, _is, where in lines}


def test_what_is_typed_and_not_asked_for_is_stored_nowhere() -> None:
    """By the table: names of files, headers, passwords, searches, addresses that are none."""
    stored = {name: where for name, where in told_by(TABLE).items() if where}
    unasked = re.compile(r"its name|every request: (?!User-Agent)|^lost: |password")
    assert [name for name in stored if unasked.search(name)] == []


def test_no_log_file_or_process_holds_it(site: RunningStack, planted: dict[str, str]) -> None:
    """Logs of every process and what the supervisor said; files beside the database; what processes are called with."""
    found = [f"{where}, {planted.get(where[-16:])}" for where in in_files(site.var, APART)]
    assert found == [], "\n".join(found)
    assert CANARY.findall("\n".join(site.said)) == []
    assert [*in_files(Path(tempfile.gettempdir()), ("pytest-of-*", "v-*", "wt", "briefs*"), deep=False)] == []
    for record in psutil.process_iter(["cmdline"]):
        assert MARK not in " ".join(record.info["cmdline"] or []), record


def test_no_broker_or_cache_holds_it(site: RunningStack, planted: dict[str, str]) -> None:
    """Keys and values of both databases: what Celery was given, what limits count, what was remembered."""
    keys = 0
    for number in range(2):
        with Redis.from_url(site.services_env["REDIS_URL"], db=number) as valkey:
            for key in valkey.scan_iter():
                keys += 1
                assert MARK not in repr(key) + repr(value_of(valkey, key)), key
    assert keys > 0


def test_messages_to_others_hold_nothing_of_it(site: RunningStack, planted: dict[str, str]) -> None:
    """What people typed goes to nobody but themselves: what our staff are sent says that there is something to read."""
    ours = [message for message in site.outbox() if "occicor.example" in str(message["To"])]
    told = [str(message["Subject"]) for message in ours if MARK in message.as_string()]
    assert ours != []
    assert told == []


def test_the_running_site_names_no_server_and_no_version(site: RunningStack) -> None:
    """As it leaves the web server, errors and files included (A25)."""
    for path in ("/", "/no/such/page/", "/static/no/such.css", "/api/v1/requests/", "/account/login/", "/%00"):
        connection = HTTPConnection("127.0.0.1", site.port, timeout=10)
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        named = {name.lower(): value for name, value in answer.getheaders()}
        assert named.get("server", "") == "", path
        assert not {"x-powered-by", "via"} & named.keys(), path
        assert "default-src 'none'" in named.get("content-security-policy", ""), path
        assert named.get("x-content-type-options") == "nosniff", path


def test_the_search_sees_what_stands_where_it_does_not_belong(tmp_path: Path) -> None:
    made = f"{MARK}{'0' * 12}"
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "web.log").write_text(f"Not Found: /{made}/", encoding="utf-8")
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "file").write_text(made, encoding="utf-8")
    assert [*in_files(tmp_path, APART)] == [f"log/web.log: {made}"]


def in_files(folder: Path, apart: tuple[str, ...], *, deep: bool = True) -> Iterator[str]:
    """The files below a folder, or right in it, that hold a canary."""
    for path in folder.rglob("*") if deep else folder.glob("*"):
        inside = path.relative_to(folder)
        if any(Path(inside.parts[0]).match(name) for name in apart):
            continue
        yield from _in_file(path, inside)


def _in_file(path: Path, inside: Path) -> Iterator[str]:
    try:
        if path.is_file() and path.stat().st_size < LARGEST:
            for found in sorted(set(CANARY.findall(path.read_bytes().decode("utf-8", "replace")))):
                yield f"{inside}: {found}"
    except OSError:
        return
