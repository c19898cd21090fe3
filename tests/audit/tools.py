"""The checkers that are not Python: installed at pinned versions into a folder of their own, and started from there."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from occicor.embedded.problem import Problem

LISTS = ("package.json", "package-lock.json")
HERE = Path(__file__).parent
NODE_MAJOR = 20
# The browser is the one of the journeys; nothing here is to load another, or to tell anyone about us.
QUIET = {
    "PUPPETEER_SKIP_DOWNLOAD": "1",
    "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1",
    "npm_config_update_notifier": "false",
    "npm_config_fund": "false",
    "npm_config_audit": "false",
    "npm_config_loglevel": "error",
}
WANTED = {
    "node": "Node.js 20 or newer is needed for Lighthouse and the CSP evaluator: install it (Debian: nodejs).",
    "npm": "npm is needed to install the checkers: install it (Debian: npm).",
    "java": "Java 17 or newer is needed for the Nu HTML checker: install it (Debian: default-jre-headless).",
}


@dataclass(frozen=True)
class Tools:
    """The installed checkers: `folder` holds their node_modules."""

    folder: Path
    browser: str

    @classmethod
    def ensure(cls, folder: Path, browser: str, say: Callable[[str], None]) -> "Tools":
        """The checkers, installed now unless these very versions are; raises Problem with what is missing."""
        for program, sentence in WANTED.items():
            if not shutil.which(program):
                raise Problem(sentence)
        found = _run(["node", "--version"]).stdout.strip()
        if int(found.removeprefix("v").partition(".")[0] or 0) < NODE_MAJOR:
            raise Problem(f"{WANTED['node']} This is {found}.")
        tools = cls(folder, browser)
        if tools.out_of_date():
            say("Installing the checkers (once, about 100 MB)…")
            tools.install()
        return tools

    def out_of_date(self) -> bool:
        """Whether other versions are installed than the lists name, or none whole."""
        note = self.folder / "installed"
        return not note.exists() or note.read_text(encoding="utf-8") != _wanted_versions()

    def install(self) -> None:
        """Install what the lists name, without running any script of theirs; raises Problem when that fails."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in LISTS:
            shutil.copy(HERE / name, self.folder / name)
        done = _run(["npm", "ci", "--ignore-scripts"], cwd=self.folder)
        if done.returncode:
            raise Problem(f"npm could not install the checkers: {done.stderr.strip()[-600:]}")
        (self.folder / "installed").write_text(_wanted_versions(), encoding="utf-8")

    def nu(self, files: Sequence[Path]) -> str:
        """What the Nu HTML checker says about files, as JSON."""
        jar = self.folder / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
        command = ["java", "-Xss4m", "-jar", str(jar), "--format", "json", "--exit-zero-always", "--stdout"]
        done = _run([*command, *map(str, files)], seconds=600)
        if done.returncode:
            raise Problem(f"The Nu HTML checker did not finish: {done.stderr.strip()[-600:]}")
        return done.stdout

    def lighthouse(self, url: str, report: Path, words: Sequence[str]) -> dict[str, Any]:
        """The report of Lighthouse about an address, written to a file as well."""
        program = self.folder / "node_modules" / "lighthouse" / "cli" / "index.js"
        flags = (
            "--headless=new --disable-background-networking --disable-component-update --disable-sync --no-first-run"
        )
        if os.geteuid() == 0:
            flags += " --no-sandbox"
        command = ["node", str(program), url, "--output=json", f"--output-path={report}", "--quiet"]
        command += ["--no-enable-error-reporting", f"--chrome-flags={flags}", *words]
        done = _run(command, env={"CHROME_PATH": self.browser}, seconds=180)
        if done.returncode or not report.exists():
            raise Problem(f"Lighthouse did not finish with {url}: {done.stderr.strip()[-600:]}")
        found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        return found

    def csp(self, policies: Sequence[str]) -> list[list[dict[str, Any]]]:
        """What the CSP evaluator says about each of some policies."""
        done = _run(["node", str(HERE / "csp.cjs"), str(self.folder)], given=json.dumps(list(policies)))
        if done.returncode:
            raise Problem(f"The CSP evaluator did not finish: {done.stderr.strip()[-600:]}")
        found: list[list[dict[str, Any]]] = json.loads(done.stdout)
        return found


def _wanted_versions() -> str:
    return "".join((HERE / name).read_text(encoding="utf-8") for name in LISTS)


def _run(
    command: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    given: str = "",
    seconds: float = 600,
) -> "subprocess.CompletedProcess[str]":
    """Run a program to its end; raises Problem when it does not come to one in time."""
    everything = {**os.environ, **QUIET, **(env or {})}
    try:
        return subprocess.run(
            command, cwd=cwd, env=everything, input=given, capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise Problem(f"{command[0]} was not done after {seconds:.0f} seconds.") from None
