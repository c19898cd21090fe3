"""Finds the browser that the journeys run in, or installs it, or says why not: journeys are never left out silently."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from occicor.embedded.problem import Problem

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CACHES = (Path("~/.cache/ms-playwright"), Path("~/Library/Caches/ms-playwright"))
INSIDE = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/Chromium.app/Contents/MacOS/Chromium",
          "chromium-*/chrome-mac*/*.app/Contents/MacOS/*")  # fmt: skip


def find() -> str:
    """The path of a Chromium: what CHROMIUM names, one on the PATH, or Playwright's own; empty when there is none."""
    named = os.environ.get("CHROMIUM", "")
    if named:
        if not shutil.which(named):
            raise Problem(f"CHROMIUM names {named}, which cannot be started.")
        return named
    for name in NAMES:
        if on_path := shutil.which(name):
            return on_path
    own = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    for cache in [Path(own)] if own else CACHES:
        for pattern in INSIDE:
            for path in sorted(cache.expanduser().glob(pattern), reverse=True):
                if os.access(path, os.X_OK):
                    return str(path)
    return ""


def ensure(say: Callable[[str], None]) -> str:
    """The path of a Chromium that starts, installed now if need be; raises Problem with the reason otherwise."""
    path = find()
    if not path:
        say("No Chromium found; installing it for the browser journeys…")
        _install(say)
        path = find()
    if not path:
        raise Problem("Chromium could not be installed, and the browser journeys need it: install it, or set CHROMIUM.")
    tried = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    if tried.returncode:
        raise Problem(f"{path} does not start: {tried.stderr.strip()[-300:] or 'no reason given'}")
    return path


def _install(say: Callable[[str], None]) -> None:
    """The system's package when we are root on Debian or Ubuntu, else Playwright's own build."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        update = ["apt-get", "update", "-qq"]
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
        for command in (update, install):
            if subprocess.run(command, env=env, stdout=subprocess.DEVNULL, check=False).returncode:
                say(f"{' '.join(command)} did not succeed; trying Playwright's own build.")
                break
        else:
            return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
