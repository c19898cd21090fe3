"""Which tests prove which promise: written down by `python -m tests.guards.promises`, since tests do not run here."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

LIST = Path(__file__).with_name("tests.json")


@cache
def tests_of() -> Mapping[str, Sequence[str]]:
    """The tests of each promise, by id; a file stands for all the tests in it."""
    found: dict[str, list[str]] = json.loads(LIST.read_text(encoding="utf-8"))
    return found
