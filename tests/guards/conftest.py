"""A small project of its own, in which a test plants what a gate must find."""

from pathlib import Path

import pytest


@pytest.fixture
def planted(tmp_path: Path) -> "Planter":
    """A folder in which files can be planted; gates are then run over it."""
    return Planter(tmp_path)


class Planter:
    """Writes files into a folder that no repository knows."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, where: str, text: str) -> Path:
        """Plant one file; returns the folder to run a gate over."""
        path = self.root / where
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return self.root
