"""Figures of consent: saved choices beside bare INSERTs of the same rows, and how long sixteen people wait at once."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from django.db import connection

from benchmarks.figure import Figure, missing
from benchmarks.site import running_site
from consent import catalogue, notices
from consent.models import ConsentEvent, NoticeVersion, Party, Purpose
from consent.proof import INSERT, WRITTEN
from occicor.embedded import postgres
from occicor.embedded.ports import HOST
from privacy.actors import SYSTEM

PAGE = "/about/"
CLIENTS, ROUNDS, SECONDS = 16, 5, 4
HALF_AS_MANY = 2.0
MOST_SECONDS = 0.030
NO_WRK = "wrk is missing, so nobody could choose: install it (Debian: wrk)"
# Each choice is somebody else's, from a network of their own; by turns accepted and refused, as the page's script does.
PEOPLE = """
local turn = 0
local headers = {{
  ["Content-Type"] = "application/x-www-form-urlencoded", ["Accept"] = "application/json",
  ["Origin"] = "{origin}", ["Sec-Fetch-Site"] = "same-origin",
}}
request = function()
  turn = turn + 1
  local state = turn % 2 == 0 and "given" or "refused"
  headers["X-Forwarded-For"] = "10." .. math.random(0, 255) .. "." .. math.random(0, 255) .. "." .. math.random(1, 254)
  return wrk.format("POST", "/consent/", headers, "notice={notice}&act=save&next=%2Fabout%2F&purpose-ads=" .. state)
end
done = function(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format('said {{"answers": %d, "failed": %d, "micros": %d, "p99": %d}}\\n',
    summary.requests, failed, summary.duration, latency:percentile(99)))
end
"""
SMALL_TABLE = "bare_choices"
SMALL_ROW = f"INSERT INTO {SMALL_TABLE} (states, mac) VALUES ('{{\"ads\": \"given\"}}', '{'0' * 64}')"


@dataclass(frozen=True)
class Chosen:
    """What sixteen people at once were answered: how many a second, and the slowest of a hundred in seconds."""

    per_second: float
    p99: float


def figures(quick: bool) -> Iterator[Figure]:
    """Sixteen connections that each choose again once they are answered; pgbench with one connection, in turns."""
    del quick  # it is quick
    wrk = shutil.which("wrk")
    if wrk is None:
        yield missing("choices", NO_WRK)
        return
    _published()
    with TemporaryDirectory() as name, running_site(Path(name), PAGE) as port:
        folder = Path(name)
        _choose(wrk, port, folder)
        same, small, chosen = [], [], []
        for _round in range(ROUNDS):
            same.append(_inserted(folder, _like_the_last()))
            chosen.append(_choose(wrk, port, folder))
            small.append(_inserted(folder, SMALL_ROW))
    rate, limit, other = median(one.per_second for one in chosen), median(same), median(small)
    note = (
        f"{rate:.0f} a second by {CLIENTS} people at once; pgbench -c 1 inserts {limit:.0f} of the same rows, and"
        f" {other:.0f} of two columns without an index"
    )
    yield Figure("a choice saved with its proof", 1 / rate, HALF_AS_MANY, limit=1 / limit, note=note)
    slowest = median(one.p99 for one in chosen)
    yield Figure(f"p99 of a choice, {CLIENTS} people at once", slowest, MOST_SECONDS, note=f"{rate:.0f} a second")


def _published() -> None:
    """A question to answer, asked of everybody."""
    catalogue.sync()
    Purpose.objects.get(group__varname="ads").recipients.add(Party.objects.create(name="Partner"))
    notices.publish(actor=SYSTEM, material=False, changes={})


def _choose(wrk: str, port: int, folder: Path) -> Chosen:
    """So many seconds of choices; RuntimeError when one was not saved, or a row is missing for one that was."""
    number = NoticeVersion.objects.latest("number").number
    script = folder / "people.lua"
    script.write_text(PEOPLE.format(origin=f"http://{HOST}:{port}", notice=number))
    before = ConsentEvent.objects.count()
    command = [wrk, "-t1", f"-c{CLIENTS}", f"-d{SECONDS}s", "-s", str(script), f"http://{HOST}:{port}"]
    told = _found(r"said (\{.*\})", command)
    said = json.loads(told)
    rows = ConsentEvent.objects.count() - before
    # Whoever was still waiting at the end may have been saved as well.
    if said["failed"] or not 0 <= rows - said["answers"] <= CLIENTS:
        raise RuntimeError(f"{rows} rows for {said}")
    return Chosen(said["answers"] / said["micros"] * 1_000_000, said["p99"] / 1_000_000)


def _like_the_last() -> str:
    """The INSERT of a choice as the site writes it, with another number each time."""
    last: Any = ConsentEvent.objects.values(*WRITTEN).latest("id")
    row = last | {"states": json.dumps(last["states"])}
    with connection.cursor() as cursor:
        return str(cursor.mogrify(INSERT.replace("%(key)s", "gen_random_uuid()"), row).decode())


def _inserted(folder: Path, sql: str) -> float:
    """How many a second PostgreSQL's own tool inserts over one connection, each committed to the disk."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {SMALL_TABLE} (states jsonb, mac text)")
    script = folder / "insert.sql"
    script.write_text(f"{sql};\n")
    tool = str(postgres.installed() / "bin" / "pgbench")
    command = [tool, "-n", "-c", "1", "-T", str(SECONDS), "-f", str(script), _address()]
    return float(_found(r"tps = ([\d.]+)", command))


def _found(pattern: str, command: list[str]) -> str:
    """What a program says after this; RuntimeError with all of it when it does not."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(pattern, done.stdout)
    if done.returncode or found is None:
        raise RuntimeError(f"{Path(command[0]).name} said:\n{done.stdout}{done.stderr}")
    return found[1]


def _address() -> str:
    """The benchmarks' database in words of PostgreSQL's own programs."""
    known = connection.get_connection_params()
    return " ".join(
        f"{name}={known[name]}" for name in ("host", "port", "user", "password", "dbname") if known.get(name)
    )
