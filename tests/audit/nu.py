"""The Nu HTML checker over every page, as the server sent it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.audit.stage import Stage
from tests.audit.verdict import Verdict


def verdicts(stage: Stage) -> Iterator[Verdict]:
    """No error on any page."""
    folder = stage.folder / "pages"
    folder.mkdir(exist_ok=True)
    files: dict[str, str] = {}
    for number, page in enumerate(stage.pages):
        file = folder / f"{number:04}.html"
        file.write_bytes(page.answer.body)
        files[file.name] = str(page)
    said = stage.tools.nu([folder / name for name in files])
    yield Verdict.of("html: errors of the Nu HTML checker", len(files), list(errors(said, files)))


def errors(said: str, pages: Mapping[str, str]) -> Iterator[str]:
    """The errors in its answer; `pages` says what each file is."""
    for message in json.loads(said)["messages"]:
        if message["type"] != "info":
            name = Path(message.get("url", "")).name
            around = " ".join(message.get("extract", "").split())
            yield f"{pages.get(name, name)}, line {message.get('lastLine', '?')}: {message['message']} [{around}]"
