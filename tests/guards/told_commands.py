"""Every command that README and docs tell, one by one, and what is wrong about it: nobody tells a command that is none.

A command is found in a block of `sh`, in an indented block, and between backticks. What it is, decides how it is looked
at: a word of make has to be a target, one of manage.py is read by its own parser, a module has to exist. A program that
is not ours needs a row in PROGRAMS. Pages whose blocks a test walks through word for word are named in WALKED.
"""

import ast
import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from django.core.management import CommandError, get_commands, load_command_class

from benchmarks.run import NAMES
from occicor.embedded.__main__ import COMMANDS
from tests.audit.run import CHECKS
from tests.guards.check import GUARDS, STEPS
from tests.guards.reference.pages import PAGES
from tests.guards.sources import ROOT, files_ending, named

# Whose blocks are run as they stand, and by which test.
WALKED = {
    "docs/how-to/use-the-api.md": "tests/journeys/test_api_walk.py",
    "docs/how-to/check-a-signature.md": "tests/guards/test_told_commands.py",
}
# Programs that are not ours, and why the docs may tell them without a test that runs them.
_HERS = "an operator's, on a machine of hers"
# Where a release lies on the machine of an operator.
INSTALLED = re.compile(r"^/opt/occicor/(?:current|releases/[\w.-]+)/")
PROGRAMS: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "systemctl",
            "journalctl",
            "systemd-analyze",
            "systemd-creds",
            "loginctl",
            "apt",
            "apt-get",
            "dnf",
            "adduser",
            "useradd",
        ),
        _HERS,
    ),
    **dict.fromkeys(("nginx", "certbot", "docker", "podman", "ssh", "scp", "rsync", "crontab", "pg_checksums"), _HERS),
    **dict.fromkeys(
        ("psql", "createdb", "createuser", "initdb", "pg_basebackup", "valkey-cli", "redis-cli", "pgbouncer"), _HERS
    ),
    **dict.fromkeys(
        ("git", "tar", "age", "age-keygen", "gpg", "openssl", "promtool", "prometheus", "aws", "mc"), _HERS
    ),
    **dict.fromkeys(
        ("curl", "wget", "sha256sum", "grep", "sed", "awk", "od", "tr", "head", "tail", "jq"),
        "looks or asks, and changes nothing",
    ),
    **dict.fromkeys(
        ("cp", "mv", "rm", "mkdir", "ln", "cat", "ls", "chmod", "chown", "install", "tee", "test", "["),
        "the system's own",
    ),
    **dict.fromkeys(
        ("echo", "printf", "date", "export", "set", "cd", "umask", "sleep", "id", "true", "wait"), "the system's own"
    ),
    "pg_dump": "run by tests/faults/test_restored_backup.py",
    "pg_restore": "run by tests/faults/test_restored_backup.py",
    "kill": "what tests/faults does all day",
}
# What runs the command behind it, and which of its options take a word and which none.
RUNNERS: Mapping[str, tuple[set[str], set[str]]] = {
    "sudo": ({"-u", "-g"}, {"-E", "-H", "-i", "-n"}),
    "runuser": ({"-u", "-g"}, set()),
    "env": ({"-u"}, {"-i"}),
    "exec": (set(), set()),
    "nohup": (set(), set()),
}
# Options of pytest that pages tell.
OF_PYTEST = {"-k", "-q", "-x", "--pdb", "--durations"}
# Where the words behind a target of make are read.
READ_IN = {
    "bench": "benchmarks/run.py",
    "audit": "tests/audit/run.py",
    "soak": "tests/faults/soak.py",
    "drill": "tests/drill/run.py",
    "sbom": "tests/audit/inventory.py",
}
SHELL_WORDS = {"for", "do", "done", "if", "then", "else", "fi", "while", "case", "esac", "{", "}", "!", "in"}
FENCE = re.compile(r"^\s*```(\w*)\s*$")
HEREDOC = re.compile(r"<<-?\s*['\"]?(\w+)['\"]?")
PYTHON = re.compile(r"(?:\S*/)?python3?(?:\.\d+)?$")
SET = re.compile(r"[A-Za-z_]\w*=")
# With what a command begins that stands in a line of text, or in an indented block among other things.
BEGINS = re.compile(
    r"(?:sudo )?(?:[A-Z_]+=\S+ )*(?:make|(?:\S*/)?manage\.py|(?:\S*/)?python3?|kill|pg_\w+|(?:\./)?deploy/\S+\.sh)( |$)"
)
ALONE = {"make", "manage.py", "python", "python3", "kill", "pg_dump", "pg_restore"}
MAKE_WORD = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)


