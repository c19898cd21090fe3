"""Runs every gate over the source, one after the other, with throwaway settings: no database and no secret is needed.

`python -m tests.guards.check` runs all; names after it run only those (`python -m tests.guards.check lint types`).
"""

import base64
import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.guards import budgets, gate, languages, leaks, locks, markup, queries, words
from tests.guards.sources import ROOT

TOOLS = Path(sys.executable).parent
PYTHON = [sys.executable]
STEPS: dict[str, list[str]] = {
    "format": [str(TOOLS / "ruff"), "format", "--check", "--quiet", "."],
    "lint": [str(TOOLS / "ruff"), "check", "--quiet", "."],
    "floors": [str(TOOLS / "lint-imports"), "--config", "pyproject.toml"],
    "types": [*PYTHON, "-m", "mypy"],
    "migrations": [*PYTHON, "manage.py", "makemigrations", "--check", "--dry-run", "--verbosity", "1"],
    "system": [*PYTHON, "manage.py", "check", "--fail-level", "WARNING"],
    "deploy": [*PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
}
SETTINGS = {"deploy": "occicor.settings.production"}
GUARDS = {
    "budgets": budgets,
    "queries": queries,
    "gate": gate,
    "words": words,
    "leaks": leaks,
    "markup": markup,
    "languages": languages,
    "locks": locks,
}


def throwaway_environment(folder: str, settings: str = "occicor.settings.test") -> dict[str, str]:
    """An environment in which the project can be looked at: fresh secrets, and services that nobody reaches."""
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": settings,
        "VAR_DIR": folder,
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "DIGEST_KEY": secrets.token_urlsafe(32),
        "PACKAGE_KEK": key,
        "SIGNING_KEY": key,
        "SITE_URL": "https://privacy.example",
        "ALLOWED_HOSTS": "privacy.example",
        "EMAIL_URL": "smtp://mail.example:25",
        "LEDGER_DIR": f"{folder}/ledger",
        "PYTHONWARNINGS": "ignore::RuntimeWarning",
    }


def run_tool(name: str) -> bool:
    """Run one command, show what it says when it finds something; True when it found nothing."""
    with tempfile.TemporaryDirectory() as folder:
        environment = throwaway_environment(folder, SETTINGS.get(name, "occicor.settings.test"))
        done = subprocess.run(STEPS[name], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout, done.stderr, sep="\n")
    return done.returncode == 0


def run_guard(name: str) -> bool:
    """Run one gate of this package, show its findings; True when there are none."""
    found = list(GUARDS[name].findings())
    for finding in found:
        print(finding)
    return not found


def main(wanted: list[str]) -> int:
    """Run the wanted gates, or all; the exit status is 1 when one of them found something."""
    names = wanted or [*GUARDS, *STEPS]
    failed = []
    for name in names:
        began = time.monotonic()
        good = run_guard(name) if name in GUARDS else run_tool(name)
        print(f"{'ok  ' if good else 'FAIL'} {name} ({time.monotonic() - began:.1f} s)", flush=True)
        failed += [] if good else [name]
    print(
        f"{len(names) - len(failed)} of {len(names)} gates passed" + (f"; not: {', '.join(failed)}" if failed else "")
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
