"""`make run` as a person meets it: what it says, what it keeps to itself, what it leaves behind, what it survives."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from occicor.embedded.layout import PROJECT
from occicor.embedded.ports import free_port
from occicor.embedded.processes import MARK_VARIABLE, saved, start_mark
from tests.stack import RunningStack, eventually

PARTS = {"postgres", "valkey", "worker", "scheduler", "web"}


def everything_of(stack: RunningStack) -> set[int]:
    """All processes of an installation: those on record, and whoever carries its mark."""
    wanted = f"{MARK_VARIABLE}={stack.var}".encode()
    found = {record.pid for record in saved(stack.layout.parts) if record.alive}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.add(int(folder.name))
        except OSError:
            continue
    return {pid for pid in found if start_mark(pid)}


def refused(stack: RunningStack) -> str:
    """What a start says that is refused; AssertionError when it is not."""
    command = [sys.executable, "-m", "occicor.embedded", "run"]
    done = subprocess.run(command, cwd=PROJECT, env=stack.env, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr.strip()


def test_it_says_ready_once_after_a_worker_answered_and_lists_the_accounts(running_stack: RunningStack) -> None:
    ready = [line for line in running_stack.said if line.startswith("Ready:")]
    assert ready == [f"Ready: {running_stack.base_url}/"]
    assert json.loads(running_stack.get("/readyz")[1])["checks"]["worker"] == "ok"
    text = "\n".join(running_stack.said)
    staff = {"agent", "senior", "officer", "deputy", "auditor", "support", "writer"}
    roles = {*staff, "subject", "other_subject", "administrator"}
    assert set(running_stack.accounts) == roles
    for account in running_stack.accounts.values():
        assert account.email in text
        assert account.password in text


def test_what_it_writes_is_for_its_owner_only(running_stack: RunningStack) -> None:
    for name in (".env", "demo-accounts.json", "run/services.env", "log/web.log"):
        assert (running_stack.var / name).stat().st_mode & 0o777 == 0o600, name
    for name in ("", "run", "log", "outbox", "packages", "postgres"):
        assert (running_stack.var / name).stat().st_mode & 0o777 == 0o700, name


def test_nothing_listens_on_the_network_but_the_site_on_this_computer(running_stack: RunningStack) -> None:
    lines = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines() if Path("/proc/net/tcp").exists() else []
    listening = [line.split() for line in lines[1:] if line.split()[3] == "0A"]
    own = {int(row[9]) for row in listening if int(row[1].split(":")[1], 16) == running_stack.port}
    sockets = set()
    for pid in everything_of(running_stack):
        for link in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                target = str(link.readlink())
            except OSError:
                continue
            if target.startswith("socket:["):
                sockets.add(int(target[8:-1]))
    mine = [row for row in listening if int(row[9]) in sockets]
    assert {int(row[9]) for row in mine} <= own
    assert all(row[1].startswith("0100007F:") for row in mine)


def test_a_taken_port_is_told_in_one_sentence_before_anything_is_made(new_stack: Callable[..., RunningStack]) -> None:
    stack = new_stack()
    with socket.create_server(("127.0.0.1", stack.port)):
        said = refused(stack)
    assert said.startswith(f"Port {stack.port} is taken by another program")
    assert "\n" not in said
    assert not (stack.var / "postgres").exists()
    assert not (stack.var / ".env").exists()


@pytest.mark.parametrize("port", ["eighty", "0", "70000"])
def test_a_port_that_is_none_is_told(new_stack: Callable[..., RunningStack], port: str) -> None:
    assert "PORT must be a number from 1 to 65535" in refused(new_stack(PORT=port))


@pytest.mark.parametrize(
    ("name", "address"),
    [("DATABASE_URL", "sqlite:///site.sqlite3"), ("REDIS_URL", "127.0.0.1:6379"), ("REDIS_URL", "redis://host/cache")],
)
def test_an_address_that_is_none_of_such_a_server_is_told(
    new_stack: Callable[..., RunningStack], name: str, address: str
) -> None:
    stack = new_stack(**{name: address})
    said = refused(stack)
    assert f"{name} is no address of " in said
    assert address not in said
    assert "Traceback" not in said
    assert not (stack.var / "postgres").exists()


def test_a_second_run_with_the_same_data_is_told_who_runs(running_stack: RunningStack) -> None:
    second = RunningStack(running_stack.var, port=free_port())
    said = refused(second)
    assert running_stack.process is not None
    assert f"Process {running_stack.process.pid} already runs" in said
    assert "VAR_DIR=" in said
    assert running_stack.get("/healthz")[0] == 200


@pytest.mark.fault
@pytest.mark.parametrize("part", sorted(PARTS))
def test_a_part_that_is_killed_comes_back_and_the_site_works(running_stack: RunningStack, part: str) -> None:
    old = running_stack.kill(part)
    running_stack.wait_for_return(part, old)
    assert eventually(lambda: is_ready(running_stack), seconds=30), running_stack.get("/readyz")
    assert any(line.startswith(f"{part} ended (signal 9)") for line in running_stack.said)


def is_ready(stack: RunningStack) -> bool:
    """Whether every part of the site shows that it lives."""
    try:
        status, text = stack.get("/readyz")
    except OSError:
        return False
    return status == 200 and json.loads(text)["status"] == "ready"


@pytest.mark.fault
def test_a_part_that_keeps_dying_is_started_at_growing_intervals(running_stack: RunningStack) -> None:
    running_stack.said.clear()
    for _ in range(3):
        old = running_stack.kill("scheduler")
        running_stack.wait_for_return("scheduler", old)
    pauses = [float(line.split(" in ")[1].split(" s")[0]) for line in running_stack.said if "scheduler ended" in line]
    assert len(pauses) == 3
    assert pauses == sorted(pauses)
    assert pauses[2] >= 2 * pauses[0]
    assert eventually(lambda: is_ready(running_stack), seconds=30)


@pytest.mark.fault
def test_killed_supervisor_leaves_no_process_and_the_next_start_keeps_everything(
    made_stack: Callable[..., RunningStack],
) -> None:
    stack = made_stack("a folder with a space").start()
    accounts, secrets = stack.accounts, (stack.var / ".env").read_text(encoding="utf-8")
    assert stack.process is not None
    assert len(everything_of(stack)) > len(PARTS)
    stack.process.kill()
    stack.process.wait()
    # The guard gives each part the time to stop that the supervisor would give it: the worker first, then the servers.
    assert eventually(lambda: not everything_of(stack), seconds=60), everything_of(stack)

    stack.start()
    assert stack.accounts == accounts
    assert (stack.var / ".env").read_text(encoding="utf-8") == secrets
    assert is_ready(stack)

    # Everything at once: supervisor, guard and all parts; only what they started may be left for the next start.
    kill_all(stack)
    stack.start()
    assert stack.accounts == accounts
    assert is_ready(stack)
    assert stack.stop() == 0
    assert everything_of(stack) == set()
    assert stack.said[-1] == "Stopped."


@pytest.mark.fault
def test_it_stops_when_the_program_that_started_it_is_killed(new_stack: Callable[..., RunningStack]) -> None:
    stack = new_stack(MAKELEVEL="1")
    script = "import subprocess, sys; subprocess.run([sys.executable, '-m', 'occicor.embedded', 'services'])"
    starter = subprocess.Popen([sys.executable, "-c", script], cwd=PROJECT, env=stack.env, start_new_session=True)
    assert eventually(
        lambda: {"postgres", "valkey"} <= {record.name for record in saved(stack.layout.parts)}, seconds=30
    )
    assert eventually(stack.layout.services.exists, seconds=30)
    records = saved(stack.layout.parts)
    starter.kill()
    starter.wait()
    assert eventually(lambda: not any(record.alive for record in records), seconds=20)
    assert eventually(lambda: not stack.layout.services.exists(), seconds=10)


def kill_all(stack: RunningStack) -> None:
    """`kill -9` for the supervisor, its guard and each part, at once."""
    assert stack.process is not None
    top = stack.process.pid
    children = Path(f"/proc/{top}/task/{top}/children").read_text(encoding="ascii").split()
    os.kill(top, signal.SIGSTOP)
    for pid in (*map(int, children), top):
        os.kill(pid, signal.SIGKILL)
    stack.process.wait()


@pytest.mark.fault
def test_without_a_broker_it_says_so_and_starts_all_the_same(made_stack: Callable[..., RunningStack]) -> None:
    stack = made_stack(REDIS_URL=f"unix:///{os.urandom(4).hex()}/nobody.sock").start()
    assert any(line.startswith("The task broker has not answered for 20 seconds.") for line in stack.said)
    status, text = stack.get("/readyz")
    assert (status, json.loads(text)["status"]) == (200, "degraded")
    assert json.loads(text)["checks"]["broker"] == "no answer"
    assert not (stack.var / "valkey").exists()


def test_a_database_that_does_not_answer_is_told_and_nothing_takes_its_place(
    new_stack: Callable[..., RunningStack],
) -> None:
    stack = new_stack(DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing")
    with pytest.raises(AssertionError, match="The database does not answer"):
        stack.start()
    assert not (stack.var / "postgres").exists()
    assert everything_of(stack) == set()
