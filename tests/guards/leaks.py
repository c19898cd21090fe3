"""Nothing secret and nothing of one machine is in the repository: keys, passwords, home folders, package mirrors."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.guards.sources import ROOT, Finding, named, project_files

BINARY = {".png", ".jpg", ".jpeg", ".webp", ".ico", ".woff2", ".gz", ".zip", ".mo"}
PATTERNS = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "an access key": re.compile(r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,}|xox[abprs]-[A-Za-z0-9-]{10,})\b"),
    "a password in an address": re.compile(r"\b[a-z]+://[\w.%-]+:(?![*.<{$]|password@)[^@\s/'\"{<$]{3,}@(?!\.\.\.)"),
    "a key set to a value": re.compile(
        r"^\s*(?:SECRET_KEY|DIGEST_KEY|PACKAGE_KEK|SIGNING_KEY)\s*[=:]\s*[\"']?[\w+/=-]{12,}"
    ),
    "a path of one machine": re.compile(r"(?<![\w.])/(?:home|Users|work|tmp|root)/[\w.-]+"),
    "a package mirror": re.compile(r"--(?:extra-)?index-" + r"url|--trusted-" + r"host|files\.python" + r"hosted\.org"),
}


def findings(root: Path = ROOT) -> Iterator[Finding]:
    """Every line of the repository that holds a secret or a place that exists on one machine only."""
    for path in project_files(root):
        if path.suffix in BINARY:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), start=1):
            for what, pattern in PATTERNS.items():
                if pattern.search(line):
                    yield Finding(named(path, root), number, f"{what}: it does not belong in the repository")
