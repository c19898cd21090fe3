"""`python -m occicor.doctor`: a line for each thing, in order of need; the exit status is 1 when something is bad.

`--before-start` leaves out what only a running site can answer, `--outside` also visits SITE_URL as a stranger,
`--json` prints for machines. Nothing is changed, and no message is sent.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from environ import ImproperlyConfigured as NotSet

from occicor.doctor import environment, machine
from occicor.doctor.lines import Line, bad, failed, good


def main(words: list[str]) -> int:
    """Look at everything and say it."""
    asked = argparse.ArgumentParser(prog="python -m occicor.doctor", description="Says what the site needs and lacks.")
    asked.add_argument("--before-start", action="store_true", help="leave out what only a running site can answer")
    asked.add_argument("--outside", action="store_true", help="also visit SITE_URL as a stranger does")
    asked.add_argument("--json", action="store_true", help="for machines")
    options = asked.parse_args(words)
    found = []
    for line in lines(before_start=options.before_start, outside=options.outside):
        found.append(line)
        if not options.json:
            print(line, flush=True)
    if options.json:
        print(json.dumps([line.as_dict() for line in found], indent=1, ensure_ascii=False))
    return 1 if failed(found) else 0


def lines(*, before_start: bool, outside: bool) -> Iterator[Line]:
    """First what needs no settings, then whether they can be read, then what they name."""
    yield from machine.lines(os.environ)
    try:
        yield from environment.lines(import_module("occicor.settings.environment").given, datetime.now(UTC).date())
        settings.DATABASES  # noqa: B018 - reading one reads them all
        django.setup()
    except (ImproperlyConfigured, NotSet, ImportError, ValueError) as error:
        yield bad("settings", " ".join(str(error).split()), "Mend that first; the rest cannot be looked at before.")
        return
    yield good("settings", "can be read")
    yield from _services(before_start=before_start)
    if outside:
        yield from import_module("occicor.doctor.outside").lines()


def _services(*, before_start: bool) -> Iterator[Line]:
    """What needs the settings: these modules can be imported only once they are read."""
    for name in ("database", "broker", "mail"):
        yield from import_module(f"occicor.doctor.{name}").lines()
    site = import_module("occicor.doctor.site")
    yield from site.checked(with_database=not before_start)
    if not before_start:
        yield from site.teams()
        yield from site.parts()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
