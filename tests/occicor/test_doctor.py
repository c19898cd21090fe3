"""The doctor says of each thing what is wrong with it and what to do, and finds nothing where all is well."""

import base64
import json
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.test import override_settings

from occicor.doctor import broker, database, environment, machine, mail, outside, site
from occicor.doctor.lines import Line, State
from occicor.embedded.layout import PROJECT
from tests.guards.check import throwaway_environment

TODAY = date(2027, 1, 7)
KEY = base64.b64encode(bytes(range(32))).decode()
GOOD_ENV = {
    "DJANGO_SETTINGS_MODULE": "occicor.settings.production",
    "SECRET_KEY": "".join(map(chr, range(40, 110))),
    "DIGEST_KEY": "".join(map(chr, range(50, 100))),
    "PACKAGE_KEK": KEY,
    "SIGNING_KEY": base64.b64encode(bytes(range(1, 33))).decode(),
    "DATABASE_URL": "postgres://occicor@/occicor",
    "REDIS_URL": "redis://127.0.0.1",
    "EMAIL_URL": "smtp://127.0.0.1:25",
    "SITE_URL": "https://privacy.example",
    "ALLOWED_HOSTS": "privacy.example",
    "LEDGER_DIR": "/srv/occicor-ledger",
    "SECURITY_TXT_EXPIRES_ON": "2027-10-01",
    "BACKUP_RECIPIENT": "age1abc",
    "PATH": "/usr/bin",
}


def told(found: Any) -> list[Line]:
    """The lines that are not good."""
    return [line for line in found if line.state is not State.GOOD]


def test_sound_settings_need_nothing() -> None:
    assert told(environment.lines(GOOD_ENV, TODAY)) == []


ENVIRONMENT = {
    "development": ({"DJANGO_SETTINGS_MODULE": ""}, "settings module", State.BAD),
    "missing": ({"DATABASE_URL": ""}, "settings", State.BAD),
    "short": ({"SECRET_KEY": "abcdefghijklmnopqrstuvwxyz"}, "SECRET_KEY", State.BAD),
    "monotonous": ({"DIGEST_KEY": "ab" * 30}, "DIGEST_KEY", State.BAD),
    "no base64": ({"PACKAGE_KEK": "?"}, "PACKAGE_KEK", State.BAD),
    "few bytes": ({"SIGNING_KEY": base64.b64encode(b"few").decode()}, "SIGNING_KEY", State.BAD),
    "one for two": ({"SIGNING_KEY": KEY}, "secrets", State.BAD),
    "http": ({"SITE_URL": "http://privacy.example"}, "SITE_URL", State.BAD),
    "path": ({"SITE_URL": "https://privacy.example/"}, "SITE_URL", State.BAD),
    "every host": ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS", State.BAD),
    "another host": ({"ALLOWED_HOSTS": "other.example"}, "ALLOWED_HOSTS", State.BAD),
    "proxies in words": ({"TRUSTED_PROXIES": "one"}, "TRUSTED_PROXIES", State.BAD),
    "no proxy": ({"TRUSTED_PROXIES": "0"}, "TRUSTED_PROXIES", State.LOOK),
    "no last day": ({"SECURITY_TXT_EXPIRES_ON": ""}, "security.txt", State.LOOK),
    "last day in words": ({"SECURITY_TXT_EXPIRES_ON": "soon"}, "security.txt", State.BAD),
    "expired": ({"SECURITY_TXT_EXPIRES_ON": "2027-01-07"}, "security.txt", State.BAD),
    "soon": ({"SECURITY_TXT_EXPIRES_ON": "2027-01-20"}, "security.txt", State.LOOK),
    "too far": ({"SECURITY_TXT_EXPIRES_ON": "2029-01-20"}, "security.txt", State.BAD),
    "no backups": ({"BACKUP_RECIPIENT": ""}, "backups", State.LOOK),
    "open backups": ({"BACKUP_RECIPIENT": "none"}, "backups", State.LOOK),
    "slip of the pen": ({"ALLOWED_HOST": "privacy.example"}, "ALLOWED_HOST", State.LOOK),
}


