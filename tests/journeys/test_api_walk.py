"""The walk through the API that the documentation tells is walked as it stands there, with curl."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.stack import RunningStack

TOLD = Path(__file__).parents[2] / "docs" / "how-to" / "use-the-api.md"
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = "=== the next one ==="


def steps() -> list[tuple[str, list[str]]]:
    """Each block of commands, and the lines that it is said to print."""
    found: list[tuple[str, list[str]]] = []
    for kind, text in BLOCK.findall(TOLD.read_text(encoding="utf-8")):
        if kind == "sh":
            found.append((text, []))
        else:
            found[-1][1].extend(text.splitlines())
    return found


@pytest.mark.promise("P0.1")
def test_every_command_of_the_documentation_does_what_it_says(running_stack: RunningStack, tmp_path: Path) -> None:
    assert shutil.which("curl"), "curl is needed to walk through the API: install it (Debian: curl)."
    account = running_stack.accounts["administrator"]
    walk = steps()
    script = "set -eu -o pipefail\n" + f"\necho; echo '{MARK}'\n".join(commands for commands, _lines in walk)
    known = {"BASE": f"{running_stack.base_url}/api/v1", "EMAIL": account.email, "PASSWORD": account.password}
    done = subprocess.run(
        ["bash", "-c", script], env={"PATH": "/usr/bin:/bin", **known}, cwd=tmp_path, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert len(walk) > 6
    for (commands, lines), printed in zip(walk, done.stdout.split(MARK), strict=True):
        for line in lines:
            pattern = ".*".join(re.escape(part) for part in line.split("…"))
            assert re.search(pattern, printed), f"{commands}\nsays {line!r}, and printed\n{printed}"
