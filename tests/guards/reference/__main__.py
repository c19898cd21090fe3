"""Writes the pages of reference anew: `python -m tests.guards.reference`; with `--check` only says what differs."""

import os
import sys
import tempfile
from importlib import import_module

import django

from tests.guards.check import throwaway_environment


def main(words: list[str]) -> int:
    """Write, or only look; the exit status is 1 when a page differs or something has no words."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= throwaway_environment(folder)
        django.setup()
        pages = import_module("tests.guards.reference.pages")
        if "--check" not in words:
            pages.write()
        found = [str(finding) for finding in pages.findings()]
    sys.stdout.write("".join(f"{finding}\n" for finding in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