@pytest.mark.parametrize("case", ENVIRONMENT)
def test_unsound_settings_are_named_with_what_to_do(case: str) -> None:
    change, name, state = ENVIRONMENT[case]
    found = told(environment.lines(GOOD_ENV | change, TODAY))
    assert [(line.name, line.state) for line in found] == [(name, state)]
    assert found[0].to_do


def _folder(tmp_path: Path, mode: int = 0o700) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    folder.chmod(mode)
    return folder


MACHINE: dict[str, Callable[[Path], Line]] = {
    "old Python": lambda _path: machine.python((3, 10)),
    "package away": lambda _path: machine.packages("django==5.2.19 \\\n", {}),
    "package of another version": lambda _path: machine.packages("Django==5.2.19", {"django": "5.2.18"}),
    "no zones": lambda _path: machine.zones({"UTC"}),
    "no folder": lambda path: machine.private_folder("VAR_DIR", path / "none"),
    "open folder": lambda path: machine.private_folder("VAR_DIR", _folder(path, 0o755)),
    "closed static folder": lambda path: machine.open_folder("STATIC_ROOT", _folder(path, 0o700)),
    "no static folder": lambda path: machine.open_folder("STATIC_ROOT", path / "none"),
    "ledger with the database": lambda path: machine.apart(_with_database(path) / "ledger", path / "var"),
    "ledger with the data": lambda path: machine.apart(path / "var" / "ledger", path / "var"),
    "full disk": lambda _path: machine.room("VAR_DIR", 100_000_000),
    "nearly full disk": lambda _path: machine.room("VAR_DIR", 1_000_000_000),
}


def _with_database(path: Path) -> Path:
    (path / "PG_VERSION").write_text("17", encoding="ascii")
    return path


@pytest.mark.parametrize("case", MACHINE)
def test_what_a_machine_lacks_is_named_with_what_to_do(case: str, tmp_path: Path) -> None:
    line = MACHINE[case](tmp_path)
    assert line.state is not State.GOOD
    assert line.to_do


def test_a_sound_machine_needs_nothing(tmp_path: Path) -> None:
    pins = "django==5.2.19 \\\n    --hash=sha256:00\nwin==1 ; sys_platform == 'win32' \\\n"
    sound = [
        machine.python((3, 11)),
        machine.packages(pins, {"django": "5.2.19"}),
        machine.zones({"Europe/Paris"}),
        machine.private_folder("VAR_DIR", _folder(tmp_path)),
        machine.apart(tmp_path / "ledger", tmp_path / "var"),
        machine.room("VAR_DIR", 10_000_000_000),
    ]  # fmt: skip
    assert told(sound) == []


SETTINGS = {name: value for name, (value, _why) in (database.NEEDED | database.WANTED).items()}
SETTINGS |= {"data_checksums": "on", "max_connections": "100"}
DATABASE = database.Facts(170005, True, False, "UTF8", 0.1, SETTINGS)


def _set(name: str, value: str = "x") -> database.Facts:
    return replace(DATABASE, settings=SETTINGS | {name: value})


DATABASES: dict[str, tuple[database.Facts, str, State]] = {
    "old": (replace(DATABASE, version=150004), "database", State.BAD),
    "not ours": (replace(DATABASE, owns=False), "role", State.BAD),
    "superuser": (replace(DATABASE, superuser=True), "role", State.LOOK),
    "another encoding": (replace(DATABASE, encoding="SQL_ASCII"), "encoding", State.BAD),
    "far ahead": (replace(DATABASE, ahead=45.0), "clock", State.BAD),
    "a little behind": (replace(DATABASE, ahead=-3.0), "clock", State.LOOK),
    "no checksums": (_set("data_checksums", "off"), "checksums", State.LOOK),
    "few connections": (_set("max_connections", "20"), "max_connections", State.LOOK),
    **{f"{name} otherwise": (_set(name), name, State.BAD) for name in database.NEEDED},
    **{f"{name} otherwise": (_set(name), name, State.LOOK) for name in database.WANTED},
}


