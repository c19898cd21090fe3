"""docs/reference/checks.md: every system check by its id, when it is asked, what it says and what to do."""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from privacy.data_map import checks as data_map
from tests.guards.reference.markdown import MADE, Page, code, first_sentence, table
from tests.guards.sources import ROOT, named, parsed, python_files

LEVELS = {"Error": "error", "Warning": "warning", "Info": "note", "Critical": "error"}
OURS = ("privacy", "accounts", "consent", "rights_requests", "visitors", "occicor")
HOLE = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True)
class Check:
    """One id, as the module says it."""

    id: str
    level: str
    asked: str
    says: str
    hint: str
    why: str
    where: str


def page(root: Path = ROOT) -> Page:
    """The page, and each id without a word about what to do."""
    found = sorted([*of_the_data_map(), *written(root)], key=lambda check: (check.id.partition(".")[0], check.id))
    made = Page(
        f"# The system checks\n\n{MADE} the checks themselves. Every one has a test that shows it failing. An error"
        " stops the command, and in production the start of the processes; a warning is an error in `make check`.\n\n"
        "| asked by | when |\n|---|---|\n"
        "| `check` | with every `check`, `migrate` and `runserver`; by server and worker when they start |\n"
        "| `check --database default` | when the database is there too |\n"
        "| `check --deploy` | before a deployment |\n\n"
    )
    made.text += table(
        ("id", "what has to be so", "what it says", "what to do", "asked by"),
        (
            (code(one.id), one.why, f"{one.level}: {one.says}", one.hint, f"{code(one.asked)} in `{one.where}`")
            for one in found
        ),
    )
    made.lacking = [(one.where, f"{one.id} says in no hint what to do") for one in found if not one.hint]
    made.lacking += [(one.where, f"{one.id} says in no docstring what has to be so") for one in found if not one.why]
    return made


def of_the_data_map() -> Iterator[Check]:
    """Those of the declarations: each is a row of one table, and a function whose docstring begins with its number."""
    asked = {**dict.fromkeys(data_map.STATIC_CHECKS, "check"), data_map.unindexed: "check --database default"}
    for function, when in asked.items():
        number, _colon, why = (function.__doc__ or "").partition(": ")
        says, hint = data_map.MESSAGES[number]
        where = f"{function.__module__.replace('.', '/')}.py"
        yield Check(
            f"privacy.{number}",
            "error",
            when,
            HOLE.sub("…", says),
            hint.format(),
            first_sentence(why).rstrip("."),
            where,
        )


def written(root: Path) -> Iterator[Check]:
    """Those whose message is written where it is made."""
    for path in python_files(root):
        where = named(path, root)
        if where.partition("/")[0] not in OURS or "django.core.checks" not in path.read_text(encoding="utf-8"):
            continue
        tree = parsed(path)
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                number = _number(call)
                if number:
                    yield _check(number, call, function, where)


def _number(call: ast.Call) -> str:
    given = [word.value for word in call.keywords if word.arg == "id"]
    is_message = isinstance(call.func, ast.Name) and call.func.id in LEVELS
    return str(given[0].value) if is_message and given and isinstance(given[0], ast.Constant) else ""


def _check(number: str, call: ast.Call, function: ast.FunctionDef, where: str) -> Check:
    hints = [word.value for word in call.keywords if word.arg == "hint"]
    docstring = first_sentence(ast.get_docstring(function))
    return Check(
        id=number,
        level=LEVELS[call.func.id],  # type: ignore[attr-defined] # a name, as _number says
        asked=_asked(function),
        says=_words(call.args[0], function, where),
        hint=_words(hints[0], function, where) if hints else "",
        why=re.sub(r"^[A-Z]\d+(, [A-Z]\d+)*: ", "", docstring).partition("; `check")[0].rstrip("."),
        where=where,
    )


def _asked(function: ast.FunctionDef) -> str:
    decorated = " ".join(ast.unparse(one) for one in function.decorator_list)
    asked = "check --deploy" if "deploy=True" in decorated else "check"
    return f"{asked} --database default" if "Tags.database" in decorated else asked


def _words(node: ast.expr, function: ast.FunctionDef, where: str) -> str:
    """A message as it is read, with “…” for what is filled in."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "…" for one in node.values)
    if isinstance(node, ast.Name):
        before = [one for one in ast.walk(function) if isinstance(one, ast.Assign) and one.lineno <= node.lineno]
        for local in sorted(before, key=lambda one: -one.lineno):
            if ast.unparse(local.targets[0]) == node.id:
                return _words(local.value, function, where)
        module = where.removesuffix(".py").replace("/", ".")
        found = sys.modules.get(module) or import_module(module)
        return str(getattr(found, node.id, "…"))
    return "…"