class Told(NamedTuple):
    """A command as it stands in a page."""

    page: str
    line: int
    command: str


def told(root: Path = ROOT) -> Iterator[Told]:
    """Every command of every page, but of those that are made from the commands themselves."""
    for path in files_ending(".md", root=root):
        page = named(path, root)
        if page not in PAGES:
            yield from _of_page(page, path.read_text(encoding="utf-8"), walked=page in WALKED)


def faults(root: Path = ROOT) -> list[str]:
    """Each command that is none, and what is wrong."""
    return [f"{one.page}:{one.line}: {one.command}: {fault}" for one in told(root) if (fault := fault_of(one.command))]


def _of_page(page: str, text: str, *, walked: bool) -> Iterator[Told]:
    lines = text.splitlines()
    number = 0
    while number < len(lines):
        if fence := FENCE.match(lines[number]):
            end = next((n for n in range(number + 1, len(lines)) if FENCE.match(lines[n])), len(lines))
            if fence[1] in {"sh", "bash", "shell", "console"} and not walked:
                yield from (Told(page, number + 2 + at, one) for at, one in logical_lines(lines[number + 1 : end]))
            number = end + 1
            continue
        line = lines[number]
        if line.startswith("    ") and BEGINS.match(line.strip()):
            taken = next(logical_lines(lines[number:]))[1]
            yield Told(page, number + 1, taken.strip())
        else:
            for inside in re.findall(r"`([^`]+)`", line):
                if BEGINS.match(inside) and inside not in ALONE:
                    yield Told(page, number + 1, inside)
        number += 1


