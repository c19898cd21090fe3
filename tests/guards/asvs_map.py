"""The map of OWASP ASVS 5.0: which requirements the standard has, and what we say of each."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.guards.sources import ROOT

MAP = "docs/reference/asvs.toml"
# The level of each requirement, chapter by chapter and section by section, as the standard has them (5.0, 345 in all).
LEVELS = {
    "1": "22 1111122223 112222222223 222 123",
    "2": "122 112 12223 23",
    "3": "3 113 12223 11222233 11122333 3 22333",
    "4": "12233 23333 22 1222",
    "5": "2 112333 113 222",
    "6": "122 111111112222 11223333 112233 22222333 2223 33 2222",
    "7": "222 1111 22 11222 223 22",
    "8": "1233 1123 133 23",
    "9": "111 1222",
    "10": "22 223 22223 1111122222233333 22222 22 222",
    "11": "2233 22233 11233 1222 23 23 33",
    "12": "12233 11 22223",
    "13": "2333 222223 2233 1222233",
    "14": "22 12223333 122",
    "15": "12233 12233 1222222 3333",
    "16": "2 22222 2222 222 2223",
    "17": "23 22223333 22",
}
CHAPTERS = {
    "1": "Encoding and sanitisation",
    "2": "Validation and business logic",
    "3": "Web frontend",
    "4": "API and web service",
    "5": "Files",
    "6": "Authentication",
    "7": "Sessions",
    "8": "Authorisation",
    "9": "Self-contained tokens",
    "10": "OAuth and OIDC",
    "11": "Cryptography",
    "12": "Secure communication",
    "13": "Configuration",
    "14": "Data protection",
    "15": "Secure coding and architecture",
    "16": "Logging and error handling",
    "17": "WebRTC",
}
REASONS = ("not_met", "operator", "not_here")


@dataclass(frozen=True)
class Row:
    """One requirement: its number and level, what it asks, what shows it, and the reason where something is not so."""

    number: str
    level: int
    asks: str
    tests: tuple[str, ...]
    places: tuple[str, ...]
    state: str
    reason: str


def levels() -> dict[str, int]:
    """The level of each requirement by its number, in the standard's order."""
    return {
        f"{chapter}.{section}.{place}": int(level)
        for chapter, sections in LEVELS.items()
        for section, digits in enumerate(sections.split(), start=1)
        for place, level in enumerate(digits, start=1)
    }


def read(root: Path = ROOT) -> list[Row]:
    """The rows of the map, in the order of the standard; raises KeyError for one without level or words."""
    rows = whole(root).get("requirements", {})
    return [_row(number, rows[number]) for number in sorted(rows, key=_in_order)]


def _row(number: str, row: Mapping[str, Any]) -> Row:
    state = next((key for key in REASONS if key in row), "met")
    tests, places = (tuple(row.get(key, ())) for key in ("tests", "places"))
    return Row(number, row["level"], row["asks"], tests, places, state, row.get(state, ""))


def _in_order(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", number))


def whole(root: Path = ROOT) -> dict[str, Any]:
    """The map as it is written: `requirements` and `chapters_not_here`."""
    return tomllib.loads((root / MAP).read_text(encoding="utf-8"))
