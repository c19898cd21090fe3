"""What the first view of home costs: every byte that comes over the wire, of which script, and whose."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from playwright.sync_api import Page as BrowserPage

from tests.audit.stage import VISITOR, Stage
from tests.audit.verdict import Verdict

KILOBYTE = 1024
IN_ALL = 60
OF_SCRIPT = 10


@dataclass
class Loaded:
    """One file that came: `bytes` over the wire, headers included."""

    url: str
    kind: str
    bytes: float = 0


def verdicts(stage: Stage) -> Iterator[Verdict]:
    """Home in each language, in a browser that has never been here."""
    seen = {}
    for language, _name in settings.LANGUAGES:
        path = "/" if language == settings.LANGUAGE_CODE else f"/{language}/"
        with stage.someone(VISITOR, viewport={"width": 1280, "height": 800}) as context:
            seen[path] = first_view(context.new_page(), stage.base_url + path)
    yield from judged(seen, stage.base_url)


def first_view(page: BrowserPage, url: str) -> list[Loaded]:
    """What a browser loads for a page, as the browser itself counts it."""
    session = page.context.new_cdp_session(page)
    files: dict[str, Loaded] = {}

    def arrived(event: dict[str, Any]) -> None:
        files[event["requestId"]] = Loaded(event["response"]["url"], event["type"])

    def finished(event: dict[str, Any]) -> None:
        if event["requestId"] in files:
            files[event["requestId"]].bytes = event["encodedDataLength"]

    session.on("Network.responseReceived", arrived)
    session.on("Network.loadingFinished", finished)
    session.send("Network.enable")
    page.goto(url, wait_until="networkidle")
    return list(files.values())


def judged(seen: dict[str, Sequence[Loaded]], base_url: str) -> Iterator[Verdict]:
    """The heaviest of some first views against the goals."""
    heaviest = max(seen.values(), key=_weight, default=[])
    parts = [f"{one.bytes / KILOBYTE:.1f} KB {one.kind} {one.url.removeprefix(base_url)}" for one in heaviest]
    note = "the heaviest home, headers included: " + "; ".join(parts)
    yield Verdict("weight: home, first view", len(seen), _weight(heaviest), IN_ALL, "KB", note=note)
    script = max((_weight([one for one in files if one.kind == "Script"]) for files in seen.values()), default=0)
    yield Verdict("weight: script in it", len(seen), script, OF_SCRIPT, "KB")
    foreign = [f"{path}: {one.url}" for path, files in seen.items() for one in files if not _ours(one.url, base_url)]
    yield Verdict.of("weight: files of others in it", len(seen), foreign)


def _weight(files: Sequence[Loaded]) -> float:
    return sum(one.bytes for one in files) / KILOBYTE


def _ours(url: str, base_url: str) -> bool:
    return url.startswith((f"{base_url}/", "data:"))
