"""The private PostgreSQL: how its data is made, for whom, and what it refuses."""

import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest
from environ import Env

from occicor.embedded.layout import PROJECT, Layout
from occicor.embedded.processes import saved
from tests.stack import FOREIGN, eventually


def environment(var: Path, **extra: str) -> dict[str, str]:
    """The environment for embedded mode with its data in `var`."""
    return {name: value for name, value in os.environ.items() if name not in FOREIGN} | {"VAR_DIR": str(var)} | extra


@contextmanager
def services(var: Path, **extra: str) -> Iterator[dict[str, str]]:
    """The two servers alone; their addresses."""
    command = [sys.executable, "-m", "occicor.embedded", "services"]
    process = subprocess.Popen(command, cwd=PROJECT, env=environment(var, **extra), stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline() if process.stdout else ""
        assert line.startswith("Services are up"), line
        lines = Layout(var).services.read_text(encoding="utf-8").splitlines()
        yield dict(line.split("=", 1) for line in lines)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def refused(var: Path, **extra: str) -> str:
    """What a start says that is refused."""
    command = [sys.executable, "-m", "occicor.embedded", "services"]
    env = environment(var, **extra)
    done = subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr.strip()


def asked(url: str, question: str) -> str:
    """The database's answer."""
    found = Env.db_url_config(url)
    with (
        psycopg2.connect(
            dbname=found["NAME"], user=found["USER"], password=found["PASSWORD"], **found["OPTIONS"]
        ) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(question)
        row = cursor.fetchone()
    connection.close()
    return str(row[0]) if row else ""


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that the tests of this module use one after the other."""
    return tmp_path_factory.mktemp("postgres") / "var"


def test_data_is_checksummed_unicode_and_behind_a_password_on_a_closed_socket(var: Path) -> None:
    with services(var) as env:
        url = env["DATABASE_URL"]
        assert asked(url, "SHOW data_checksums") == "on"
        assert asked(url, "SHOW server_encoding") == "UTF8"
        locale = "SELECT datlocprovider::text || ' ' || datlocale FROM pg_database WHERE datname = current_database()"
        assert asked(url, locale) == "b C.UTF-8"
        assert asked(url, "SELECT lower('ÉÀŻ')") == "éàż"
        assert asked(url, "SHOW listen_addresses") == ""
        assert asked(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == "False"
        rules = (var / "postgres" / "pg_hba.conf").read_text(encoding="utf-8").splitlines()
        assert {line.split()[-1] for line in rules if line and not line.startswith("#")} == {"scram-sha-256"}
        with pytest.raises(psycopg2.OperationalError, match="password"):
            asked(url.replace("occicor:", "occicor:wrong"), "SELECT 1")


def test_another_versions_data_is_left_alone_with_a_sentence(var: Path) -> None:
    version = var / "postgres" / "PG_VERSION"
    version.write_text("17\n", encoding="ascii")
    try:
        assert "was written by PostgreSQL 17, and this is 18" in refused(var)
    finally:
        version.write_text("18\n", encoding="ascii")


def test_lost_secrets_are_not_made_anew_over_existing_data(var: Path) -> None:
    kept = (var / ".env").rename(var / "away")
    try:
        assert "put the file back" in refused(var)
        assert not (var / ".env").exists()
    finally:
        kept.rename(var / ".env")


def test_a_half_made_database_is_made_anew(tmp_path: Path) -> None:
    half = tmp_path / "var" / "postgres.unfinished"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n", encoding="ascii")
    with services(tmp_path / "var") as env:
        assert asked(env["DATABASE_URL"], "SELECT 1") == "1"
    assert not half.exists()


def test_the_note_of_a_killed_server_does_not_stop_the_next(var: Path) -> None:
    # Its process id belongs to someone else by now: this test.
    note = f"{os.getpid()}\n{var / 'postgres'}\n1700000000\n5432\n{var / 'run'}\n\n"
    (var / "postgres" / "postmaster.pid").write_text(note, encoding="utf-8")
    with services(var) as env:
        assert asked(env["DATABASE_URL"], "SELECT 1") == "1"


def test_a_path_too_long_for_a_socket_gets_a_short_closed_folder(tmp_path: Path) -> None:
    deep = tmp_path / ("long name " * 9).strip() / "var"
    with services(deep) as env:
        assert asked(env["DATABASE_URL"], "SELECT 1") == "1"
        sockets = Layout(deep).sockets
        assert deep not in sockets.parents
        assert sockets.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another account")
def test_root_without_user_namespaces_uses_an_ordinary_account_and_opens_no_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    var = tmp_path / "var"
    nobody = pwd.getpwnam("nobody").pw_uid
    try:
        with services(var, EMBEDDED_ACCOUNT="nobody") as env:
            assert asked(env["DATABASE_URL"], "SELECT 1") == "1"
            pid = next(record.pid for record in saved(Layout(var).parts) if record.name == "postgres")
            assert Path(f"/proc/{pid}").stat().st_uid == nobody
        assert tmp_path.stat().st_mode & 0o777 == 0o700
        assert var.stat().st_mode & 0o777 == 0o700
        with services(var) as env:
            assert asked(env["DATABASE_URL"], "SELECT 1") == "1"
    finally:
        place = Path((var / "postgres.place").read_text(encoding="utf-8").strip())
        assert place.name.startswith("occicor-")
        subprocess.run(["rm", "-rf", str(place)], check=True)


def test_a_killed_supervisors_servers_are_gone_even_when_its_guard_is_killed_too(var: Path) -> None:
    command = [sys.executable, "-m", "occicor.embedded", "services"]
    process = subprocess.Popen(command, cwd=PROJECT, env=environment(var), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("Services are up")
    records = saved(Layout(var).parts)
    assert {record.name for record in records} == {"postgres", "valkey"}
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
    guard = next(int(pid) for pid in children if int(pid) not in {record.pid for record in records})
    process.send_signal(signal.SIGSTOP)
    os.kill(guard, signal.SIGKILL)
    process.kill()
    process.communicate()
    assert eventually(lambda: not any(record.alive for record in records), seconds=15)
