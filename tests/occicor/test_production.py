"""Production settings: complete and strict, or they do not start at all."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from occicor.embedded.layout import PROJECT
from occicor.settings.secret_files import with_files
from tests.guards.check import throwaway_environment

SHOW = (
    "print(s.DEBUG, s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, "
    "s.CSRF_COOKIE_NAME, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS, s.EMBEDDED_MAIL, s.DEMO_ACCOUNTS, "
    "s.POST_OFFICE['BACKENDS']['default'], "
    "s.COOKIE_CONSENT_NAME, s.CONSENT_REF_COOKIE_NAME, s.COOKIE_CONSENT_SECURE, *s.PASSWORD_HASHERS)"
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
        "django.contrib.auth.hashers.Argon2PasswordHasher",
    ], done.stderr  # fmt: skip


def test_every_cookie_of_ours_is_bound_to_the_host() -> None:
    """Django's cookie of the language is never set: the address names the language."""
    done = started("print(s.COOKIE_CONSENT_NAME, *(getattr(s, n) for n in dir(s) if n.endswith('_COOKIE_NAME')))")
    names = set(done.stdout.split()) - {"django_language"}
    assert len(names) == 7, done.stderr
    assert all(name.startswith("__Host-") for name in names), names


REQUIRED = (
    *("SECRET_KEY", "DIGEST_KEY", "PACKAGE_KEK", "SIGNING_KEY", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SITE_URL"),
    *("ALLOWED_HOSTS", "LEDGER_DIR"),
)


@pytest.mark.parametrize("name", REQUIRED)
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
        ("PACKAGE_STORE_URL", "s3+http:///bucket"),
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


def in_file(folder: Path, content: str, mode: int = 0o640, *, name: str = "secret") -> str:
    """A file that holds a secret, for NAME_FILE."""
    path = folder / name
    path.write_text(content, encoding="utf-8")
    path.chmod(mode)
    return str(path)


@pytest.mark.promise("P6.1")
def test_a_secret_may_come_from_a_file_that_the_environment_names(tmp_path: Path) -> None:
    files = {
        "SECRET_KEY": ("from a file " * 5 + "\n", 0o640),
        "DATABASE_URL": ("postgres://nobody@127.0.0.1:1/elsewhere\n", 0o400),
        "OLD_DIGEST_KEYS": ("first\nsecond,third\n", 0o600),
    }
    named = {f"{name}_FILE": in_file(tmp_path, *said, name=name) for name, said in files.items()}
    found = "s.SECRET_KEY, s.DATABASES['default']['NAME'], s.OLD_DIGEST_KEYS, os.environ.get('SECRET_KEY')"
    done = started(f"import os; print([{found}])", SECRET_KEY=None, DATABASE_URL=None, **named)
    told = [("from a file " * 5).strip(), "elsewhere", ["first", "second", "third"], None]
    assert done.stdout.strip() == repr(told), done.stderr


@pytest.mark.promise("P6.1")
def test_a_secret_may_be_handed_over_by_systemd(tmp_path: Path) -> None:
    in_file(tmp_path, "from systemd " * 5 + "\n", 0o440, name="occicor_SECRET_KEY")
    in_file(tmp_path, "first\nsecond\n", 0o400, name="occicor_OLD_DIGEST_KEYS")
    show = "print([s.SECRET_KEY, s.OLD_DIGEST_KEYS])"
    done = started(show, SECRET_KEY=None, CREDENTIALS_DIRECTORY=str(tmp_path))
    assert done.stdout.strip() == repr([("from systemd " * 5).strip(), ["first", "second"]]), done.stderr
    done = started(show, CREDENTIALS_DIRECTORY=str(tmp_path))
    assert "SECRET_KEY and the credential SECRET_KEY are both set: take one away" in done.stderr
    named = in_file(tmp_path, "x" * 60)
    done = started(show, SECRET_KEY=None, SECRET_KEY_FILE=named, CREDENTIALS_DIRECTORY=str(tmp_path))
    assert "SECRET_KEY_FILE and the credential SECRET_KEY are both set: take one away" in done.stderr


@pytest.mark.promise("P6.1")
@pytest.mark.parametrize(
    ("content", "mode", "given", "said"),
    [
        ("x" * 60, 0o644, None, "whose mode is 0644: others could read or change it. Say: chmod 0640"),
        ("x" * 60, 0o660, None, "whose mode is 0660"),
        ("\n", 0o600, None, "which is empty"),
        (None, 0o600, None, "which cannot be read: .*No such file"),
        ("x" * 60, 0o600, "y" * 60, "SECRET_KEY and SECRET_KEY_FILE are both set: take one away"),
    ],
)
def test_a_file_that_others_could_open_or_a_secret_given_twice_stops_the_start(
    content: str | None, mode: int, given: str | None, said: str, tmp_path: Path
) -> None:
    path = str(tmp_path / "none") if content is None else in_file(tmp_path, content, mode)
    with pytest.raises(ImproperlyConfigured, match=said):
        with_files({"SECRET_KEY_FILE": path} | ({"SECRET_KEY": given} if given else {}))


def test_a_file_of_another_account_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = in_file(tmp_path, "x" * 60)
    monkeypatch.setattr(os, "fstat", lambda _file: os.stat_result((0o100600, 0, 0, 1, 4711, 0, 60, 0, 0, 0)))
    with pytest.raises(ImproperlyConfigured, match="belongs to another account"):
        with_files({"SECRET_KEY_FILE": path})


def bare(folder: Path, settings_module: str, show: str) -> "subprocess.CompletedProcess[str]":
    """Load settings with nothing in the environment but where the data folder is."""
    command = [sys.executable, "-c", f"from django.conf import settings as s; {show}"]
    env = {"DJANGO_SETTINGS_MODULE": settings_module, "VAR_DIR": str(folder), "PATH": os.environ["PATH"]}
    return subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True, check=False)


def test_every_setting_may_stand_in_the_file_that_make_run_wrote_and_none_of_production(tmp_path: Path) -> None:
    said = throwaway_environment(str(tmp_path))
    own = "".join(f"{name}={said[name]}\n" for name in REQUIRED)
    more = "LOG_LEVEL=ERROR\nLOG_FORMAT=json\nAPI_RATE_TIMES=7\n"
    (tmp_path / ".env").write_text(own + more, encoding="utf-8")
    show = "print(s.LOGGING['root']['level'], s.LOG_FORMAT, s.API_RATES['write'][0])"
    done = bare(tmp_path, "occicor.settings.development", show)
    assert done.stdout.split() == ["ERROR", "json", "420"], done.stderr
    done = bare(tmp_path, "occicor.settings.production", show)
    assert f"Production needs these in the environment (see .env.example): {', '.join(REQUIRED)}" in done.stderr


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
