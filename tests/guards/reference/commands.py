"""docs/reference/commands.md: every command of make, of manage.py and of the modules that can be run."""

import ast
import re
from argparse import Action, ArgumentParser
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

from occicor.embedded.__main__ import COMMANDS
from tests.guards.reference.markdown import MADE, Page, code, first_sentence, table
from tests.guards.sources import ROOT, named, parsed, python_files

TARGET = re.compile(r"^([a-z][a-z-]*):.*?(?:## *(.*))?$")
TOLD = re.compile(r'@echo "make (\S+) +(.*)"$')


def page(root: Path = ROOT) -> Page:
    """The page, and each command that says nothing about itself."""
    made = Page(f"# The commands\n\n{MADE} the commands themselves.\n\n## make\n\n")
    targets, told = _targets(root)
    made.text += table(
        ("command", "what it does", "needs"), ((code(f"make {n}"), told.get(n) or w, d) for n, w, d in targets)
    )
    made.text += "\n## manage.py\n\nDjango’s own (`migrate`, `check`, `shell`, `createsuperuser` …) are there too.\n\n"
    ours = dict(_ours())
    made.text += table(
        ("command", "what it does", "words it takes"),
        ((code(f"manage.py {name}"), one.help, _words(one, name)) for name, one in ours.items()),
    )
    made.text += "\n## python -m occicor.embedded\n\nWhat make runs, with the private services.\n\n" + table(
        ("command", "what it does"),
        ((code(name), first_sentence(function.__doc__)) for name, (_folder, function) in COMMANDS.items()),
    )
    modules = list(_modules(root))
    made.text += "\n## Modules that can be run\n\n" + table(
        ("command", "what it is for"), ((code(f"python -m {module}"), words) for module, words, _where in modules)
    )
    made.lacking = [("Makefile", f"make {name} has no ## words") for name, words, _needs in targets if not words]
    made.lacking += [
        (f"{type(one).__module__}", f"manage.py {name} has no help") for name, one in ours.items() if not one.help
    ]
    return made


def _targets(root: Path) -> tuple[list[tuple[str, str, str]], dict[str, str]]:
    """Each target that the list of the commands names: its name, its words, what is made before; and the list."""
    lines = (root / "Makefile").read_text(encoding="utf-8").splitlines()
    told = {found[1]: found[2].replace('\\"', '"') for line in lines if (found := TOLD.search(line))}
    targets = []
    for line in lines:
        if (found := TARGET.match(line)) and found[1] != "help":
            needs = line.partition(":")[2].partition("##")[0].split()
            if found[1] in told or found[2]:
                targets.append((found[1], found[2] or "", ", ".join(code(f"make {one}") for one in needs)))
    return targets, told


def _ours() -> Iterator[tuple[str, BaseCommand]]:
    """The commands of our apps, by name."""
    labels = {config.name for config in apps.get_app_configs() if (ROOT / config.name.partition(".")[0]).is_dir()}
    for name, app in sorted(get_commands().items()):
        if app in labels:
            yield name, load_command_class(app, name)


def own_parser(command: BaseCommand, name: str) -> ArgumentParser:
    """The parser of a command, as the shell meets it."""
    return command.create_parser("manage.py", name)


def _words(command: BaseCommand, name: str) -> str:
    everybodys = {flag for action in BaseCommand().create_parser("", "")._actions for flag in _flags(action)}
    own = [action for action in own_parser(command, name)._actions if not everybodys & set(_flags(action))]
    return "; ".join(f"`{', '.join(_flags(one))}` {one.help or ''}".strip() for one in own)


def _flags(action: Action) -> list[str]:
    return list(action.option_strings) or [str(action.metavar or action.dest)]


def _modules(root: Path) -> Iterator[tuple[str, str, str]]:
    """Each module of ours with a `__main__`, and its first sentence; private ones are those of a single test."""
    for path in python_files(root):
        where = named(path, root)
        runs = path.name == "__main__.py" or '\nif __name__ == "__main__":' in path.read_text(encoding="utf-8")
        if runs and where != "manage.py":
            module = where.removesuffix(".py").removesuffix("/__main__").replace("/", ".")
            tree = parsed(path)
            yield module, first_sentence(ast.get_docstring(tree)).replace("`", ""), where
