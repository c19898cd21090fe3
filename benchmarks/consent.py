"""Figures of consent: what a saved choice costs beside a bare INSERT, and how long sixteen people wait at once."""

import http.client
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from urllib.parse import urlencode

from django.db import connection

from benchmarks.figure import Figure
from benchmarks.site import running_site
from consent import catalogue, notices
from consent.models import NoticeVersion, Party, Purpose
from occicor.embedded import postgres
from occicor.embedded.ports import HOST
from privacy.actors import SYSTEM

PAGE = "/about/"
CHOICES, CLIENTS, EACH = 1500, 16, 100
ROUNDS = 3
HALF_AS_MANY = 2.0
MOST_SECONDS = 0.030
TABLE = "bare_choices"
INSERT = f"INSERT INTO {TABLE} (states, mac, occurred_at) VALUES ('{{\"stats\": \"given\"}}', '{'0' * 64}', now());\n"


def figures(quick: bool) -> Iterator[Figure]:
    """One client at a time against pgbench with one client, in turns; then sixteen at once, all durable."""
    del quick  # it is quick
    _published()
    with TemporaryDirectory() as folder, running_site(Path(folder), PAGE) as port:
        bare, chosen = [], []
        _post(port, CHOICES // 5)
        for _round in range(ROUNDS):
            bare.append(_pgbench(Path(folder)))
            chosen.append(sum(_post(port, CHOICES // ROUNDS)) / (CHOICES // ROUNDS))
        with ThreadPoolExecutor(CLIENTS) as people:
            each = people.map(lambda person: _post(port, EACH, person), range(CLIENTS))
            times = [one for of_one in each for one in of_one]
    measured, limit = sorted(chosen)[ROUNDS // 2], sorted(bare)[ROUNDS // 2]
    note = f"one client, {CHOICES} choices; pgbench -c 1 inserts one row a transaction"
    yield Figure("a choice saved with its proof", measured, HALF_AS_MANY, limit=limit, note=note)
    slowest = quantiles(times, n=100)[98]
    yield Figure(f"p99 of a choice, {CLIENTS} people at once", slowest, MOST_SECONDS, note=f"{len(times)} choices")


def _published() -> None:
    """A question to answer, asked of everybody."""
    catalogue.sync()
    Purpose.objects.get(group__varname="ads").recipients.add(Party.objects.create(name="Partner"))
    notices.publish(actor=SYSTEM, material=False, changes={})


def _post(port: int, times: int, person: int = 0) -> list[float]:
    """Accept and refuse in turns over one connection and from one network, as a browser does; the seconds of each."""
    number = NoticeVersion.objects.latest("number").number
    asking = http.client.HTTPConnection(HOST, port, timeout=30)
    headers = {
        "Origin": f"http://{HOST}:{port}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
        "X-Forwarded-For": f"10.0.0.{person + 1}",
    }
    taken = []
    for turn in range(times):
        state = "given" if turn % 2 else "refused"
        body = urlencode({"notice": number, "act": "save", "next": PAGE, "purpose-ads": state})
        began = perf_counter()
        asking.request("POST", "/consent/", body, headers)
        answer = asking.getresponse()
        answer.read()
        taken.append(perf_counter() - began)
        if answer.status != http.client.OK:
            raise RuntimeError(f"a choice was answered with {answer.status}")
    asking.close()
    return taken


def _pgbench(folder: Path) -> float:
    """Seconds for one bare INSERT of the same size, committed to the disk, by PostgreSQL's own tool."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS {TABLE}"
            " (id bigserial PRIMARY KEY, states jsonb, mac text, occurred_at timestamptz)"
        )
    script = folder / "insert.sql"
    script.write_text(INSERT)
    tool = str(postgres.installed() / "bin" / "pgbench")
    said = subprocess.run(
        [tool, "-n", "-c", "1", "-T", "3", "-f", script, _address()], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"latency average = ([\d.]+) ms", said)
    if found is None:
        raise RuntimeError(f"pgbench said:\n{said}")
    return float(found[1]) / 1000


def _address() -> str:
    """The benchmarks' database in words of PostgreSQL's own programs."""
    known = connection.get_connection_params()
    return " ".join(
        f"{name}={known[name]}" for name in ("host", "port", "user", "password", "dbname") if known.get(name)
    )
