"""Finds the browser that the journeys run in, or installs it, or says why not: journeys are never left out silently."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from occicor.embedded.problem import Problem

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The same engine without windows of its own: a page costs it not two thirds of the work, a further window a third.
SHELL = "chromium-headless-shell"
CACHES = (Path("~/.cache/ms-playwright"), Path("~/Library/Caches/ms-playwright"))
INSIDE = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/Chromium.app/Contents/MacOS/Chromium",
          "chromium-*/chrome-mac*/*.app/Contents/MacOS/*")  # fmt: skip
INSIDE_SHELL = ("chromium_headless_shell-*/chrome*/*headless*shell",)


def find(*, bare: bool = False) -> str:
    """The path of a Chromium: what CHROMIUM names, one on the PATH, or Playwright's own; empty when there is none.

    With `bare`, one without windows of its own is preferred.
    """
    named = os.environ.get("CHROMIUM", "")
    if named:
        if not shutil.which(named):
            raise Problem(f"CHROMIUM names {named}, which cannot be started.")
        return named
    return (_found((SHELL,), INSIDE_SHELL) if bare else "") or _found(NAMES, INSIDE)


def _found(names: Sequence[str], inside: Sequence[str]) -> str:
    for name in names:
        if on_path := shutil.which(name):
            return on_path
    own = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    for cache in [Path(own)] if own else CACHES:
        for pattern in inside:
            for path in sorted(cache.expanduser().glob(pattern), reverse=True):
                if os.access(path, os.X_OK):
                    return str(path)
    return ""


def ensure(say: Callable[[str], None], *, bare: bool = False) -> str:
    """The path of a Chromium that starts, installed now if need be; raises Problem with the reason otherwise."""
    path = find(bare=bare)
    if not path:
        say("No Chromium found; installing it for the browser journeys…")
        _install(say, (SHELL, "chromium") if bare else ("chromium",))
        path = find(bare=bare)
    if not path:
        raise Problem("Chromium could not be installed, and the browser journeys need it: install it, or set CHROMIUM.")
    tried = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    if tried.returncode:
        raise Problem(f"{path} does not start: {tried.stderr.strip()[-300:] or 'no reason given'}")
    return path


def _install(say: Callable[[str], None], packages: Sequence[str]) -> None:
    """The first of the system's packages that there is, as root on Debian or Ubuntu; else Playwright's own build."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        if _apt("update") and any(_apt("install", "-y", "--no-install-recommends", package) for package in packages):
            return
        say(f"apt-get install {packages[-1]} did not succeed; trying Playwright's own build.")
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def _apt(*words: str) -> bool:
    command, env = ["apt-get", "-qq", *words], os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return not subprocess.run(command, env=env, stdout=subprocess.DEVNULL, check=False).returncode
