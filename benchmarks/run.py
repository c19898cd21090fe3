"""`python -m benchmarks.run [--quick] [NAME…]`: measures all figures, or those named, and prints one table."""

import argparse
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from importlib import import_module
from itertools import groupby
from typing import Any

import django

NAMES = (
    *("export", "erase", "residue", "filing", "terms", "weights"),
    *("consent", "audience", "serving", "crowd", "growth"),
    *("enrolment", "doors", "dashboard", "queue", "registers", "day_at_the_desk", "retention"),
    "processes",
    "guessing",
)
# What needs many rows of people; measured one after the other in the same database. All others have one of their own.
FILLED = {"export", "erase", "residue"}


def main() -> int:
    """Measure and print; the exit status is 1 when a figure misses its goal or could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument(
        "names", nargs="*", choices=[[], *NAMES], help=f"which of {', '.join(NAMES)}; all if none is named"
    )
    parser.add_argument("--quick", action="store_true", help="leave out the largest sizes")
    words = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    django.setup()
    return measure(sorted(words.names, key=NAMES.index) or list(NAMES), quick=words.quick)


def measure(names: Sequence[str], *, quick: bool) -> int:
    """Measure, print the table, and write it for programs into the data folder; 1 when a figure misses its goal."""
    # Models and settings exist only once Django is set up, so what needs them is imported here.
    calm, database, report = (import_module(f"benchmarks.{name}") for name in ("calm", "database", "report"))
    about: dict[str, Any] = {}
    found: list[Any] = []
    with database.template():
        for filled, group in groupby(names, key=lambda name: "" if name in FILLED else name):
            with database.fresh_database():
                about = about or report.machine()
                if not filled:
                    _fill(quick)
                for name in group:
                    calm.settle()
                    for measured in figures_of(name, quick):
                        line = report.Line(name, measured, os.getloadavg()[0])
                        print(" ".join(line.cells()), file=sys.stderr, flush=True)
                        found.append(line)
    print(report.table(about, found))
    print(f"For programs: {report.write(about, found)}")
    return 0 if all(line.figure.passed for line in found) else 1


def figures_of(name: str, quick: bool) -> Iterator[Any]:
    """The figures of one benchmark; where it breaks off, that is its last figure, and the others go on."""
    try:
        yield from import_module(f"benchmarks.{name}").figures(quick)
    except Exception as error:  # noqa: BLE001  # whatever it is, it must not hide the figures of the others
        traceback.print_exc()
        said = " ".join(str(error).split())[-300:]
        yield import_module("benchmarks.figure").missing(f"{name} broke off", f"{type(error).__name__}: {said}")


def _fill(quick: bool) -> None:
    print("Filling the tables …", file=sys.stderr, flush=True)
    sizes = sorted(import_module("benchmarks.export").ROUNDS)
    import_module("benchmarks.database").fill(sizes[:-1] if quick else sizes)


if __name__ == "__main__":
    sys.exit(main())
