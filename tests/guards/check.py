"""Runs every gate over the source, with throwaway settings: no database and no secret is needed.

The gates of this package run one after the other; the tools beside them, the one that takes longest first.

`python -m tests.guards.check` runs all; names after it run only those (`python -m tests.guards.check lint types`).
"""

import base64
import os
import secrets
import subprocess
import sys
import tempfile
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.guards import asvs, budgets, docs, gate, languages, leaks, locks, markup, promises, queries, words
from tests.guards.sources import ROOT

TOOLS = Path(sys.executable).parent
PYTHON = [sys.executable]
STEPS: dict[str, list[str]] = {
    "types": [*PYTHON, "-m", "mypy"],
    "format": [str(TOOLS / "ruff"), "format", "--check", "--quiet", "."],
    "lint": [str(TOOLS / "ruff"), "check", "--quiet", "."],
    "floors": [str(TOOLS / "lint-imports"), "--config", "pyproject.toml"],
    "migrations": [*PYTHON, "manage.py", "makemigrations", "--check", "--dry-run", "--verbosity", "1"],
    "upgrades": [*PYTHON, "-m", "tests.guards.migrating"],
    "system": [*PYTHON, "manage.py", "check", "--fail-level", "WARNING"],
    "deploy": [*PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
    "reference": [*PYTHON, "-m", "tests.guards.reference", "--check"],
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
    "promises": promises,
    "asvs": asvs,
    "docs": docs,
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


@dataclass(frozen=True)
class Verdict:
    """What became of one gate: what it found, in its own words, and how long it took."""

    good: bool
    words: str
    seconds: float


def run_tool(name: str) -> Verdict:
    """Run one command."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        environment = throwaway_environment(folder, SETTINGS.get(name, "occicor.settings.test"))
        done = subprocess.run(STEPS[name], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return Verdict(done.returncode == 0, f"{done.stdout}\n{done.stderr}", time.monotonic() - began)


def run_guard(name: str) -> Verdict:
    """Run one gate of this package."""
    began = time.monotonic()
    found = [str(finding) for finding in GUARDS[name].findings()]
    return Verdict(not found, "\n".join(found), time.monotonic() - began)


def main(wanted: list[str]) -> int:
    """Run the wanted gates, or all; the exit status is 1 when one of them found something."""
    names = wanted or [*GUARDS, *STEPS]
    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        tools: dict[str, Future[Verdict]] = {name: pool.submit(run_tool, name) for name in STEPS if name in names}
        for name in names:
            verdict = run_guard(name) if name in GUARDS else tools[name].result()
            if not verdict.good:
                print(verdict.words)
            print(f"{'ok  ' if verdict.good else 'FAIL'} {name} ({verdict.seconds:.1f} s)", flush=True)
            failed += [] if verdict.good else [name]
    print(
        f"{len(names) - len(failed)} of {len(names)} gates passed" + (f"; not: {', '.join(failed)}" if failed else "")
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
