"""`python -m tests.audit.inventory [FILE]`: which parts of others the site is made of (an SBOM); no site is needed.

Without a name it is var/sbom.json.
"""

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from occicor.embedded.layout import PROJECT
from occicor.embedded.problem import Problem
from tests.audit.python_tools import installed, run

REQUIREMENTS = PROJECT / "requirements.txt"
PIN = re.compile(r"^([A-Za-z0-9._-]+?)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
FORM = "1.6"


def pins(requirements: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Version and hashes of each part by its name, as they are pinned."""
    found = {}
    for part in re.split(r"\n(?=\S)", requirements):
        if pin := PIN.match(part):
            found[pin[1].lower()] = (pin[2], frozenset(HASH.findall(part)))
    return found


def written(programs: Path, file: Path) -> dict[str, Any]:
    """The inventory of what requirements.txt pins, written to a file and checked against its schema on the way."""
    words = ["requirements", str(REQUIREMENTS), "--spec-version", FORM, "--output-format", "JSON", "--validate"]
    run([str(programs / "cyclonedx-py"), *words, "--output-reproducible", "--output-file", str(file)], file.parent)
    inventory: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return inventory


def lacking(inventory: dict[str, Any], pinned: dict[str, tuple[str, frozenset[str]]]) -> Iterator[str]:
    """Each part that the inventory does not have in this version with these hashes."""
    there = {part["name"].lower(): part for part in inventory.get("components", ())}
    for name, (version, hashes) in pinned.items():
        part = there.get(name, {})
        said = {one["content"] for place in part.get("externalReferences", ()) for one in place.get("hashes", ())}
        if part.get("version") != version:
            yield f"{name} {version}: {part.get('version', 'not there')}"
        elif not hashes or not hashes <= said:
            yield f"{name} {version}: without its hashes"


def main() -> int:
    """Write the inventory; where it is, or what is missing."""
    var = Path(os.environ.get("VAR_DIR") or PROJECT / "var").expanduser().resolve()
    file = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else var / "sbom.json"
    try:
        inventory = written(installed(var / "audit" / "tools", "parts"), file)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"{len(inventory['components'])} parts: {file}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
