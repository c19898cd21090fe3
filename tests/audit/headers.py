"""What every answer says around its body: a table of headers, over every answer that any reader met."""

import re
from collections.abc import Callable, Iterator, Mapping

from tests.audit.fetching import Answer
from tests.audit.stage import VISITOR, Stage
from tests.audit.verdict import Verdict

Headers = Mapping[str, str]
PAGES = {"text/html", "application/xhtml+xml"}
# On each answer, whatever it is: exactly this. That the way is encrypted for a year (HSTS) is said over HTTPS only.
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
# On each page besides.
ON_PAGES = {"x-frame-options": "DENY", "cross-origin-resource-policy": "same-origin"}
POLICY = ("default-src 'none'", "base-uri 'none'", "object-src 'none'", "frame-ancestors 'none'", "form-action 'self'")
# What tells strangers what runs here, or lets other sites read what we answer.
NEVER = ("x-powered-by", "via", "access-control-allow-origin", "access-control-allow-credentials")


def verdicts(stage: Stage) -> Iterator[Verdict]:
    """No answer lacks a header or has one too many."""
    found: dict[str, list[str]] = {}
    looked = 0
    for walk in stage.walks:
        for address, answer in walk.answers.items():
            looked += 1
            for wrong in faults(answer, walk.role):
                found.setdefault(wrong, []).append(f"{address.removeprefix(stage.base_url)} ({walk.role})")
    told = [
        f"{wrong}: {where[0]}" + (f" and {len(where) - 1} more" if where[1:] else "") for wrong, where in found.items()
    ]
    yield Verdict.of(
        "headers: missing or too many", looked, told, "each kind of fault once, with how many answers have it"
    )


def faults(answer: Answer, role: str) -> Iterator[str]:
    """What is wrong with the headers of one answer."""
    headers = answer.headers
    expected = ALWAYS | (ON_PAGES if answer.media_type in PAGES else {})
    for name, value in expected.items():
        if headers.get(name) != value:
            yield f"{name} is {headers.get(name, 'missing')!r}, not {value!r}"
    yield from (f"{name} is said" for name in NEVER if name in headers)
    if re.search(r"\d", headers.get("server", "")):
        yield "server is said with a version"
    for applies, wrong in RULES if answer.status != 304 else ():
        if applies(answer, role) and (said := wrong(headers)):
            yield said


def _is_page(answer: Answer, role: str) -> bool:
    return answer.media_type in PAGES


def _is_text(answer: Answer, role: str) -> bool:
    return answer.media_type.startswith("text/") and bool(answer.body)


def _is_somebodys(answer: Answer, role: str) -> bool:
    return role != VISITOR and answer.media_type in PAGES


def _policy(headers: Headers) -> str:
    policy = headers.get("content-security-policy", "")
    lacking = [part for part in POLICY if part not in policy]
    return f"the policy lacks {', '.join(lacking)}" if lacking else ""


def _charset(headers: Headers) -> str:
    return "" if re.search(r"charset=[\"']?utf-8", headers.get("content-type", ""), re.IGNORECASE) else "no charset"


def _not_stored(headers: Headers) -> str:
    return "" if "no-store" in headers.get("cache-control", "") else "a page of somebody may be stored"


RULES: tuple[tuple[Callable[[Answer, str], bool], Callable[[Headers], str]], ...] = (
    (_is_page, _policy),
    (_is_text, _charset),
    (_is_somebodys, _not_stored),
)
