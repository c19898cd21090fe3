"""What every answer of the site must carry to protect whoever reads it, and must not load."""

import re
from collections.abc import Iterator

from django.http import HttpResponseBase

# Which header says what, on every answer.
HEADERS = {
    "X-Content-Type-Options": re.compile("nosniff"),
    "Referrer-Policy": re.compile("same-origin|no-referrer"),
    "Cross-Origin-Opener-Policy": re.compile("same-origin"),
}
# No directive of a policy may open what these open.
HOLES = re.compile(r"'unsafe-(?:inline|eval|hashes)'|'strict-dynamic'|\s(?:\*|data:|blob:|http:|https:)(?:\s|;|$)")
# What names a server or its version.
TELLING = ("Server", "X-Powered-By", "X-AspNet-Version", "Via")
LOADED = re.compile(
    rb"<(?:script|img|iframe|frame|embed|object|source|video|audio|track|input|form|use|image|"
    rb"link(?=[^>]*\brel=\"(?:stylesheet|icon|preload|prefetch|preconnect|dns-prefetch|modulepreload|manifest)))"
    rb"\b[^>]*?\s(?:src|srcset|href|data|action|formaction|poster|xlink:href)=[\"']?((?:https?:)?//[^\"'\s>]*)"
)


def lacking(answer: HttpResponseBase) -> frozenset[str]:
    """What is wrong with the headers of an answer."""
    return frozenset(_wrong(answer))


def loaded_from_elsewhere(body: bytes) -> frozenset[str]:
    """The addresses of other sites that a page loads or sends to, by itself or by its forms."""
    return frozenset(found.decode() for found in LOADED.findall(body))


def _wrong(answer: HttpResponseBase) -> Iterator[str]:
    for name, must in HEADERS.items():
        if not must.fullmatch(answer.get(name, "")):
            yield f"{name}: {answer.get(name, 'none')}"
    policy = answer.get("Content-Security-Policy", "")
    if "frame-ancestors 'none'" not in policy or "default-src 'none'" not in policy:
        yield f"Content-Security-Policy: {policy or 'none'}"
    if HOLES.search(policy):
        yield f"a hole in the policy: {policy}"
    for name in TELLING:
        if name in answer:
            yield f"{name}: {answer[name]}"
