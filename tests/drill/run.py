"""`make drill`: follows the page in a fresh Debian, breaks and restores what it made, and prints what was seen.

Each step is timed; the first thing that is not as it should be ends the drill with exit status 1 and its words.
`--keep` leaves the machine's folder for a look.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.drill.machine import PORTS, Machine
from tests.drill.page import blocks

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).resolve().parent
PAGE = ROOT / "docs" / "how-to" / "install-on-one-machine.md"
RESTORING = ROOT / "docs" / "how-to" / "restore-a-backup.md"
RESTORE_HEADING = "On a machine of its own"
PROGRAMS = {"debootstrap": "debootstrap", "unshare": "util-linux", "nsenter": "util-linux", "git": "git"}
DOORS = ("/", "/requests/", "/admin/")
CURL = "curl --silent --cacert /etc/ssl/occicor/fullchain.pem --max-time 20"
STORY = "cd /opt/occicor/current && python3 deploy/as_occicor.py .venv/bin/python -W ignore -m tests.drill.story"
# For each process of the site, how many keys stand in its environment, which its children would inherit.
SECRETS_SHOWN = (
    "for unit in web worker scheduler; do"
    " pid=$(systemctl show --property MainPID --value occicor-$unit);"
    " tr '\\0' '\\n' < /proc/$pid/environ | grep -c -E '^(SECRET_KEY|DIGEST_KEY|PACKAGE_KEK|SIGNING_KEY)=' || true;"
    " done"
)
UNITS = ("occicor-web", "occicor-worker", "occicor-scheduler", "occicor-backup")


class Missed(Exception):
    """Something was not as it should be."""


class Drill:
    """The machine, and what was seen on it."""

    def __init__(self, folder: Path) -> None:
        self.machine = Machine(folder / "root")
        self.log = folder / "drill.log"
        self.log.unlink(missing_ok=True)
        self.seen: dict[str, str] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step and say that it was done."""
        began = time.monotonic()
        yield
        self.says(name, f"{time.monotonic() - began:.0f} s")

    def says(self, name: str, what: str) -> None:
        """Put something on record."""
        self.seen[name] = what
        print(f"{name}: {what}", flush=True)

    def sh(self, script: str) -> str:
        """Run a script on the machine."""
        return self.machine.sh(script, log=self.log)

    def follows(self, page: Path, heading: str) -> None:
        """Run what stands under a heading, each block where the one before ended."""
        found = [block for block in blocks(page) if block.heading == heading]
        if not found:
            raise Missed(f"nothing to do under “{heading}”")
        for block in found:
            if block.text.startswith("git archive"):
                subprocess.run(block.text, shell=True, check=True, cwd=ROOT)
                (self.machine.root / "opt" / "occicor").mkdir(exist_ok=True)
                shutil.move(ROOT / "occicor.tar.gz", self.machine.root / "opt" / "occicor" / "occicor.tar.gz")
                continue
            self.sh(
                f'cd "$(cat /run/drill-place 2>/dev/null || echo /opt/occicor)"\n{block.text}\npwd > /run/drill-place'
            )

    def story(self, *words: str) -> Any:
        """Do something inside the site."""
        return json.loads(self.sh(f"{STORY} {' '.join(words)}").splitlines()[-1])

    def doors(self) -> list[str]:
        """What a stranger gets there."""
        ask = f"{CURL} --output /dev/null --write-out '%{{http_code}}\\n' https://privacy.example"
        return [self.sh(f"{ask}{path}").strip() for path in DOORS]

    def ready(self) -> dict[str, Any]:
        """What /readyz says to a stranger."""
        answer: dict[str, Any] = json.loads(self.sh(f"{CURL} https://privacy.example/readyz"))
        return answer

    def until(self, what: str, holds: Callable[[], bool], seconds: float = 60) -> None:
        """Wait for something; Missed when it does not come."""
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                raise Missed(what)
            time.sleep(0.5)

    def must(self, what: str, found: object, wanted: object) -> None:
        """Missed when something is not as it should be."""
        if found != wanted:
            raise Missed(f"{what}: {found!r} instead of {wanted!r}")


def installed(drill: Drill) -> None:
    """From nothing to a site that is ready."""
    with drill.step("a fresh Debian 13"):
        drill.machine.make()
    with drill.step("it starts"):
        drill.machine.boot()
    shutil.copy(HERE / "mail_sink.py", drill.machine.root / "opt" / "mail_sink.py")
    with drill.step("release and packages"):
        drill.follows(PAGE, "1. The release")
    drill.sh("systemd-run --quiet --unit drill-mail python3 /opt/mail_sink.py")
    with drill.step("database, broker, settings, web server"):
        for heading in ("2. Database and task broker", "3. Settings", "4. Web server"):
            drill.follows(PAGE, heading)
    with drill.step("deploy/install.sh, until it is ready; and doctor"):
        drill.follows(PAGE, "5. Start")
    drill.must("readyz", drill.ready()["status"], "ready")
    drill.must("doors", drill.doors(), ["200", "302", "302"])
    style = drill.sh(f"{CURL} https://privacy.example/ | grep -o '/static/css/[^\"]*css' | head -n 1").strip()
    headers = drill.sh(f"{CURL} --head --compressed https://privacy.example{style}").lower()
    drill.must("static files come from nginx, packed and kept", [
        word in headers for word in ("server: nginx", "content-encoding: gzip", "immutable", "nosniff")
    ], [True] * 4)  # fmt: skip


