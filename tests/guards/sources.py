"""The files that the gates look at, and the form in which a gate says what it found."""

import ast
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SKIPPED_FOLDERS = {
    *(".git", ".venv", "var", "node_modules", "staticfiles", "__pycache__"),
    *(".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache", ".hypothesis", ".schemathesis"),
}


@dataclass(frozen=True)
class Finding:
    """One breach of a rule: where, and what to do instead."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def project_files(root: Path = ROOT) -> Iterator[Path]:
    """Every file that is, or is about to be, in the repository; without git, every file that is not generated."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        paths: Iterable[Path] = (root / name for name in listed.stdout.split("\0") if name)
    else:
        paths = (path for path in root.rglob("*") if not SKIPPED_FOLDERS & set(path.relative_to(root).parts))
    return (path for path in sorted(set(paths)) if path.is_file())


def files_ending(*endings: str, root: Path = ROOT) -> Iterator[Path]:
    """The project's files with one of these endings, such as ".html"."""
    return (path for path in project_files(root) if path.suffix in endings)


def python_files(root: Path = ROOT) -> Iterator[Path]:
    """The project's modules, without migrations (Django writes those)."""
    return (path for path in files_ending(".py", root=root) if "migrations" not in path.parts)


def parsed(path: Path) -> ast.Module:
    """The module's syntax tree; raises SyntaxError."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def named(path: Path, root: Path = ROOT) -> str:
    """The path as people write it: from the project's folder, with slashes."""
    return path.relative_to(root).as_posix()
