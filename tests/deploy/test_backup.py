"""A backup of the tests' own database: what is in it, what it refuses, and what goes when its time is over."""

import hashlib
import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings

from occicor import backups
from occicor.embedded.layout import PROJECT
from occicor.settings.secret_files import CREDENTIAL

pytestmark = pytest.mark.django_db
SCRIPT = PROJECT / "deploy" / "backup.sh"


def backup(folder: Path, *words: str, without: str = "", **changes: str) -> "subprocess.CompletedProcess[str]":
    """Run the script over this process's database and the folder's data.

    What it is to be without is handed over as systemd does it.
    """
    known = connection.get_connection_params()
    who = f"{quote(known['user'])}:{quote(known.get('password', ''), safe='')}"
    address = f"postgres://{who}@/{known['dbname']}?host={quote(known['host'], safe='')}"
    (folder / "ledger").mkdir(exist_ok=True)
    env = dict(os.environ) | {
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "occicor.settings.test",
        "REDIS_URL": settings.REDIS_URL,
        "VAR_DIR": str(folder / "var"),
        "LEDGER_DIR": str(folder / "ledger"),
        "BACKUP_DIR": str(folder / "backups"),
        "BACKUP_RECIPIENT": "none",
        "BACKUP_DAYS": "30",
    }  # fmt: skip
    env |= changes
    if without:
        path = Path(env["CREDENTIALS_DIRECTORY"]) / CREDENTIAL.format(without)
        path.write_text(env.pop(without) + "\n", encoding="utf-8")
        path.chmod(0o400)
    return subprocess.run([SCRIPT, *words], env=env, capture_output=True, text=True, check=False)


def said(folder: Path) -> backups.Backups:
    """What the site finds of them."""
    with override_settings(BACKUP_DIR=folder / "backups"):
        found = backups.newest()
    assert found is not None
    return found


def _old(folder: Path, days: int) -> str:
    name = (datetime.now(UTC) - timedelta(days=days)).strftime("%Y%m%dT%H%M%SZ")
    (folder / "backups" / "data" / name).mkdir(parents=True)
    return name


def test_it_has_ledger_database_and_files_and_what_is_over_goes(tmp_path: Path) -> None:
    (tmp_path / "var" / "evidence").mkdir(parents=True)
    (tmp_path / "var" / "evidence" / "sealed").write_bytes(b"sealed already")
    (tmp_path / "var" / "log").mkdir()
    over, fresh = _old(tmp_path, 31), _old(tmp_path, 29)
    done = backup(tmp_path)
    assert done.returncode == 0, done.stderr
    made = Path(done.stdout.splitlines()[-1])
    assert {path.name for path in made.iterdir()} == {"database.dump", "files.tar", "about.txt", "SHA256SUMS"}
    for line in (made / "SHA256SUMS").read_text(encoding="ascii").splitlines():
        digest, _, name = line.partition("  ")
        assert hashlib.sha256((made / name).read_bytes()).hexdigest() == digest
    listed = subprocess.run(["tar", "--list", "--file", made / "files.tar"], capture_output=True, text=True, check=True)
    assert listed.stdout.split() == ["evidence/", "evidence/sealed"]
    held = subprocess.run(["pg_restore", "--list", made / "database.dump"], capture_output=True, text=True, check=True)
    assert "TABLE DATA public privacy_auditentry" in held.stdout
    names = {path.name for path in made.parent.iterdir()}
    assert names == {fresh, made.name}
    assert over not in names
    assert [path.stat().st_mode & 0o077 for path in made.iterdir()] == [0] * 4
    assert len(list((tmp_path / "backups" / "ledger").iterdir())) == 1
    found = said(tmp_path)
    assert found.made_at is not None
    assert found.made_at.strftime(backups.STAMP) == made.name
    assert (found.size, found.failed_at) == (sum(path.stat().st_size for path in made.iterdir()), None)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("BACKUP_RECIPIENT", "", "BACKUP_RECIPIENT is not set"),
        ("BACKUP_DAYS", "0", "is not a number of days"),
        ("BACKUP_DAYS", "some", "is not a number of days"),
    ],
)
def test_it_refuses_with_a_sentence_and_leaves_nothing(tmp_path: Path, name: str, value: str, words: str) -> None:
    done = backup(tmp_path, **{name: value})
    assert done.returncode == 1
    assert words in done.stderr
    assert not (tmp_path / "backups").exists()


def _with(folder: Path, program: str, script: str) -> str:
    """A PATH on which a program of ours comes first."""
    (folder / program).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (folder / program).chmod(0o700)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def test_a_database_that_cannot_be_read_leaves_no_half_backup(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    done = backup(tmp_path, PATH=_with(tmp_path, "pg_dump", "echo half a database\nexit 1"))
    assert done.returncode != 0
    assert list((tmp_path / "backups" / "data").iterdir()) == []
    assert said(tmp_path).failed_at is not None
    assert said(tmp_path).state(datetime.now(UTC)) == "the last one failed"
    assert backup(tmp_path).returncode == 0
    assert said(tmp_path).state(datetime.now(UTC)) == ""


def test_a_seal_that_breaks_over_the_database_is_no_backup_though_the_trial_restored_it(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    path = _with(tmp_path, "age", 'cat >"$0.in"\nhead -c 999 "$0.in"\n[ "$(head -c 5 "$0.in")" != PGDMP ]')
    done = backup(tmp_path, "--prove", PATH=path, BACKUP_RECIPIENT="age1tests")
    assert "Restored for a trial" in done.stdout, done.stderr
    assert "could not be sealed" in done.stderr
    assert done.returncode == 1
    assert list((tmp_path / "backups" / "data").iterdir()) == []


def test_the_address_of_the_database_may_be_a_secret_that_systemd_hands_over(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    handed = tmp_path / "credentials"
    handed.mkdir()
    done = backup(tmp_path, CREDENTIALS_DIRECTORY=str(handed), without="DATABASE_URL")
    assert done.returncode == 0, done.stderr