@pytest.mark.parametrize("case", DATABASES)
def test_what_is_wrong_with_a_database_is_named_with_what_to_do(case: str) -> None:
    facts, name, state = DATABASES[case]
    found = told(database.judged(facts))
    assert [(line.name, line.state) for line in found] == [(name, state)]
    assert found[0].to_do


@pytest.mark.django_db
def test_the_servers_of_the_tests_are_asked_and_answer() -> None:
    assert told(database.judged(DATABASE)) == []
    assert not any(line.state is State.BAD for line in database.lines() if line.name not in database.NEEDED)
    assert told(broker.lines()) == []


BROKER = ({"valkey_version": "8.1.1"}, {"maxmemory-policy": "noeviction", "appendonly": "yes", "databases": "16"})
BROKERS: dict[str, tuple[dict[str, str], dict[str, str] | None, str, State]] = {
    "old": ({"redis_version": "6.2.0"}, BROKER[1], "broker", State.BAD),
    "throws out": (BROKER[0], BROKER[1] | {"maxmemory-policy": "allkeys-lru"}, "eviction", State.BAD),
    "forgets": (BROKER[0], BROKER[1] | {"appendonly": "no"}, "broker's memory", State.LOOK),
    "one database": (BROKER[0], BROKER[1] | {"databases": "1"}, "broker's databases", State.BAD),
    "closed": (BROKER[0], None, "broker's settings", State.LOOK),
}


@pytest.mark.parametrize("case", BROKERS)
def test_what_is_wrong_with_a_broker_is_named_with_what_to_do(case: str) -> None:
    info, config, name, state = BROKERS[case]
    found = told(broker.judged(info, config))
    assert [(line.name, line.state) for line in found] == [(name, state)]
    assert found[0].to_do


def test_a_broker_that_is_away_is_named() -> None:
    with override_settings(REDIS_URL="unix:///nowhere/valkey.sock"):
        assert [(line.name, line.state) for line in broker.lines()] == [("broker", State.BAD)]


class MailServer(socketserver.StreamRequestHandler):
    """Says yes to whatever it hears but to passwords, and remembers what it heard."""

    heard: ClassVar[list[str]] = []

    def handle(self) -> None:
        """One conversation."""
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            word = line.decode().split()[0].upper()
            self.heard.append(word)
            self.wfile.write(MAIL_ANSWERS.get(word, b"250 yes\r\n"))
            if word == "QUIT":
                break


class Listening(socketserver.ThreadingTCPServer):
    """Ends although whoever was refused stays on the line."""

    daemon_threads = True
    block_on_close = False


MAIL_ANSWERS = {
    "EHLO": b"250-here\r\n250 AUTH PLAIN LOGIN\r\n",
    "AUTH": b"535 no\r\n",
    "QUIT": b"221 bye\r\n",
}
KNOWN = {"EMAIL_HOST_USER": "occicor", "EMAIL_HOST_PASSWORD": "guessed", "DEFAULT_FROM_EMAIL": "Us <us@shop.example>"}
MAIL: dict[str, tuple[dict[str, Any], list[tuple[str, State]], list[str]]] = {
    "answers": ({"EMAIL_HOST_USER": ""}, [], ["QUIT"]),
    "refuses the password": ({}, [("mail server", State.BAD)], ["EHLO", "AUTH"]),
    "elsewhere, in the clear": (
        {"EMAIL_HOST": "0.0.0.0", "EMAIL_HOST_USER": ""},
        [("mail server", State.LOOK)],
        ["QUIT"],
    ),
    "nobody can answer": (
        {"EMAIL_HOST_USER": "", "DEFAULT_FROM_EMAIL": "Occicor <privacy@occicor.example>"},
        [("sender", State.LOOK)],
        ["QUIT"],
    ),
}


