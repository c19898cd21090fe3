"""The words people read: the Regulation's own, plain ones, and no pictures in place of words."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from tests.guards.sources import ROOT, Finding, files_ending, named, parsed, python_files

# Told apart letter by letter so that this module does not contain what it looks for.
ANYWHERE = {
    "DSA" + "R": "a request of a data subject has the name of its right",
    "DS" + "R": "a request of a data subject has the name of its right",
    "PI" + "I": "the Regulation says: personal data",
}
SHOWN = {
    r"submit\w*": 'a button names its act: "Send your request"',
    r"invalid input": "say what is wrong and what to write instead",
    r"click here": "a link says where it leads",
    r"oops\w*": "say what happened and what happens next",
    r"please wait": "say what happens, who does it and by when",
}
PICTURES = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf]")
TRANSLATORS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
SHOWN_ATTRIBUTES = {"alt", "title", "placeholder", "aria-label", "value", "label"}


def findings(root: Path = ROOT) -> Iterator[Finding]:
    """Every word that the project does not use, in what people read."""
    for path in files_ending(".html", ".txt", ".py", ".md", root=root):
        where = named(path, root)
        if not where.startswith("requirements"):
            yield from _unwanted_anywhere(where, path.read_text(encoding="utf-8"))
    for path in files_ending(".html", ".txt", root=root):
        where = named(path, root)
        if where.startswith("templates/"):
            yield from _unwanted_shown(where, visible_text(path.read_text(encoding="utf-8")))
    for path in python_files(root):
        where = named(path, root)
        if not where.startswith("tests/"):
            yield from _unwanted_shown(where, list(_translated(parsed(path))))


def _unwanted_anywhere(where: str, text: str) -> Iterator[Finding]:
    for number, line in enumerate(text.splitlines(), start=1):
        for word, instead in ANYWHERE.items():
            if re.search(rf"\b{word}\b", line):
                yield Finding(where, number, f'"{word}": {instead}')
        if PICTURES.search(line):
            yield Finding(where, number, "a picture in place of a word: write the word, or draw an SVG")


def _unwanted_shown(where: str, texts: list[tuple[int, str]]) -> Iterator[Finding]:
    for number, text in texts:
        for pattern, instead in SHOWN.items():
            if re.search(rf"\b{pattern}\b", text, re.IGNORECASE):
                yield Finding(where, number, f'"{text.strip()[:40]}": {instead}')


def visible_text(template: str) -> list[tuple[int, str]]:
    """What a template shows, with line numbers: text, spoken attributes, and the strings of its translations."""
    spoken = re.sub(r"\{%\s*translate\s+(['\"])(.*?)\1.*?%\}", r"\2", template)
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", spoken)
    reader = _Reader()
    reader.feed(bare)
    return reader.texts


def _translated(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TRANSLATORS:
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield node.lineno, argument.value


class _Reader(HTMLParser):
    """Gathers what a person reads or hears on a page."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Attributes that are shown or read aloud."""
        self.texts += [(self.getpos()[0], value) for name, value in attrs if name in SHOWN_ATTRIBUTES and value]

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        if data.strip():
            self.texts.append((self.getpos()[0], data))
