"""The commands behind make: `python -m occicor.embedded run`, `services`, `exec COMMAND…`, `audit` and the others."""

import contextlib
import fcntl
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

from occicor.embedded import chromium, clean, processes
from occicor.embedded.layout import PROJECT, Layout
from occicor.embedded.ports import chosen_port, free_port
from occicor.embedded.problem import Problem
from occicor.embedded.run import SETTINGS, address, run, start
from occicor.embedded.stack import Stack
from occicor.embedded.supervisor import Stopped, Supervisor, follow_parent

# What each of them does and has of its own, tests/split.py says.
IN_THREE_PROCESSES = ["-n", "3"]
# What says where a site of yours is, and must not lead the audit to it.
OF_ANOTHER_SITE = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SITE_URL", "LEDGER_DIR", "DEMO_ACCOUNTS")
USAGE = (
    "python -m occicor.embedded run | services | exec COMMAND… | bench | soak [--kills N] [--seed S] | audit [NAME…]"
    " | drill | test [words for pytest]"
)


def say(line: str, to: IO[str] | None = None) -> None:
    """One line for the person at the terminal, at once; whether anyone still listens does not matter."""
    with contextlib.suppress(OSError):
        print(line, file=to or sys.stdout, flush=True)


def to_errors(line: str) -> None:
    """The same where the standard output is the result's alone."""
    say(line, sys.stderr)


def layout_of(name: str) -> Layout:
    """The folder `name` of the data folder, which VAR_DIR may move; the data folder itself without a name."""
    named = os.environ.get("VAR_DIR")
    var = Path(named).expanduser().resolve() if named else PROJECT / "var"
    return Layout(var / name)


def lock(layout: Layout) -> IO[str]:
    """Hold this folder for ourselves until the file is closed; raises Problem when another run holds it."""
    file = (layout.run / "lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        who = file.read().strip() or "another command"
        raise Problem(
            f"{who} already runs with the data in {layout.var}: stop it first, or give this one its own data folder, "
            f"as in VAR_DIR=var/second PORT=8001 make run."
        ) from None
    file.truncate(0)
    file.write(f"Process {os.getpid()}")
    file.flush()
    return file


def services(layout: Layout, words: list[str]) -> int:
    """Only the database and the broker, until stopped; prints their addresses."""
    follow_parent()
    with Supervisor(layout, say) as supervisor:
        stack = Stack(layout, supervisor, SETTINGS)
        try:
            stack.start_services()
            say(f"Services are up; their addresses are in {layout.services}")
            supervisor.forever()
        except Stopped:
            pass
        finally:
            layout.services.unlink(missing_ok=True)
    return 0


def with_services(command: list[str], stack: Stack, start: Callable[[], None] | None = None) -> int:
    """Run one command beside its own services, or beside whatever `start` starts; its exit status."""
    follow_parent()
    with stack.supervisor as supervisor:
        child = None
        try:
            (start or stack.start_services)()
            child = subprocess.Popen(command, cwd=PROJECT, env=stack.env)
            supervisor.wait(lambda: child.poll() is not None, seconds=float("inf"))
            return child.returncode
        except Stopped:
            if child is not None:
                child.terminate()
                child.wait()
            return 130
        finally:
            stack.layout.services.unlink(missing_ok=True)


def run_command(layout: Layout, words: list[str]) -> int:
    """Any command, with the data of `make run`."""
    return with_services(words, Stack(layout, Supervisor(layout, say), SETTINGS))


def bench(layout: Layout, words: list[str]) -> int:
    """The figures: a database as durable as in production, which makes another and drops it."""
    stack = Stack(layout, Supervisor(layout, say), "benchmarks.settings", as_admin=True)
    return with_services([sys.executable, "-m", "benchmarks.run", *words], stack)


def test(layout: Layout, words: list[str]) -> int:
    """The test suite, in a browser that exists: all of it in three processes, what words name in one."""
    browser = chromium.ensure(say, bare=True)
    stack = Stack(layout, Supervisor(layout, say), "occicor.settings.test", durable=False, as_admin=True)
    stack.env["CHROMIUM"] = browser
    return with_services([sys.executable, "-m", "pytest", *(words or IN_THREE_PROCESSES)], stack)


def emptied(layout: Layout) -> Layout:
    """The folder of a site to be made anew, with nothing of an earlier one; what leads to yours is unset."""
    for name in OF_ANOTHER_SITE:
        os.environ.pop(name, None)
    own = Layout(layout.var / "site")
    processes.end_leftovers(own.parts, own.var)
    clean.remove_data(own.var)
    return own


def by_itself(module: str, layout: Layout, words: list[str]) -> int:
    """Run a module that starts what it needs by itself, in this data folder; its exit status."""
    command, env = [sys.executable, "-m", module, *words], os.environ | {"VAR_DIR": str(layout.var)}
    return subprocess.run(command, cwd=PROJECT, env=env, check=False).returncode


def audit(layout: Layout, words: list[str]) -> int:
    """Independent checkers over the whole site, made anew on a free port: nothing of an earlier run or of yours."""
    browser = chromium.ensure(to_errors)
    own = emptied(layout)
    own.make()
    port = free_port()
    stack = Stack(own, Supervisor(own, to_errors), SETTINGS)
    stack.env |= {"CHROMIUM": browser, "DEMO_ACCOUNTS": "1", "API_RATE_TIMES": "1000"}
    address(stack, port)
    command = [sys.executable, "-m", "tests.audit.run", *words]
    return with_services(command, stack, start=lambda: start(stack, port, to_errors))


def soak(layout: Layout, words: list[str]) -> int:
    """A site made anew that is broken again and again; what became of each case stays, so that a later run goes on."""
    emptied(layout)
    return by_itself("tests.faults.soak", layout, words)


def drill(layout: Layout, words: list[str]) -> int:
    """A production from nothing in a fresh Debian, by its page; none of our services takes part."""
    return by_itself("tests.drill.run", layout, words)


def site(layout: Layout, words: list[str]) -> int:
    """The whole site."""
    # What a killed run left may hold the port: it goes first.
    processes.end_leftovers(layout.parts, layout.var)
    chosen_port(os.environ.get("PORT") or "8000")
    return run(layout, say)


# Each command with its own part of the data folder: tests and figures can run beside the site.
COMMANDS: dict[str, tuple[str, Callable[[Layout, list[str]], int]]] = {
    "run": ("", site),
    "services": ("", services),
    "exec": ("", run_command),
    "bench": ("bench", bench),
    "soak": ("soak", soak),
    "audit": ("audit", audit),
    "drill": ("drill", drill),
    "test": ("test", test),
}


def main(words: list[str]) -> int:
    """Do what the first word says; the exit status is 1 with a sentence when it cannot be done, 2 for a wrong word."""
    os.umask(0o077)
    name, rest = (words[0], words[1:]) if words else ("", [])
    if name not in COMMANDS or (name == "exec" and not rest):
        say(USAGE)
        return 2
    folder, command = COMMANDS[name]
    try:
        layout = layout_of(folder)
        layout.make()
        with lock(layout):
            return command(layout, rest)
    except Problem as problem:
        print(problem, file=sys.stderr, flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
