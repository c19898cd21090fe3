"""The CSP evaluator over every content security policy that pages carry."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.audit.stage import Stage
from tests.audit.verdict import Verdict

# Its scale: 10 high, 20 syntax, 30 medium; beyond are hints that depend on what the site serves.
MEDIUM = 30


def verdicts(stage: Stage) -> Iterator[Verdict]:
    """Every page has a policy, and none has a weakness."""
    pages = {page.answer.policy: str(page) for page in reversed(stage.pages)}
    policies = sorted(filter(None, pages))
    found = [f"{page.address}: no policy at all" for page in stage.pages if not page.answer.policy]
    found += weaknesses(stage.tools.csp(policies), policies, pages)
    note = f"{len(policies)} different ones on {len(stage.pages)} pages"
    yield Verdict.of("csp: weaknesses of the policy", len(stage.pages), found, note)


def weaknesses(
    said: Sequence[Sequence[Mapping[str, Any]]], policies: Sequence[str], pages: Mapping[str, str]
) -> list[str]:
    """What it says of some policies that is more than a hint; `pages` says where each policy is."""
    return [
        f"{pages[policy]}: {one['directive']} {one.get('value') or ''}: {one['description']}"
        for policy, findings in zip(policies, said, strict=True)
        for one in findings
        if one["severity"] <= MEDIUM
    ]
