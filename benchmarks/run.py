"""`python -m benchmarks.run [--quick] [--json] [NAME…]`: measures all figures, or those named, and prints one table."""

import argparse
import json
import os
import sys
from importlib import import_module

import django

NAMES = (
    *("export", "erase", "residue", "filing", "terms", "weights"),
    *("consent", "audience", "serving", "crowd", "growth"),
    *("enrolment", "doors", "dashboard", "queue", "registers", "day_at_the_desk", "retention"),
)
# What needs none of the many rows.
SMALL = {"weights", "day_at_the_desk"}


def main() -> int:
    """Measure and print; the exit status is 1 when a figure misses its goal."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument(
        "names", nargs="*", choices=[[], *NAMES], help=f"which of {', '.join(NAMES)}; all if none is named"
    )
    parser.add_argument("--quick", action="store_true", help="leave out the largest sizes")
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    words = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    django.setup()
    return measure(sorted(words.names, key=NAMES.index) or list(NAMES), quick=words.quick, as_json=words.json)


def measure(names: list[str], *, quick: bool, as_json: bool) -> int:
    """Fill a database, measure, and print; 1 when a figure misses its goal."""
    # Models and settings exist only once Django is set up, so what needs them is imported here.
    database, export, figure = (import_module(f"benchmarks.{name}") for name in ("database", "export", "figure"))
    sizes = [size for size in export.ROUNDS if not (quick and size == max(export.ROUNDS))]
    found = []
    with database.fresh_database():
        if not SMALL.issuperset(names):
            print("Filling the tables …", file=sys.stderr, flush=True)
            database.fill(sizes)
        for name in names:
            for measured in import_module(f"benchmarks.{name}").figures(quick):
                found.append(measured)
                print(" ".join(measured.row()), file=sys.stderr, flush=True)
    print(json.dumps([one.as_json() for one in found], indent=2) if as_json else figure.table(found))
    return 0 if all(one.passed for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
