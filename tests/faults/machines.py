"""Machines of one site, each with its own folder and its own processes; they share services and nothing else."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from json import dumps, loads
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from django.db import connections

from occicor.embedded import secret_file
from occicor.embedded.layout import PROJECT, Layout
from occicor.embedded.ports import free_port
from occicor.embedded.processes import child_setup
from occicor.embedded.stack import WEB, WORKER
from occicor.redis_address import address_after
from tests.stack import FOREIGN, eventually

# Beside those of all processes of the suite (tests/split.py).
VALKEY_DATABASE = 10


class Machine:
    """One machine: an environment, and what was started in it."""

    def __init__(self, folder: Path, **env: str) -> None:
        self.folder = folder
        folder.mkdir()
        kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        own = {"VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "occicor.settings.development", "EMBEDDED_MAIL": "1"}
        # What the driver wants of a machine (tests.faults.driver).
        self.services_env = kept | own | env
        self.port = free_port()
        self.parts: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        """Start one of its parts: web, worker or scheduler."""
        web = WEB.replace("--workers=2", "--workers=1")
        words = {
            "web": f"-m {web} --host=127.0.0.1 --port={self.port} occicor.wsgi:application",
            "worker": f"-m {WORKER} --hostname={self.folder.name}@%h",
            "scheduler": "manage.py run_scheduler",
        }[name]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.parts[name] = subprocess.Popen(
                [sys.executable, *words.split()], cwd=PROJECT, env=self.services_env, stdout=log, stderr=log,
                start_new_session=True,
                preexec_fn=child_setup(os.getpid(), signal.SIGKILL, None),  # noqa: PLW1509 - it calls nothing that could wait
            )  # fmt: skip

    def kill(self, name: str) -> None:
        """End a part at once, with all its processes."""
        part = self.parts.pop(name)
        os.killpg(part.pid, signal.SIGKILL)
        part.wait()

    def stop(self) -> None:
        """End every part."""
        for name in list(self.parts):
            self.kill(name)

    def log(self, name: str) -> str:
        """What a part wrote."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def asks(self, method: str, path: str, body: Any = None, token: str = "") -> tuple[int, bytes]:
        """What its web server answers an app."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        said = {"Content-Type": "application/json"} | ({"X-Session-Token": token} if token else {})
        try:
            connection.request(method, path, dumps(body) if body is not None else "", said)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def told(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        """The same where it is a success, and JSON."""
        status, content = self.asks(method, path, body, token)
        assert status in (200, 201), (status, content, self.log("web")[-2000:])
        return loads(content)

    def wait_for_web(self) -> None:
        """Return once it answers."""

        def answers() -> bool:
            try:
                return self.asks("GET", "/healthz")[0] == 200
            except (OSError, HTTPException):
                return False

        assert eventually(answers, seconds=60), self.log("web")


@contextmanager
def own_database(name: str) -> Iterator[dict[str, str]]:
    """A database as the migrations leave it, on the server of the tests; how it is reached. Gone at the end."""
    template = connections["default"].settings_dict
    connections.close_all()
    server = {
        "host": str(template["OPTIONS"].get("host") or template["HOST"]),
        "user": str(template["USER"]),
        "password": str(template["PASSWORD"]),
    }
    with _administrator(server) as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template["NAME"]}"')
    try:
        yield server
    finally:
        with _administrator(server) as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def _administrator(server: dict[str, str]) -> Iterator[Any]:
    known: dict[str, Any] = {**server, "dbname": "postgres", "connect_timeout": 5}
    connection = psycopg2.connect(**known)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def secrets_of(folder: Path) -> dict[str, str]:
    """The secrets that all machines of a site have."""
    layout = Layout(folder)
    layout.make()
    return dict(secret_file.ensure(layout))


def broker_of(number: int) -> str:
    """Logical databases of the tests' Valkey that nobody else uses."""
    return address_after(settings.REDIS_URL, VALKEY_DATABASE + number)
