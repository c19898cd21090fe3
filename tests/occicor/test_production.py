"""Production settings: complete and strict, or they do not start at all."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from occicor.embedded.layout import PROJECT
from tests.guards.check import throwaway_environment

SHOW = (
    "print(s.DEBUG, s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, "
    "s.CSRF_COOKIE_NAME, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS, s.EMBEDDED_MAIL, s.DEMO_ACCOUNTS, "
    "s.POST_OFFICE['BACKENDS']['default'], "
    "s.COOKIE_CONSENT_NAME, s.CONSENT_REF_COOKIE_NAME, s.COOKIE_CONSENT_SECURE)"
)


def started(show: str = SHOW, **changes: str | None) -> "subprocess.CompletedProcess[str]":
    """Load the settings in a process of their own, with these variables changed or (None) taken away."""
    with tempfile.TemporaryDirectory() as folder:
        env = throwaway_environment(folder, "occicor.settings.production") | {
            name: value for name, value in changes.items() if value is not None
        }
        for name in [name for name, value in changes.items() if value is None]:
            env.pop(name)
        command = [sys.executable, "-c", f"from django.conf import settings as s; {show}"]
        return subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True, check=False)


def test_cookies_are_bound_to_the_host_and_mail_is_sent() -> None:
    done = started()
    assert done.stdout.split() == [
        "False", "__Host-session", "True", "__Host-csrf", "True", "31536000", "False", "False",
        "django.core.mail.backends.smtp.EmailBackend",
        "__Host-consent", "__Host-consent_ref", "True",
    ], done.stderr  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        *("SECRET_KEY", "DIGEST_KEY", "PACKAGE_KEK", "SIGNING_KEY"),
        *("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SITE_URL", "LEDGER_DIR"),
    ],
)
def test_a_missing_secret_or_address_stops_the_start_and_is_named(name: str) -> None:
    done = started(**{name: None})
    assert done.returncode != 0
    assert f"Production needs these in the environment (see .env.example): {name}" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EMBEDDED_MAIL", "1"),
        ("DEMO_ACCOUNTS", "1"),
        ("OUTBOUND_ALLOW_LOOPBACK", "1"),
        ("SITE_URL", "http://privacy.example"),
    ],
)
def test_what_is_for_trying_out_stops_the_start(name: str, value: str) -> None:
    done = started(**{name: value})
    assert done.returncode != 0
    assert f"{name} " in done.stderr.splitlines()[-1]


def test_a_ledger_inside_the_database_folder_stops_the_start(tmp_path: Path) -> None:
    """Wherever the database's files are put back from a copy, the ledger would be as old as they."""
    (tmp_path / "PG_VERSION").write_text("18", encoding="ascii")
    done = started(LEDGER_DIR=str(tmp_path / "base" / "ledger"))
    assert done.returncode != 0
    assert "LEDGER_DIR lies in PostgreSQL's own folder" in done.stderr
    beside = tmp_path.with_name("ledger")
    assert started("print(s.LEDGER_DIR)", LEDGER_DIR=str(beside)).stdout.strip() == str(beside)


def test_former_signing_keys_are_named_by_their_id() -> None:
    done = started("print(s.OLD_VERIFY_KEYS)", OLD_VERIFY_KEYS="0a1b:QUI=,2c3d:Q0Q=")
    assert done.stdout.strip() == "{'0a1b': 'QUI=', '2c3d': 'Q0Q='}", done.stderr


def test_every_variable_that_is_read_is_explained_in_the_example() -> None:
    example = (PROJECT / ".env.example").read_text(encoding="utf-8")
    read = {
        "SECRET_KEY",
        "DIGEST_KEY",
        "PACKAGE_KEK",
        "SIGNING_KEY",
        "DATABASE_URL",
        "REDIS_URL",
        "EMAIL_URL",
        "SITE_URL",
    }
    for module in (PROJECT / "occicor" / "settings").glob("*.py"):
        text = module.read_text(encoding="utf-8")
        read |= {part.split('"')[0] for part in text.split('env("')[1:]}
        for kind in ("bool", "int", "list", "email", "db"):
            read |= {part.split('"')[0] for part in text.split(f'env.{kind}("')[1:]}
    assert [name for name in sorted(read - {"EMBEDDED_MAIL"}) if f"#{name}=" not in example] == []
