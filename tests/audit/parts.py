"""Which parts of others the site is made of, and which weaknesses of theirs are published."""

import json
from collections.abc import Iterator
from pathlib import Path

from tests.audit.inventory import FORM, REQUIREMENTS, lacking, pins, written
from tests.audit.python_tools import installed, run
from tests.audit.stage import Stage
from tests.audit.verdict import Verdict


def verdicts(stage: Stage) -> Iterator[Verdict]:
    """Every pinned part is in the inventory with its hashes, and none has a published weakness."""
    programs = installed(stage.tools.folder, "parts")
    pinned = pins(REQUIREMENTS.read_text(encoding="utf-8"))
    inventory = written(programs, stage.folder / "sbom.json")
    note = f"CycloneDX {FORM}, valid by its schema, in {stage.folder.name}/sbom.json"
    yield Verdict.of("parts: missing in the inventory", len(pinned), list(lacking(inventory, pinned)), note)
    asked, found, unknown = read(advisories(programs))
    silent = f"the registry did not answer about {len(unknown)} of {asked + len(unknown)}"
    note = silent if unknown else "as PyPI knows them"
    yield Verdict.of("parts: published weaknesses", asked, found, note)


def advisories(programs: Path) -> str:
    """What pip-audit says of every pinned part, as JSON; it asks the registry, and installs nothing."""
    words = ["--requirement", str(REQUIREMENTS), "--require-hashes", "--disable-pip", "--format", "json"]
    return run([str(programs / "pip-audit"), *words, "--progress-spinner", "off", "--timeout", "10"], seconds=600)


def read(said: str) -> tuple[int, list[str], list[str]]:
    """About how many parts the registry answered, the weaknesses it knows, and the parts it said nothing of."""
    parts = json.loads(said)["dependencies"]
    unknown = [part["name"] for part in parts if "skip_reason" in part]
    found = [
        f"{part['name']} {part['version']}: {weak['id']}, mended in {', '.join(weak['fix_versions']) or 'no version'}"
        for part in parts
        for weak in part.get("vulns", ())
    ]
    return len(parts) - len(unknown), found, unknown