def logical_lines(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The commands of a block: continued lines are one, and what is fed to a command in the block is left out."""
    number = 0
    while number < len(lines):
        first, line = number, lines[number]
        while line.endswith("\\") and number + 1 < len(lines):
            number += 1
            line = f"{line[:-1].rstrip()} {lines[number].strip()}"
        if end := HEREDOC.search(line):
            number = next((n for n in range(number + 1, len(lines)) if lines[n].strip() == end[1]), number)
        if line.strip() and not line.strip().startswith("#"):
            yield first, line.strip()
        number += 1


def fault_of(command: str) -> str:
    """What is wrong about a line of the shell; nothing where every command in it is one."""
    try:
        parts = list(simple_commands(command))
    except ValueError as error:
        return f"the shell does not understand it ({error})"
    return next((fault for words in parts if (fault := _fault(words))), "")


def simple_commands(line: str) -> Iterator[list[str]]:
    """The single commands of a line: split at pipes and `&&`, without redirections, settings and words of the shell."""
    reader = shlex.shlex(line, posix=True, punctuation_chars=True)
    reader.whitespace_split = True
    words: list[str] = []
    skip = False
    for token in (*reader, ";"):
        if skip:
            skip = False
        elif set(token) <= set("<>&") and set(token) & set("<>"):
            skip = True
        elif set(token) <= set("();|&"):
            if stripped := _without_settings(words):
                yield stripped
            words = []
        else:
            words.append(token)


def _without_settings(words: list[str]) -> list[str]:
    """What is run in the end; an option that nobody here knows stays in front."""
    if words[:1] == ["for"]:
        return []
    while words and (SET.match(words[0]) or words[0] in {*SHELL_WORDS, *RUNNERS}):
        takes, flags = RUNNERS.get(words[0], (set(), set()))
        words = words[1:]
        while words and words[0] in {*takes, *flags}:
            words = words[2 if words[0] in takes else 1 :]
        words = words[1:] if words[:1] == ["--"] else words
    return words


def _fault(words: list[str]) -> str:
    program, rest = INSTALLED.sub("", words[0]).removeprefix("./"), words[1:]
    if PYTHON.match(program) and rest and not rest[0].endswith("manage.py"):
        return _of_python(rest)
    if PYTHON.match(program) and rest:
        program, rest = rest[0], rest[1:]
    if program.endswith(("manage.py", "deploy/manage")):
        return _of_manage(rest)
    if program == "make":
        return _of_make(rest)
    if program.startswith("-"):
        return f"what is run behind {program} is not known: RUNNERS of tests/guards/told_commands.py"
    if (program.endswith(".sh") or "/" in program) and not program.startswith("$"):
        known = (ROOT / program).is_file() or Path(program).name in PROGRAMS
        return _unknown_option(program, rest) if known else f"there is no {program}"
    known = program in PROGRAMS or program.startswith("$")
    return "" if known else f"{program} has no row in PROGRAMS of tests/guards/told_commands.py"


def _unknown_option(script: str, words: Sequence[str]) -> str:
    """The option that a script or module of ours does not name anywhere; nothing for what is not ours."""
    path = ROOT / script
    text = path.read_text(encoding="utf-8") if path.is_file() and path.suffix in {".py", ".sh"} else None
    for option in (word.partition("=")[0] for word in words if word.startswith("-") and word.strip("-")):
        if text is not None and not re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", text):
            return f"{script} knows no {option}"
    return ""


def _of_make(words: list[str]) -> str:
    targets = set(MAKE_WORD.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    given = dict(word.split("=", 1) for word in words if SET.match(word))
    wanted = [word for word in words if not SET.match(word)]
    if unknown := [word for word in wanted if word not in targets]:
        return f"make knows no {', '.join(unknown)}"
    return _of_target(wanted[0] if wanted else "help", shlex.split(given.get("ARGS", "")))


def _of_target(target: str, words: Sequence[str]) -> str:
    """What is wrong about the words that a target of make is given."""
    closed = {"bench": NAMES, "audit": CHECKS}.get(target)
    if unknown := [word for word in words if closed is not None and not word.startswith("-") and word not in closed]:
        return f"make {target} knows no {unknown[0]}"
    if target == "test":
        options = (word.partition("=")[0] for word in words if word.startswith("-"))
        if unknown := [option for option in options if option not in OF_PYTEST]:
            return f"pytest may know {unknown[0]}, and OF_PYTEST of tests/guards/told_commands.py does not"
        files = (word.partition("::")[0] for word in words if word.startswith("tests/"))
        return next((f"there is no {file}" for file in files if not (ROOT / file).exists()), "")
    if words and target not in READ_IN:
        return f"make {target} takes no words"
    return _unknown_option(READ_IN.get(target, ""), words)


def _of_manage(words: list[str]) -> str:
    if not words or words == ["…"]:
        return ""
    name, rest = words[0], words[1:]
    app = get_commands().get(name)
    if app is None:
        return f"manage.py knows no {name}"
    # Made here, and not by a command line, the parser raises instead of ending the process.
    parser = load_command_class(app, name).create_parser("manage.py", name)
    # Told without its words, or with “…” for some of them, a command is spoken of and not run.
    spoken_of = not rest or "…" in rest
    said = ""
    for given in (rest, [word for word in rest if word != "…"]):
        try:
            parser.parse_args(given)
        except (CommandError, SystemExit) as error:
            said = said or str(error)
        else:
            return ""
    return "" if spoken_of and "required" in said else f"manage.py {name}: {said}"


def _of_python(words: list[str]) -> str:
    if words[0] == "-c":
        return _of_source(words[1])
    if words[0] != "-m":
        script = INSTALLED.sub("", words[0])
        if script == "-" or not (ROOT / script).is_file():
            return "" if script == "-" else f"there is no {script}"
        return _fault(words[1:]) if script == "deploy/as_occicor.py" else _unknown_option(script, words[1:])
    module, rest = words[1], words[2:]
    try:
        spec = find_spec(module)
        spec = find_spec(f"{module}.__main__") if spec and spec.submodule_search_locations else spec
    except ModuleNotFoundError:
        spec = None
    if spec is None or spec.origin is None:
        return f"there is no module {module}"
    if module in _OF_MODULES:
        return _OF_MODULES[module](rest) if rest else ""
    return _unknown_option(spec.origin, rest) if Path(spec.origin).is_relative_to(ROOT) else ""


def _of_source(source: str) -> str:
    try:
        ast.parse(source)
    except SyntaxError as error:
        return f"Python does not understand it: {error.msg}"
    return ""


def _of_embedded(words: list[str]) -> str:
    if words[0] not in COMMANDS:
        return f"occicor.embedded knows no {words[0]}"
    if words[0] != "exec":
        return _of_target(words[0], words[1:])
    if words[1:3] == ["sh", "-c"] and len(words) > 3:
        return fault_of(words[3])
    return _fault(words[1:]) if words[1:] else ""


def _of_gates(words: list[str]) -> str:
    unknown = [word for word in words if word not in {**GUARDS, **STEPS}]
    return f"there is no gate {', '.join(unknown)}" if unknown else ""


_OF_MODULES: Mapping[str, Callable[[list[str]], str]] = {
    "occicor.embedded": _of_embedded,
    "tests.guards.check": _of_gates,
}
