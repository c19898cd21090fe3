"""`python -m tests.audit.run [--json] [NAME…]`: runs all checks, or those named, over the site beside it; one table."""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import django
from django.conf import settings

from occicor.embedded.problem import Problem
from tests.audit.tools import Tools
from tests.audit.verdict import Verdict, table
from tests.stack import RunningStack

# By the name one asks for; each is a module with `verdicts(stage)`. The quick ones first.
CHECKS = {
    "links": "tests.audit.links",
    "weight": "tests.audit.weight",
    "csp": "tests.audit.csp",
    "headers": "tests.audit.headers",
    "parts": "tests.audit.parts",
    "api": "tests.audit.api",
    "html": "tests.audit.nu",
    "scanner": "tests.audit.scanner",
    "lighthouse": "tests.audit.lighthouse",
    "browser": "tests.audit.shown",
}


def main() -> int:
    """Check and print; the exit status is 1 when a goal is missed or a tool is."""
    parser = argparse.ArgumentParser(prog="python -m occicor.embedded audit", description=__doc__)
    parser.add_argument(
        "names", nargs="*", choices=[[], *CHECKS], metavar="NAME", help=f"which of {', '.join(CHECKS)}; all without one"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    words = parser.parse_args()
    report = Path(os.environ["VAR_DIR"]).parent / "found" / "audit.json"
    found: list[Verdict] = []
    try:
        for verdict in audited(words.names or list(CHECKS)):
            found.append(verdict)
            report.write_text(as_json(found), encoding="utf-8")
    except Problem as problem:
        print(problem, file=sys.stderr, flush=True)
        return 1
    print(as_json(found) if words.json else table(found), flush=True)
    return 0 if all(one.passed for one in found) else 1


def audited(names: list[str]) -> Iterator[Verdict]:
    """Every verdict of the checks with these names, over the site whose addresses are in the environment."""
    var = Path(os.environ["VAR_DIR"])
    tools = Tools.ensure(var.parent / "tools", os.environ["CHROMIUM"], say)
    django.setup()
    # The site's own patterns can be read only once Django is set up.
    stage_module = import_module("tests.audit.stage")
    stack = RunningStack(var, port=int(settings.SITE_URL.rpartition(":")[2]))
    say("Signing in, and reading every page…")
    with stage_module.set_stage(stack, tools, var.parent / "found") as stage:
        say(f"{len(stage.pages)} pages to look at, each as the first of {_people(stage)} who may open it")
        for name in names:
            began = time.monotonic()
            for verdict in import_module(CHECKS[name]).verdicts(stage):
                say("  ".join(verdict.row()))
                yield verdict
            say(f"{name} took {time.monotonic() - began:.0f} s")


def as_json(found: Sequence[Verdict]) -> str:
    """All verdicts with every finding."""
    return json.dumps([one.as_json() for one in found], indent=2, ensure_ascii=False)


def _people(stage: Any) -> str:
    return ", ".join(walk.role for walk in stage.walks)


def say(line: str) -> None:
    """One line for whoever waits, apart from the result."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
