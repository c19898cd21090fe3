"""Wapiti tries what attackers try first on every form and address that it finds, as a visitor and as a data subject."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.audit.python_tools import installed, run
from tests.audit.stage import VISITOR, Stage
from tests.audit.verdict import Verdict

# Those that call a server of its makers', guess passwords or name programs are left out.
MODULES = (
    *("cookieflags", "crlf", "csp", "csrf", "exec", "file", "http_headers", "methods", "permanentxss", "redirect"),
    *("sql", "upload", "xss"),
)
READ_SECONDS = 240
SECONDS_EACH = 60
# Pages that differ in their language only; what ends the sign-in; where letters land that no site in operation shows.
LEFT_OUT = ("/fr/", "/ar/", "/outbox/", "/account/logout/", "/account/sessions/", "/account/password/", "/account/2fa/")
# The site answers without encryption here. What it says over HTTPS, tests/occicor/test_production.py holds.
OF_HTTPS = ("Secure flag is not set", "Strict-Transport-Security is not set")
# Forms on pages which are the same for everybody carry no token; where they come from is asked of the browser (Origin,
# Sec-Fetch-Site): tests/consent/test_cookie_choices.py and test_subscribing.py hold that.
WITHOUT_TOKEN = {"/consent/"}
CSRF = "Cross Site Request Forgery"
ROLES = (VISITOR, "subject")


def verdicts(stage: Stage) -> Iterator[Verdict]:
    """Nothing that it counts as a weakness, and no answer that breaks."""
    program = installed(stage.tools.folder, "scanner") / "wapiti"
    for role in ROLES:
        report = stage.folder / f"scanner-{role}.json"
        run([str(program), *command(stage.base_url, report, stage.cookies(role))], stage.folder)
        tried, found = read(report.read_text(encoding="utf-8"))
        note = f"{', '.join(MODULES)}; {SECONDS_EACH} s each at most; no token on {', '.join(WITHOUT_TOKEN)} on purpose"
        yield Verdict.of(f"scanner: weaknesses, as {role}", tried, found, note)


def command(base_url: str, report: Path, cookies: str) -> list[str]:
    """What Wapiti is told; it writes beside the report and nowhere else."""
    places = [f"--store-session={report.parent / 'scanner'}", f"--store-config={report.parent / 'scanner'}"]
    bounds = ["--max-scan-time", str(READ_SECONDS), "--max-attack-time", str(SECONDS_EACH), "--tasks", "4"]
    left_out = [word for path in LEFT_OUT for word in ("--exclude", f"{base_url}{path}*")]
    signed_in = ["--header", f"Cookie: {cookies}"] if cookies else []
    return [
        *("--url", f"{base_url}/", "--scope", "domain", "--depth", "4", "--module", ",".join(MODULES)),
        # It looks these up when it starts, whether or not a module asks for them.
        *("--endpoint", base_url, "--dns-endpoint", "localhost"),
        *("--format", "json", "--output", str(report), "--flush-session", "--no-bugreport", "--verbose", "0"),
        *(*places, *bounds, *left_out, *signed_in),
    ]


def read(report: str) -> tuple[int, list[str]]:
    """How many pages it crawled, and what it found where, in a line each."""
    said: dict[str, Any] = json.loads(report)
    found = []
    for kind in ("vulnerabilities", "anomalies"):
        for name, cases in said[kind].items():
            for case in (one for one in cases if not _is_known(name, one)):
                where = f"{case['method']} {case['path']}" + (f" ({case['parameter']})" if case["parameter"] else "")
                found.append(f"{name}: {where}: {' '.join(case['info'].split())[:200]}")
    return int(said["infos"].get("crawled_pages_nbr") or 0), found


def _is_known(name: str, case: Mapping[str, str]) -> bool:
    return case["info"].startswith(OF_HTTPS) or (name == CSRF and case["path"] in WITHOUT_TOKEN)
