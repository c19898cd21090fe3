"""A backup from before an erasure is restored: the erased person is gone again, what was held since stays held."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from occicor.embedded.postgres import choose
from tests.faults.driver import Driver
from tests.stack import PROJECT, RunningStack, eventually

pytestmark = [pytest.mark.fault, pytest.mark.promise("P5.3")]

DOORS = ("/requests/", "/account/login/", "/admin/")
PUBLIC = ("/", "/privacy/", "/healthz")
ROWS = 50
RESTORE = "pg_restore --clean --if-exists --single-transaction --exit-on-error --dbname"


class Story:
    """Ann, who asks to be erased after the backup, Bob, whose copy is to be made when it is made, and Cem.

    What is held about Cem comes under a legal hold after the backup, and then Cem asks to be erased.
    """

    def __init__(self, site: RunningStack, backup: Path) -> None:
        self.site, self.backup = site, backup
        self.driver = Driver(site)
        name = uuid4().hex[:8]
        self.ann = self.driver.ask("person", email=f"ann-{name}@example.org", canary=f"canary{name}", rows=ROWS)
        self.bob = self.driver.ask("person", email=f"bob-{name}@example.org", canary=f"other{name}", rows=ROWS)
        self.cem = self.driver.ask("person", email=f"cem-{name}@example.org", canary=f"third{name}", rows=1)
        self.identifiers = self.driver.ask("known_by", user=self.ann)
        self.copy = ""

    def left_of_ann(self) -> list[str]:
        """Where the database still knows her."""
        found: list[str] = self.driver.ask("left", identifiers=self.identifiers)
        return found

    def done(self, request: str) -> bool:
        """Whether a request comes to be completed."""
        return eventually(lambda: self.driver.ask("state_of", request=request) == "completed", seconds=30)

    def doors(self, paths: tuple[str, ...] = DOORS) -> list[int]:
        """What the site answers there."""
        return [self.site.get(path)[0] for path in paths]

    def ledger(self) -> str:
        """What those who operate the site are told about database and ledger."""
        return str(json.loads(self.site.get("/readyz")[1])["checks"]["ledger"])

    def log(self, part: str) -> str:
        """What a part of the site wrote."""
        return (self.site.layout.logs / f"{part}.log").read_text(encoding="utf-8")

    def dump(self) -> None:
        """The backup, made with the server's own program while no part takes Bob's request up."""
        for part in ("worker", "scheduler"):
            self.site.kill(part, signal.SIGSTOP)
        self.copy = self.driver.ask("ask_for", user=self.bob, right="access")
        program = choose(self.site.layout).programs / "bin" / "pg_dump"
        address = self.site.services_env["DATABASE_URL"]
        subprocess.run([program, "--format=custom", f"--file={self.backup}", address], check=True)
        for part in ("worker", "scheduler"):
            self.site.kill(part, signal.SIGCONT)

    def restore_and_start(self) -> None:
        """What the how-to says: the site is stopped, only the services run, and the backup replaces everything."""
        self.driver.close()
        self.site.stop()
        script = f'{RESTORE} "$DATABASE_URL" {self.backup}'
        command = [sys.executable, "-m", "occicor.embedded", "exec", "sh", "-c", script]
        subprocess.run(command, cwd=PROJECT, env=self.site.env, check=True)
        self.site.start()
        self.driver = Driver(self.site)


def test_dump_erase_restore_start_fails_closed_reapply_and_nothing_is_left(
    made_stack: Callable[..., RunningStack], tmp_path: Path
) -> None:
    story = Story(made_stack().start(), tmp_path / "backup.dump")
    story.dump()
    erasure = story.driver.ask("ask_for", user=story.ann, right="erasure")
    assert story.done(erasure)
    assert story.done(story.copy)
    assert story.left_of_ann() == []
    assert story.driver.ask("place_in_ledger", request=erasure)["seq"] == 1
    story.driver.ask("hold_back", user=story.cem)
    assert story.done(story.driver.ask("ask_for", user=story.cem, right="erasure"))
    kept = {"account": True, "active": False, "held": True}
    assert story.driver.ask("held_back", user=story.cem) == kept
    assert (story.ledger(), story.doors()) == ("ok", [302, 200, 302])

    story.restore_and_start()
    assert len(story.left_of_ann()) >= 4
    assert story.driver.ask("held_back", user=story.cem) == {"account": True, "active": True, "held": False}
    _is_closed(story)

    told = story.site.manage("reapply_ledger").stdout
    assert "1 erasure: the person was found" in told
    assert story.left_of_ann() == []
    assert story.driver.ask("held_back", user=story.cem) == kept
    assert (story.ledger(), story.doors()) == ("ok", [302, 200, 302])
    assert story.done(story.copy)
    assert story.driver.ask("verified") == {"entries": 4, "problem": "", "audit": True}
    story.driver.close()


def _is_closed(story: Story) -> None:
    """The start said so; nobody signs in, nobody works, and what is public stays open."""
    story.site.hear("Closed, public pages apart. The database is older than the ledger: a backup came back.")
    assert (story.doors(), story.doors(PUBLIC)) == ([503, 503, 503], [200, 200, 200])
    assert story.ledger() == "database behind the ledger"
    assert eventually(lambda: "nothing is started" in story.log("scheduler"), seconds=20)
    assert "reapply_ledger" in story.driver.ask("verified")["problem"]
    assert story.driver.ask("state_of", request=story.copy) == "approved"
