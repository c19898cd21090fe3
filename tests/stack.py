"""The real site in a folder of its own, started as `make run` starts it, for tests that walk through it or break it."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psycopg2
from environ import Env

from occicor.embedded import secret_file
from occicor.embedded.layout import PROJECT, Layout
from occicor.embedded.ports import free_port
from occicor.embedded.processes import Record, saved

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
    process: subprocess.Popen[str] | None = None
    said: list[str] = field(default_factory=list)
    codes_used: set[str] = field(default_factory=set)

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
        return kept | {"VAR_DIR": str(self.var), "PORT": str(self.port), "FOLLOW_PARENT": "1"} | self.extra

    @property
    def services_env(self) -> dict[str, str]:
        """The environment for a program that works beside it: secrets and addresses included."""
        lines = self.layout.services.read_text(encoding="utf-8").splitlines()
        found = dict(line.split("=", 1) for line in lines)
        known = {"DJANGO_SETTINGS_MODULE": "occicor.settings.development"}
        return self.env | secret_file.read(self.layout) | found | known

    @property
    def accounts(self) -> dict[str, Account]:
        """The demonstration accounts by role: agent, officer, writer, subject, other_subject, administrator."""
        rows = json.loads((self.var / "demo-accounts.json").read_text(encoding="utf-8"))
        return {row["role"]: Account(**row) for row in rows}

    def start(self, *, until: str = "Ready:", seconds: float = START_SECONDS) -> "RunningStack":
        """Start it and wait for the line that begins with `until`; AssertionError with its words otherwise."""
        self.said = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "occicor.embedded", "run"], cwd=PROJECT, env=self.env, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        threading.Thread(target=self._listen, args=(self.process,), daemon=True).start()
        self.hear(until, seconds=seconds)
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
        """Send a signal to a part, to all of its group by default; the process id it had."""
        pid = self.pid(name)
        (os.killpg if group else os.kill)(pid, number)
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
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]

    def wait_for_mail(self, to: str, *, count: int = 1, seconds: float = 20) -> EmailMessage:
        """The newest message to an address, once there are `count` of them; AssertionError when time is up."""

        def letters() -> list[EmailMessage]:
            return [message for message in self.outbox() if to in str(message["To"])]

        assert eventually(lambda: len(letters()) >= count, seconds=seconds), f"no message {count} to {to}"
        return letters()[-1]

    def get(self, path: str, *, seconds: float = 10) -> tuple[int, str]:
        """Status and text of a page, asked for without a session."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request("GET", path)
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
