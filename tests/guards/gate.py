"""Nothing is sent, counted, advertised or shared without asking the gate (privacy.restriction) for its purpose."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.guards.sources import ROOT, Finding, named, parsed, python_files

# The one place that sends: it asks the gate itself, for the purpose that each caller names.
SENDER = "privacy/mail/"
NOT_OURS = ("tests/", "benchmarks/")
MAIL_MODULES = ("django.core.mail", "smtplib", "post_office.mail")
# What a module outside it calls to send.
SENDERS = {"queue", "queue_many", "send_now"}
# Who needs Django's mail without sending any: the page where messages land while no server is set, and who only asks
# whether the server answers.
RECEIVES = {"occicor/outbox_mail.py", "occicor/doctor/mail.py"}
# A module of such a name does something with people's data on our own account, so it asks, whatever it holds.
OWN_ACCOUNT_NAMES = re.compile(r"audience|statistic|metric|counter|marketing|campaign|newsletter|advert|sharing|shared")
# And so does every module that writes what is declared to be held for one of these purposes.
OWN_ACCOUNT = {"IMPROVE", "PROMOTIONAL_MESSAGES"}
WRITES = {"create", "bulk_create", "get_or_create", "update_or_create", "save", "update", "bulk_update", "asave"}
MAKES = {"create", "bulk_create", "get_or_create", "update_or_create", "update"}
ASKS = {"allows", "allowed", "stopped_digests"}


def findings(root: Path = ROOT) -> Iterator[Finding]:
    """Every way around the gate."""
    modules = {named(path, root): parsed(path) for path in python_files(root)}
    ours = {where: tree for where, tree in modules.items() if not where.startswith((*NOT_OURS, SENDER))}
    held = {name for where, tree in ours.items() if "personal_data" in where for name in _held_on_our_account(tree)}
    for where, tree in ours.items():
        if where not in RECEIVES:
            yield from (Finding(where, line, "mail leaves through privacy.mail.queue()") for line in _mail(tree))
        for line in _without_purpose(tree):
            yield Finding(where, line, "say with purpose=… what the message is for: the gate asks")
        if (first := _on_our_account(where, tree, held)) and not _asks(tree):
            yield Finding(
                where, first, "ask privacy.restriction.allows() before people's data is used on our own account"
            )


def _mail(tree: ast.Module) -> Iterator[int]:
    """Imports that can send, and messages put into the queue's table past the queue."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            found = []
        if any(name == module or name.startswith(f"{module}.") for name in found for module in MAIL_MODULES):
            yield node.lineno
    if _spelled(tree, {"Email"}, "post_office.models"):
        yield from _made(tree, {"Email"}, MAKES - {"update"})


def _without_purpose(tree: ast.Module) -> Iterator[int]:
    senders = _spelled(tree, SENDERS, "privacy.mail.queue", "privacy.mail.bulk", "privacy.mail.deliver")
    for node in ast.walk(tree):
        sends = isinstance(node, ast.Call) and _dotted(node.func) in senders
        if sends and "purpose" not in {keyword.arg for keyword in node.keywords}:
            yield node.lineno


def _on_our_account(where: str, tree: ast.Module, held: set[str]) -> int | None:
    """The line of the first write that is made on our own account; None in a module that makes none."""
    if OWN_ACCOUNT_NAMES.search(where):
        calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
        lines = [call.lineno for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in WRITES]
    else:
        lines = list(_made(tree, held, MAKES))
    return min(lines, default=None)


def _made(tree: ast.Module, models: set[str], ways: set[str]) -> Iterator[int]:
    """Lines where a row of one of the models is made or changed: `Model(...)`, `models.Model.objects.create(...)`."""
    froms = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    models = models | {alias.asname for node in froms for alias in node.names if alias.asname and alias.name in models}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            *before, last = _dotted(node.func).split(".")
            if last in models or (last in ways and models & set(before)):
                yield node.lineno


def _held_on_our_account(tree: ast.Module) -> Iterator[str]:
    """The models of the holdings that are held for a purpose of our own."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef):
            continue
        purposes = [entry for entry in node.body if isinstance(entry, ast.Assign) and "purposes" in _names(entry)]
        words = {part.attr for entry in purposes for part in ast.walk(entry) if isinstance(part, ast.Attribute)}
        for keyword in node.keywords:
            if words & OWN_ACCOUNT and keyword.arg == "model" and isinstance(keyword.value, ast.Constant):
                yield str(keyword.value.value).partition(".")[2]


def _asks(tree: ast.Module) -> bool:
    asks = _spelled(tree, ASKS, "privacy.restriction")
    return any(isinstance(node, ast.Call) and _dotted(node.func) in asks for node in ast.walk(tree))


def _spelled(tree: ast.Module, names: set[str], *modules: str) -> set[str]:
    """How these names of a module are written here, however they or their module were imported and called."""
    found: set[str] = set()
    for node in ast.walk(tree):
        for alias in node.names if isinstance(node, ast.Import | ast.ImportFrom) else ():
            here = alias.asname or alias.name
            whole = f"{node.module}.{alias.name}" if isinstance(node, ast.ImportFrom) else alias.name
            if whole in modules:
                found |= {f"{here}.{name}" for name in names}
            elif whole.rpartition(".")[0] in modules and alias.name in names:
                found.add(here)
    return found


def _dotted(node: ast.expr) -> str:
    """What is called, as it is written; calls and indices on the way are left out."""
    parts: list[str] = []
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Attribute):
            parts.append(node.attr)
        if not isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
            return ".".join(reversed(parts))
        node = node.func if isinstance(node, ast.Call) else node.value
    return ".".join([node.id, *reversed(parts)])


def _names(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
