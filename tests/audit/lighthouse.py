"""Lighthouse on the pages where people arrive: how fast, how accessible, how well made, how easily found."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from django.urls import NoReverseMatch, reverse

from occicor.embedded.problem import Problem
from tests.audit.stage import VISITOR, Stage
from tests.audit.verdict import Verdict

# By name of the pattern and by who looks. What only the signed-in see is nobody's search result (robots.txt says so):
# whether it can be found is not asked of it.
PAGES = {
    "home": ("visitors:home", VISITOR),
    "policy": ("visitors:policy", VISITOR),
    "request start": ("rights_requests:new", VISITOR),
    "sign in": ("account_login", VISITOR),
    "account": ("accounts:overview", "subject"),
}
DEVICES: dict[str, list[str]] = {"phone": [], "desktop": ["--preset=desktop"]}
GOALS = {"accessibility": 100, "best-practices": 100, "seo": 100, "performance": 98}
CATEGORIES = f"--only-categories={','.join(GOALS)}"
# A score that depends on the machine's mood: where the first run misses, the median of so many counts.
ROUNDS = 3
# So often it is asked when it loses a trace.
TRIES = 3


@dataclass(frozen=True)
class Run:
    """One page on one device: the scores out of 100, the layout shift, and what took points off."""

    scores: Mapping[str, float]
    shift: float
    lost: Mapping[str, list[str]]


def verdicts(stage: Stage) -> Iterator[Verdict]:
    """Each category over all pages and devices: what counts is the worst."""
    runs: dict[str, list[Run]] = {}
    absent = []
    for name, (pattern, role) in PAGES.items():
        try:
            address = stage.base_url + reverse(pattern)
        except NoReverseMatch:
            absent.append(name)
            continue
        for device, words in DEVICES.items():
            runs[f"{name}, {device}"] = _measured(stage, address, role, words)
    yield from judged(runs, absent)


def _measured(stage: Stage, address: str, role: str, words: list[str]) -> list[Run]:
    """One run, or as many as a median needs when the first misses the goal of performance."""
    if role != VISITOR:
        words = [*words, "--skip-audits=is-crawlable", f"--extra-headers={json.dumps({'Cookie': stage.cookies(role)})}"]
    report = stage.folder / "lighthouse.json"
    runs: list[Run] = []
    while not runs or (len(runs) < ROUNDS and runs[0].scores["performance"] < GOALS["performance"]):
        report.unlink(missing_ok=True)
        runs.append(read(_reported(stage, address, report, [CATEGORIES, *words]), address))
    return runs


def _reported(stage: Stage, address: str, report: Path, words: list[str]) -> Mapping[str, Any]:
    """Its report; where the browser's trace was lost, which now and then happens, it is asked again."""
    for _try in range(TRIES - 1):
        with suppress(Problem):
            return stage.tools.lighthouse(address, report, words)
    return stage.tools.lighthouse(address, report, words)


def read(report: Mapping[str, Any], address: str) -> Run:
    """What matters of a report; raises Problem when it is about another page."""
    if report.get("runtimeError") or report["finalDisplayedUrl"].partition("?")[0] != address:
        raise Problem(f"Lighthouse saw {report['finalDisplayedUrl']}: {report.get('runtimeError') or 'led away'}")
    scores = {name: round(100 * (report["categories"][name]["score"] or 0), 1) for name in GOALS}
    audits = report["audits"]
    lost = {
        name: [
            f"{audits[ref['id']]['title']} ({audits[ref['id']].get('displayValue') or ref['id']})"
            for ref in report["categories"][name]["auditRefs"]
            if ref["weight"] and audits[ref["id"]]["score"] not in {None, 1}
        ]
        for name in GOALS
    }
    return Run(scores, audits["cumulative-layout-shift"]["numericValue"], lost)


def judged(runs: Mapping[str, list[Run]], absent: list[str]) -> Iterator[Verdict]:
    """The worst page of each category against its goal, and the largest layout shift."""
    for category, goal in GOALS.items():
        scores = {where: median(run.scores[category] for run in of_page) for where, of_page in runs.items()}
        low = [
            f"{where}: {score:g}; {'; '.join(runs[where][0].lost[category])}"
            for where, score in scores.items()
            if score < goal
        ]
        yield Verdict(
            f"lighthouse: {category}", len(runs), min(scores.values(), default=0), goal,
            at_least=True, findings=low, note=_note(category, runs, absent),
        )  # fmt: skip
    shifts = {where: max(run.shift for run in of_page) for where, of_page in runs.items()}
    moved = [f"{where}: {shift:.4f}" for where, shift in shifts.items() if shift]
    yield Verdict("lighthouse: layout shift", len(runs), max(shifts.values(), default=0), findings=moved)


def _note(category: str, runs: Mapping[str, list[Run]], absent: list[str]) -> str:
    if category == "seo":
        return "of pages for the signed-in all of it but whether search engines may show them, which they must not"
    if category != "performance":
        return ""
    told = [f"{where} {'/'.join(f'{run.scores[category]:g}' for run in of_page)}" for where, of_page in runs.items()]
    missing = f"; not there (yet): {', '.join(absent)}" if absent else ""
    return f"{', '.join(told)}{missing}; over plain HTTP/1.1 from this machine, on a throttled network and processor"