def used(drill: Drill) -> None:
    """Somebody asks for a copy; the worker makes it. Then what the units may do, and what a stranger meets."""
    ann = drill.story("person", "ann@example.org")[0]
    request = drill.story("ask", ann, "access")
    with drill.step("a request is worked off"):
        drill.until("the copy was not made", lambda: bool(drill.story("state", request) == "completed"))
    for unit in UNITS:
        told = drill.sh(f"systemd-analyze security --no-pager {unit} | tail -n 1")
        drill.says(f"exposure of {unit}", told.partition(":")[2].split()[0])
    drill.must("secrets in the environment of a unit", drill.sh(SECRETS_SHOWN).split(), ["0"] * 3)
    drill.sh("systemd-analyze verify /etc/systemd/system/occicor-*.service /etc/systemd/system/occicor-*.timer")
    drill.sh("cp /etc/ssl/occicor/fullchain.pem /usr/local/share/ca-certificates/drill.crt && update-ca-certificates")
    drill.sh("cd /opt/occicor/current && deploy/doctor --outside")


def upgraded(drill: Drill) -> None:
    """The same release again, another one, and one that does not come up."""
    with drill.step("install.sh again, with nothing to do"):
        drill.sh("/opt/occicor/current/deploy/install.sh")
    with drill.step("an upgrade"):
        drill.follows(PAGE, "Upgrade")
    drill.must("release", drill.sh("readlink /opt/occicor/current").strip(), "/opt/occicor/releases/second")
    drill.sh(
        "mkdir /opt/occicor/releases/broken && tar -xzf /opt/occicor/occicor.tar.gz -C /opt/occicor/releases/broken"
        " && echo 'raise SystemExit(1)' >> /opt/occicor/releases/broken/occicor/wsgi.py"
    )
    with drill.step("an upgrade that does not come up, and the way back"):
        told = drill.sh("! /opt/occicor/releases/broken/deploy/install.sh 2>&1")
    drill.must("way back", "so the one before is back" in told, True)
    drill.must("release", drill.sh("readlink /opt/occicor/current").strip(), "/opt/occicor/releases/second")
    drill.until("the old release is not ready", lambda: _status(drill) == "ready")
    drill.sh("cd /opt/occicor/current && pwd > /run/drill-place")


def restored(drill: Drill) -> None:
    """A backup, an erasure, the backup again: closed until the ledger is applied, and then nobody knows her."""
    eve = drill.story("person", "eve@example.org")
    with drill.step("backups, one of them proven"):
        drill.follows(PAGE, "Backups")
    erasure = drill.story("ask", eve[0], "erasure")
    drill.until("she was not erased", lambda: bool(drill.story("state", erasure) == "completed"))
    drill.must("left of her", drill.story("left", *eve[1:]), [])
    found = [block.text for block in blocks(RESTORING) if block.heading == RESTORE_HEADING]
    with drill.step("restore, a backup of what was there included"):
        drill.sh(f"cd /opt/occicor/current\n{found[0]}")
    drill.until("the site does not answer", lambda: drill.doors() == ["200", "503", "503"])
    drill.must("ledger", drill.ready()["checks"]["ledger"], "database behind the ledger")
    drill.must("known again", bool(drill.story("left", *eve[1:])), True)
    with drill.step("reapply_ledger"):
        drill.sh(f"cd /opt/occicor/current\n{found[1]}")
    drill.must("left of her", drill.story("left", *eve[1:]), [])
    drill.until("personal areas stay closed", lambda: drill.doors() == ["200", "302", "302"])
    drill.until("not ready", lambda: _status(drill) == "ready")


def cut_off(drill: Drill) -> None:
    """The power goes; everything comes back by itself."""
    drill.machine.end()
    with drill.step("after a power cut, until it is ready"):
        drill.machine.boot()
        drill.sh("systemd-run --quiet --unit drill-mail python3 /opt/mail_sink.py")
        drill.until("not ready", lambda: _status(drill) == "ready")


def _status(drill: Drill) -> str:
    try:
        return str(drill.ready()["status"])
    except (subprocess.CalledProcessError, ValueError):
        return "away"


def obstacles() -> list[str]:
    """What keeps the drill from running on this machine."""
    found = [] if os.geteuid() == 0 else ["it makes a machine: run it as root"]
    found += [
        f"{name} is missing: apt-get install {package}" for name, package in PROGRAMS.items() if not shutil.which(name)
    ]
    for port in PORTS:
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(("0.0.0.0", port))
            except OSError:
                found.append(f"port {port} is taken: its machine shares ours")
    return found


def main(words: list[str]) -> int:
    """The whole drill; its exit status."""
    asked = argparse.ArgumentParser(prog="make drill")
    asked.add_argument("--keep", action="store_true", help="leave the machine's folder")
    options = asked.parse_args(words)
    if missing := obstacles():
        print("The drill cannot run here: " + "; ".join(missing), file=sys.stderr)
        return 1
    # What the machine is made of must be open to those who live in it.
    os.umask(0o022)
    folder = Path(os.environ["VAR_DIR"])
    drill = Drill(folder)
    try:
        for part in (installed, used, upgraded, restored, cut_off):
            part(drill)
    except (Missed, subprocess.CalledProcessError, RuntimeError) as missed:
        print(f"Missed: {missed}. All that was said is in {drill.log}.", file=sys.stderr)
        return 1
    finally:
        drill.machine.end()
        (folder / "drill.json").write_text(json.dumps(drill.seen, indent=1), encoding="utf-8")
        if not options.keep:
            shutil.rmtree(drill.machine.root, ignore_errors=True)
    print(
        "\n".join(["", "| step | seen |", "|---|---|", *(f"| {name} | {what} |" for name, what in drill.seen.items())])
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
