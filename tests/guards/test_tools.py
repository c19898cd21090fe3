"""The tools are set up as meant: floors, lint and types each find what is planted, and their message teaches."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guards.check import TOOLS, throwaway_environment
from tests.guards.sources import ROOT, named, python_files

PACKAGES = ("occicor", "visitors", "rights_requests", "accounts", "consent", "privacy")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of our packages and the tools' configuration, to plant a bad import in."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter over a folder."""
    command = [str(TOOLS / "lint-imports"), "--config", "pyproject.toml", "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def plant(folder: Path, module: str, statement: str) -> None:
    """Append an import to a module, which may be new."""
    with (folder / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{statement}\n")


def test_the_floors_hold(copy: Path) -> None:
    done = lint_imports(copy)
    assert done.returncode == 0, done.stdout


BAD_IMPORTS = {
    "upwards": ("privacy/planted.py", "import rights_requests.models", "Floors"),
    "the project itself": ("visitors/planted.py", "import occicor.settings.base", "Floors"),
    "between neighbours": ("consent/planted.py", "import accounts.models", "Floors"),
    "past the data map": ("rights_requests/planted.py", "import accounts.models", "only through the data map"),
    "a door by another door": ("rights_requests/tasks.py", "import rights_requests.admin", "Inside an app"),
    "a door by a service": ("rights_requests/selectors.py", "import rights_requests.views", "Inside an app"),
    "upwards inside an app": ("privacy/vocabulary.py", "import privacy.models", "Inside an app"),
}


@pytest.mark.parametrize("case", BAD_IMPORTS)
def test_an_import_that_leads_up_is_found(copy: Path, case: str) -> None:
    module, statement, contract = BAD_IMPORTS[case]
    needed = (copy / statement.removeprefix("import ").replace(".", "/")).with_suffix(".py")
    if not needed.exists():
        needed.write_text('"""Planted."""\n', encoding="utf-8")
    plant(copy, module, statement)
    done = lint_imports(copy)
    broken = " ".join(done.stdout.split())
    assert done.returncode == 1, done.stdout
    assert "BROKEN" in broken
    assert contract in broken.split("Broken contracts")[1]


def ruff(source: str, where: str) -> str:
    """What ruff says about a module, given by name and text."""
    command = [str(TOOLS / "ruff"), "check", "--no-cache", "--output-format", "concise", "--stdin-filename", where, "-"]
    return subprocess.run(command, cwd=ROOT, input=source, capture_output=True, text=True, check=False).stdout


BAD_SOURCE = {
    "an instant without zone": ("from datetime import datetime\nx = datetime.now()\n", "django.utils.timezone.now()"),
    "the environment": ('import os\nx = os.environ["A"]\n', "Only settings read the environment"),
    "mail past the queue": ("from django.core.mail import send_mail\n", "privacy.mail.queue()"),
    "a way out by the standard library": ("import http.client\n", "rights_requests.recipients.transport"),
    "a way out by urllib": ("from urllib.request import urlopen\n", "rights_requests.recipients.transport"),
    "a way out by urllib3": ("import urllib3\n", "rights_requests.recipients.transport"),
    "a part of urllib3": ("from urllib3.connection import HTTPSConnection\n", "rights_requests.recipients.transport"),
    "a signal": ("from django.db.models.signals import post_save\n", "call the service"),
    "Django's own account": ("from django.contrib.auth.models import User\n", "get_user_model()"),
    "markup from text": ("from django.utils.safestring import mark_safe\n", "format_html()"),
    "print": ('print("x")\n', "T201"),
    "no docstring": ("x = 1\n", "D100"),
    "no annotation": ('"""A."""\n\n\ndef f(x):\n    """B."""\n    return x\n', "ANN001"),
    "an import inside": ('"""A."""\n\n\ndef f() -> None:\n    """B."""\n    import os\n', "PLC0415"),
    "a relative import": ("from . import models\n", "TID252"),
    "too complex": ("def f(x: int) -> int:\n" + "    if x:\n        x += 1\n" * 11 + "    return x\n", "C901"),
    "swallowed": ("try:\n    x = 1\nexcept Exception:\n    x = 2\n", "BLE001"),
}


@pytest.mark.parametrize("case", BAD_SOURCE)
def test_lint_finds_it_and_says_what_to_do(case: str) -> None:
    source, expected = BAD_SOURCE[case]
    assert expected in ruff(source, "rights_requests/planted.py")


def test_only_six_modules_are_exempt_from_a_ban() -> None:
    """The outbox, other servers, the end of a subscription, choices about cookies, figures to share, no address."""
    exempt = {named(path) for path in python_files() if "noqa: " + "TID251" in path.read_text(encoding="utf-8")}
    assert {where for where in exempt if not where.startswith("tests/")} == {
        "consent/views/choosing.py",
        "occicor/outbox_mail.py",
        "occicor/watching/shared.py",
        "privacy/api/describing.py",
        "rights_requests/recipients/transport.py",
        "visitors/views/one_click.py",
    }


def test_settings_and_commands_may_read_the_environment_and_print() -> None:
    assert "TID251" not in ruff('import os\nx = os.environ["A"]\n', "occicor/settings/planted.py")
    assert "T201" not in ruff('print("x")\n', "privacy/management/commands/planted.py")


def test_types_are_strict_and_know_django(tmp_path: Path) -> None:
    source = tmp_path / "planted.py"
    source.write_text(
        '"""Planted."""\n\nfrom accounts.models import User\n\n\n'
        "def untyped(x):\n    return x\n\n\nUser.objects.filter(no_such_field=1)\nx: int = User().email\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "mypy", "--config-file", "pyproject.toml", str(source)]
    environment = throwaway_environment(str(tmp_path))
    said = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False).stdout
    assert "[no-untyped-def]" in said
    assert "no_such_field" in said
    assert "[assignment]" in said
