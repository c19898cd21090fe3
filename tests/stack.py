"""The real site in a folder of its own, started as `make run` starts it, for tests that walk through it or break it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psutil
import psycopg2
from environ import Env

from occicor.embedded import run, secret_file
from occicor.embedded.layout import PROJECT, Layout
from occicor.embedded.ports import free_port
from occicor.embedded.processes import Record, saved
from tests import quick_site

# What the tests' own services say must not reach a stack that brings its own.
FOREIGN = {
    *("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SITE_URL", "DJANGO_SETTINGS_MODULE", "MAKELEVEL", "EMBEDDED_MAIL"),
    *("DJANGO_ALLOW_ASYNC_UNSAFE", "LEDGER_DIR", "PORT", "VAR_DIR", *secret_file.MAKERS),
}
START_SECONDS = 180


@dataclass(frozen=True)
class Account:
    """How to sign in as one of the demonstration accounts."""

    role: str
    email: str
    password: str
    what_for: str
    second_step: str = ""


@dataclass
class RunningStack:
    """PostgreSQL, Valkey, web server, worker and scheduler under their supervisor; each part can be killed by name."""

    var: Path
    port: int = field(default_factory=free_port)
    extra: dict[str, str] = field(default_factory=dict)
    # Whether passwords cost next to nothing.
    quick: bool = False
    process: subprocess.Popen[str] | None = None
    said: list[str] = field(default_factory=list)
    codes_used: set[str] = field(default_factory=set)
    codes_read: Counter[tuple[str, str]] = field(default_factory=Counter)
    _opened: dict[str, EmailMessage] = field(default_factory=dict)

    @property
    def base_url(self) -> str:
        """The site's address, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def layout(self) -> Layout:
        """Where its files are."""
        return Layout(self.var)

    @property
    def env(self) -> dict[str, str]:
        """The environment in which it was started."""
        kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        own = {"VAR_DIR": str(self.var), "PORT": str(self.port), "FOLLOW_PARENT": "1", "DEMO_REQUESTS": "0"}
        # Three processes of tests share the machine with it: a worker that gives way to them would never come to work.
        return kept | own | {"WORKER_NICE": "0"} | self.extra

    @property
    def services_env(self) -> dict[str, str]:
        """The environment for a program that works beside it: secrets and addresses included."""
        lines = self.layout.services.read_text(encoding="utf-8").splitlines()
        found = dict(line.split("=", 1) for line in lines)
        known = {"DJANGO_SETTINGS_MODULE": quick_site.SETTINGS if self.quick else run.SETTINGS}
        return self.env | secret_file.read(self.layout) | found | known

    @property
    def _command(self) -> list[str]:
        return ["tests.quick_site"] if self.quick else ["occicor.embedded", "run"]

    @property
    def accounts(self) -> dict[str, Account]:
        """The demonstration accounts by role: agent, officer, writer, subject, other_subject, administrator."""
        rows = json.loads((self.var / "demo-accounts.json").read_text(encoding="utf-8"))
        return {row["role"]: Account(**row) for row in rows}

    def start(self, *, until: str = "Ready:", seconds: float = START_SECONDS) -> "RunningStack":
        """Start it and wait for the line that begins with `until`; AssertionError with its words otherwise."""
        self.said = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", *self._command], cwd=PROJECT, env=self.env, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        threading.Thread(target=self._listen, args=(self.process,), daemon=True).start()
        self.hear(until, seconds=seconds)
        return self

    def keep_data(self, folder: Path) -> None:
        """Copy to a new folder what its next start would find had everything died now.

        Nothing where PostgreSQL's data lies elsewhere (root without user namespaces). The database stands still
        meanwhile: its files are those of one moment, as after a power cut.
        """
        if not (self.var / "postgres").exists():
            return
        server = psutil.Process(self.pid("postgres"))
        server.suspend()  # no further process of it comes to be
        still = [server, *server.children(recursive=True)]
        try:
            for process in still[1:]:
                with suppress(psutil.NoSuchProcess):
                    process.suspend()
            shutil.copytree(self.var, folder, ignore=shutil.ignore_patterns("run", "log", "valkey"))
        finally:
            for process in still:
                with suppress(psutil.NoSuchProcess):
                    process.resume()

    def begin_with(self, folder: Path) -> "RunningStack":
        """Have its first start find what `keep_data` copied, if anything; the copy stays for others."""
        if folder.exists():
            shutil.copytree(folder, self.var)
        return self

    def _listen(self, process: "subprocess.Popen[str]") -> None:
        for line in process.stdout or ():
            self.said.append(line.rstrip("\n"))

    def hear(self, beginning: str, *, seconds: float = 30) -> str:
        """The line of the supervisor that begins so, when it comes; AssertionError when it does not."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for line in list(self.said):
                if line.startswith(beginning):
                    return line
            if self.process is not None and self.process.poll() is not None:
                time.sleep(0.2)
                break
            time.sleep(0.05)
        said = "\n".join(self.said)
        raise AssertionError(f"nothing that begins with {beginning!r} was said, only:\n{said}")

    def stop(self, number: int = signal.SIGINT, *, seconds: float = 60) -> int:
        """Ask the supervisor to stop and wait for it; its exit status."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout=seconds)

    def record(self, name: str) -> Record:
        """The running part of this name: postgres, valkey, worker, scheduler or web. KeyError when it is not there."""
        return {record.name: record for record in saved(self.layout.parts)}[name]

    def pid(self, name: str) -> int:
        """The process id of a part; it leads a group of the same number."""
        return self.record(name).pid

    def kill(self, name: str, number: int = signal.SIGKILL, *, group: bool = True) -> int:
        """Send a signal to a part, to all of its group by default; the process id it had.

        A part that has just ended by itself is waited for, as a worker does that cannot hear its broker.
        """
        deadline = time.monotonic() + 30
        while True:
            pid = self.pid(name)
            try:
                (os.killpg if group else os.kill)(pid, number)
            except ProcessLookupError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return pid

    def wait_for_return(self, name: str, old: int, *, seconds: float = 30) -> int:
        """The new process id of a part once it has been started again; AssertionError when time is up."""

        def returned() -> bool:
            records = {record.name: record for record in saved(self.layout.parts)}
            return name in records and records[name].pid != old and records[name].alive

        assert eventually(returned, seconds=seconds), f"{name} did not come back:\n" + "\n".join(self.said)
        return self.pid(name)

    def outbox(self) -> list[EmailMessage]:
        """The messages that would have been sent, oldest first."""
        files = sorted((self.var / "outbox").glob("*.eml"))
        for file in files:
            if file.name not in self._opened:
                self._opened[file.name] = message_from_bytes(file.read_bytes(), policy=policy.default)
        return [self._opened[file.name] for file in files]

    def wait_for_mail(self, to: str, *, about: str = "", count: int = 1, seconds: float = 20) -> EmailMessage:
        """The newest message to an address whose subject says this, once there are `count`; AssertionError when not."""

        def letters() -> list[EmailMessage]:
            return [message for message in self.outbox() if to in str(message["To"]) and about in message["Subject"]]

        assert eventually(lambda: len(letters()) >= count, seconds=seconds), f"no message {count} “{about}” to {to}"
        return letters()[-1]

    def get(self, path: str, *, seconds: float = 10, **headers: str) -> tuple[int, str]:
        """Status and text of a page, asked for without a session."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        finally:
            connection.close()

    def answers(self) -> bool:
        """Whether the web server answers, whatever else is up by now."""
        try:
            return self.get("/healthz")[0] == 200
        except (OSError, HTTPException):
            return False

    def database(self) -> "psycopg2.extensions.connection":
        """A connection to its database as the site's own role."""
        found = Env.db_url_config(self.services_env["DATABASE_URL"])
        server = {"dbname": found["NAME"], "user": found["USER"], "password": found["PASSWORD"], **found["OPTIONS"]}
        connection: psycopg2.extensions.connection = psycopg2.connect(**server)
        return connection

    def manage(self, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run `manage.py` beside it, with further variables; AssertionError with its words when that fails."""
        command, env = [sys.executable, "manage.py", *words], self.services_env | variables
        done = subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"manage.py {words[0]} failed:\n{done.stdout}{done.stderr}"
        return done


def eventually(holds: Callable[[], bool], *, seconds: float) -> bool:
    """Whether something comes to hold within `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return holds()