@pytest.mark.parametrize("case", MAIL)
def test_a_mail_server_that_answers_is_asked_for_no_more(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It hears who we are where a password is set, and nothing of a message."""
    changes, found, heard = MAIL[case]
    monkeypatch.setattr(MailServer, "heard", [])
    with Listening(("127.0.0.1", 0), MailServer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        where = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": server.server_address[1]}
        with override_settings(**(KNOWN | where | changes)):
            lines = told(mail.lines())
        server.shutdown()
    assert [(line.name, line.state) for line in lines] == found
    assert MailServer.heard[: len(heard)] == heard
    assert not {"MAIL", "RCPT", "DATA"} & set(MailServer.heard)


def test_a_mail_server_that_is_away_is_named() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with override_settings(EMAIL_HOST="127.0.0.1", EMAIL_PORT=free.getsockname()[1]):
            assert [(line.name, line.state) for line in mail.lines()] == [("mail server", State.BAD)]


def test_a_part_that_is_away_is_bad_where_it_is_needed_and_to_be_looked_at_elsewhere() -> None:
    found = told(site.judged({"database": "ok", "ledger": "database behind the ledger", "worker": "never seen"}))
    assert [(line.name, line.state) for line in found] == [("ledger", State.BAD), ("worker", State.LOOK)]
    assert told(site.judged({"database": "ok"})) == []


SAFE = {"strict-transport-security": "max-age=1", "content-security-policy": "x"}
MET = outside.Met(60, 301, "https://privacy.example/", 200, SAFE)
STRANGERS: dict[str, tuple[outside.Met, str, State]] = {
    "certificate": (replace(MET, days=5), "certificate", State.LOOK),
    "no redirect": (replace(MET, plain_status=200, plain_location=""), "http", State.BAD),
    "redirect elsewhere": (replace(MET, plain_location="https://other.example/"), "http", State.BAD),
    "no policy": (replace(MET, headers={"strict-transport-security": "x"}), "content-security-policy", State.BAD),
    "no HSTS": (replace(MET, headers={"content-security-policy": "x"}), "strict-transport-security", State.BAD),
    "not ready": (replace(MET, ready_status=503), "readyz", State.BAD),
}


@pytest.mark.parametrize("case", STRANGERS)
def test_what_a_stranger_misses_is_named(case: str) -> None:
    met, name, state = STRANGERS[case]
    assert [(line.name, line.state) for line in told(outside.judged(met, "https://privacy.example"))] == [(name, state)]
    assert told(outside.judged(MET, "https://privacy.example")) == []


def judged(folder: Path, **changes: str) -> list[dict[str, str]]:
    """What a doctor of its own says about an environment that production could start with, but for these changes."""
    env = throwaway_environment(str(folder), "occicor.settings.production") | changes
    command = [sys.executable, "-m", "occicor.doctor", "--before-start", "--json"]
    done = subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert done.returncode == 1, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return] # as the doctor writes it


def test_settings_that_cannot_be_read_end_the_doctor_with_words_and_not_with_a_trace(tmp_path: Path) -> None:
    last = judged(tmp_path, DEMO_ACCOUNTS="1")[-1]
    assert (last["name"], last["state"]) == ("settings", "FAIL")
    assert "DEMO_ACCOUNTS" in last["found"]


def test_a_secret_may_lie_in_a_file_and_the_doctor_reads_it_as_the_site_does(tmp_path: Path) -> None:
    file = tmp_path / "secret_key"
    file.write_text("too short\n", encoding="utf-8")
    file.chmod(0o600)
    env = {"SECRET_KEY": "", "SECRET_KEY_FILE": str(file)}
    said = {line["name"]: line["found"] for line in judged(tmp_path, **env)}
    assert said["SECRET_KEY"] == "has 9 characters, fewer than 50"
    file.chmod(0o644)
    last = judged(tmp_path, **env)[-1]
    assert (last["name"], last["state"]) == ("settings", "FAIL")
    assert "whose mode is 0644" in last["found"]


def test_days_are_counted_from_the_day_that_is_given() -> None:
    soon = (TODAY + timedelta(days=environment.REMIND_DAYS)).isoformat()
    assert told(environment.lines(GOOD_ENV | {"SECURITY_TXT_EXPIRES_ON": soon}, TODAY)) == []
