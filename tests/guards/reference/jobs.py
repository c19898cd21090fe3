"""docs/reference/jobs.md: each kind of job with its steps, and each chore with how often and for which promise."""

import ast
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from privacy.jobs import registry
from tests.guards.reference.markdown import MADE, Page, code, first_sentence, table
from tests.guards.sources import ROOT

HEAD = (
    f"# Jobs and chores\n\n{MADE} what is registered in the `job_handlers.py` of the apps. How a job is claimed, leased"
    " and fenced: [from filing to receipt](../explanation/from-filing-to-receipt.md).\n"
)


def page(root: Path = ROOT) -> Page:
    """The page, and each kind or chore whose function says nothing."""
    made = Page(f"{HEAD}\n## Kinds of jobs\n\n")
    kinds, chores = sorted(registry._kinds.items()), sorted(registry.chores(), key=lambda chore: chore.name)
    made.text += table(
        ("kind", "what it does", "steps, in their order", "function"),
        (
            (code(name), first_sentence(kind.steps.__doc__), _steps(kind.steps), _where(kind.steps))
            for name, kind in kinds
        ),
    )
    made.text += "\nA step whose name has `…` in it is there once for each thing that it is about.\n\n## Chores\n\n"
    made.text += (
        "The scheduler repeats these. A chore that no longer runs shows on the page of the promises.\n\n"
        + table(
            ("chore", "every", "what it does", "keeps", "function"),
            (
                (
                    one.name,
                    _every(one.every_seconds),
                    first_sentence(one.run.__doc__),
                    ", ".join(one.keeps),
                    _where(one.run),
                )
                for one in chores
            ),
        )
    )
    functions = [kind.steps for _name, kind in kinds] + [one.run for one in chores]
    made.lacking = [(_file(one), f"{one.__name__} has no docstring") for one in functions if not one.__doc__]
    return made


def _steps(function: Callable[..., Any]) -> str:
    names = sys.modules[function.__module__].__dict__
    calls = (node for node in ast.walk(ast.parse(inspect.getsource(function))) if isinstance(node, ast.Call))
    steps = [call for call in calls if ast.unparse(call.func) == "Step"]
    found = (_name(call.args[0], names) for call in sorted(steps, key=lambda call: call.lineno))
    return ", ".join(code(name) for name in found)


def _name(node: ast.expr, names: dict[str, Any]) -> str:
    """A step's name as far as the source says it."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "…" for one in node.values)
    owner, _dot, last = ast.unparse(node).rpartition(".")
    found = getattr(names.get(owner), last, None) if owner else names.get(last)
    return found if isinstance(found, str) else "…"


def _every(seconds: float) -> str:
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"


def _where(function: Callable[..., Any]) -> str:
    return f"`{_file(function)}` `{function.__name__}`"


def _file(function: Callable[..., Any]) -> str:
    return f"{function.__module__.replace('.', '/')}.py"
