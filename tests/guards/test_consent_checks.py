"""The table of the checks of consent names only tests that exist, and each check once."""

import re

from occicor.embedded.layout import PROJECT

TABLE = PROJECT / "docs" / "reference" / "consent-checks.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def test_every_check_is_held_by_a_test_that_exists() -> None:
    rows = re.findall(r"^\| (\d+) \|.*$", TABLE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(number) for number in rows] == list(range(1, 26))
    named = set(NAMED.findall(TABLE.read_text(encoding="utf-8")))
    assert len(named) > len(rows)
    missing = [f"{file}::{test}" for file, test in named if f"def {test}(" not in (PROJECT / file).read_text()]
    assert missing == []
