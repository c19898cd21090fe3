"""The catalogues of locale/: every text that people see is there in every language, whole and with the same places.

`python -m tests.guards.languages` brings the catalogues up to date with the source; what is new in them stands empty
until somebody writes it. Found is what Django would look up: texts in templates and code, and what holdings say.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from tests.guards.sources import ROOT, Finding, files_ending, named, parsed, python_files

DOMAIN = "django.po"
# One, several, or a context and then the text: which arguments of which function are looked up.
ONE, SEVERAL, IN_CONTEXT, SEVERAL_IN_CONTEXT = (1,), (1, 2), ((1, "c"), 2), ((1, "c"), 2, 3)
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), ONE),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), SEVERAL),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), IN_CONTEXT),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), SEVERAL_IN_CONTEXT),
}
CALL = re.compile(r"\b(?:_|gettext|ngettext|pgettext|npgettext)\(")
PLACE = re.compile(r"%\([a-z_0-9]+\)[sd]|%%|%[sd]|\{[a-z_0-9.!:]*\}|</?[a-z][a-z0-9]*|href=\"[^\"]*\"")
# In gettext's own order of the forms, which is Django's too.
PLURALS = {
    "fr": "nplurals=2; plural=(n > 1);",
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5;",
}
NOT_SHOWN = ("tests/", "benchmarks/", "occicor/embedded/")
Text = str | tuple[str, ...]


def findings(root: Path = ROOT) -> Iterator[Finding]:
    """Each text that is missing, doubtful, or has other places than the English one."""
    wanted = found(root)
    for path in catalogues(root):
        where, kept = named(path, root), read(path)
        yield from _missing(where, wanted, kept)
        for message in kept:
            if message.id and message.string:
                yield from _wrong(where, message)
        if kept.obsolete:
            yield Finding(where, 1, f"{len(kept.obsolete)} texts that nothing shows any more: bring it up to date")


def catalogues(root: Path = ROOT) -> list[Path]:
    """The catalogue of each language that is not English."""
    return sorted(root.glob(f"locale/*/LC_MESSAGES/{DOMAIN}"))


def read(path: Path) -> Catalog:
    """A catalogue as it lies there."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def found(root: Path = ROOT) -> Catalog:
    """Everything that people see, with the file where it was first met."""
    catalogue = Catalog()
    for path in python_files(root):
        where = named(path, root)
        if not where.startswith(NOT_SHOWN):
            for text, context in _in_python(path):
                catalogue.add(text, context=context, locations=[(where, 0)])
    for path in files_ending(".html", ".txt", root=root):
        where = named(path, root)
        if where.startswith("templates/"):
            for text, context in _in_template(path):
                catalogue.add(text, context=context, locations=[(where, 0)])
    return catalogue


def update(root: Path = ROOT) -> None:
    """Bring every catalogue up to date: new texts empty, those that nothing shows left out, the others as they are."""
    wanted = found(root)
    for path in catalogues(root):
        kept = read(path)
        fresh = Catalog(locale=path.parent.parent.name, header_comment="", fuzzy=False)
        for message in wanted:
            if message.id:
                known = kept.get(message.id, message.context)
                string = known.string if known and not known.fuzzy else None
                places = [(where, 0) for where, _line in message.locations]
                fresh.add(message.id, string, context=message.context, locations=places)
        with path.open("wb") as file:
            write_po(file, fresh, width=120, include_lineno=False, omit_header=True)
        body = path.read_text(encoding="utf-8")
        path.write_text(f"{_header(fresh)}\n{body.lstrip()}", encoding="utf-8")


def _header(catalogue: Catalog) -> str:
    """What a reader of the file must know, and no dates: they would differ each time it is written."""
    lines = (
        f"Language: {catalogue.locale_identifier}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: {PLURALS[catalogue.locale_identifier]}",
    )
    return 'msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in lines)


def _missing(where: str, wanted: Catalog, kept: Catalog) -> Iterator[Finding]:
    for message in wanted:
        if not message.id:
            continue
        known = kept.get(message.id, message.context)
        if known is None or not all(_forms(known)):
            yield Finding(where, 1, f'not written: "{_shown(message)}"')
        elif known.fuzzy:
            yield Finding(where, 1, f'doubtful: "{_shown(message)}"')
    for message in kept:
        if message.id and wanted.get(message.id, message.context) is None:
            yield Finding(where, 1, f'nothing shows it any more: "{_shown(message)}"')


def _wrong(where: str, message: Message) -> Iterator[Finding]:
    """Places and numbers that a text must have too; a form for no, one or two things may say the number in words."""
    several = isinstance(message.id, tuple)
    wanted = sorted(PLACE.findall(message.id[-1] if several else str(message.id)))
    allowed = set(wanted) | (set(PLACE.findall(message.id[0])) if several else set())
    for form in _forms(message):
        has = sorted(PLACE.findall(form))
        if (set(has) - allowed) if several else has != wanted:
            yield Finding(where, 1, f'has {has} where the English has {wanted}: "{_shown(message)}"')
        if form and not several and _numbers(form) != _numbers(str(message.id)):
            yield Finding(where, 1, f'says {_numbers(form)} for {_numbers(str(message.id))}: "{_shown(message)}"')


def _numbers(text: str) -> list[str]:
    """The numbers in a text, whatever stands between their thousands; those in places and tags are none."""
    bare = re.sub(r"(?<=\d)\W(?=\d{3}\b)", "", PLACE.sub("", text))
    return sorted(re.findall(r"\d+", re.sub(r"<[^>]*>", "", bare)))


def _forms(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (str(message.string or ""),)


def _shown(message: Message) -> str:
    text = message.id[0] if isinstance(message.id, tuple) else str(message.id)
    return " ".join(text.split())[:60]


def _in_python(path: Path) -> Iterator[tuple[Text, str | None]]:
    with path.open("rb") as file:
        for _line, text, _comments, context in extract("python", file, KEYWORDS):
            yield text, context
    if "personal_data" in str(path):
        for node in parsed(path).body:
            said = ast.get_docstring(node) if isinstance(node, ast.ClassDef) else None
            if said:
                yield " ".join(said.split()), None


def _in_template(path: Path) -> Iterator[tuple[Text, str | None]]:
    """Django turns a template into calls between masked text; each call is read as what it is, a line of Python."""
    masked = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for start in CALL.finditer(masked):
        call = _call(masked, start.start(), start.end())
        words = [part.value for part in call.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        context = words.pop(0) if name in {"pgettext", "npgettext"} else None
        yield (words[0] if len(words) == 1 else tuple(words)), context


def _call(text: str, start: int, end: int) -> ast.Call:
    """The call that begins there, up to the first bracket with which it is whole."""
    while True:
        end = text.index(")", end) + 1
        try:
            found_there = ast.parse(text[start:end], mode="eval").body
        except SyntaxError:
            continue
        if isinstance(found_there, ast.Call):
            return found_there


if __name__ == "__main__":
    update()
    for finding in findings():
        print(finding)  # noqa: T201
    sys.exit(any(findings()))
