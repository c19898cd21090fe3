"""The API against its own description: schemathesis sends what fits and what does not, signed in and not."""

import json
import urllib.request
import xml.etree.ElementTree as Tree
from collections.abc import Iterator
from pathlib import Path

from tests.audit.python_tools import installed, run
from tests.audit.stage import Stage
from tests.audit.verdict import Verdict

CHECKS = (
    *("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"),
    *("response_headers_conformance", "negative_data_rejection", "unsupported_method", "ignored_auth"),
)
SEED = "7"
EXAMPLES = "25"
# Signed in, whatever ends or changes the sign-in itself would end the run.
SIGNING_IN = "/auth/"


def verdicts(stage: Stage) -> Iterator[Verdict]:
    """No 5xx and no answer that is not declared, to whatever is sent; as nobody, and as somebody with a request."""
    program = installed(stage.tools.folder, "python") / "schemathesis"
    who = {"visitor": [], "subject": ["-H", f"X-Session-Token: {_token(stage)}", "--exclude-path-regex", SIGNING_IN]}
    for role, words in who.items():
        report = stage.folder / f"api-{role}.xml"
        run([str(program), *command(stage.base_url, report), *words], stage.folder)
        tried, found = read(report.read_text(encoding="utf-8"))
        yield Verdict.of(f"api: {role}", tried, found, f"each operation, {EXAMPLES} times and more; seed {SEED}")


def command(base_url: str, report: Path) -> list[str]:
    """What schemathesis is told."""
    return [
        *("run", f"{base_url}/api/v1/openapi.json", "--origin", base_url, "--no-color"),
        *("--phases", "examples,coverage,fuzzing", "--checks", ",".join(CHECKS), "--max-examples", EXAMPLES),
        *("--seed", SEED, "--continue-on-failure", "--generation-database", "none"),
        *("--report", "junit", "--report-junit-path", str(report)),
    ]


def read(report: str) -> tuple[int, list[str]]:
    """How many operations were tried, and what was found at which, in a sentence each."""
    cases = list(Tree.fromstring(report).iter("testcase"))
    found = []
    for case in cases:
        for wrong in (*case.iter("failure"), *case.iter("error")):
            said = [line.strip() for line in (wrong.get("message") or wrong.text or "").splitlines() if line.strip()]
            found.append(f"{case.get('name')}: {' '.join(said[:6])[:300]}")
    return len(cases), found


def _token(stage: Stage) -> str:
    account = stage.stack.accounts["subject"]
    body = json.dumps({"email": account.email, "password": account.password}).encode()
    headers = {"Content-Type": "application/json"}
    asked = urllib.request.Request(f"{stage.base_url}/api/v1/auth/login", body, headers)
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return str(json.load(answer)["meta"]["session_token"])
