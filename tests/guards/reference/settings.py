"""docs/reference/settings.md: every variable of the environment that the project reads, and how long things last."""

import ast
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.guards.reference.markdown import MADE, Page, code, table
from tests.guards.sources import ROOT, named, parsed, python_files

EXAMPLE = ".env.example"
TERMS = "occicor/settings/terms.py"
PRODUCTION = "occicor/settings/production.py"
SETTINGS = "occicor/settings/"
SECRET_FILES = f"{SETTINGS}secret_files.py"
# As a script reads a variable, with what counts without it.
BY_SCRIPTS = re.compile(r"\$\{([A-Z][A-Z0-9_]*)(?::-([^}]*))?\}")
NAME = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
# Where whatever looks like an environment is that of the process, and not that of a request.
READERS = (SETTINGS, "occicor/embedded/", "manage.py", "occicor/celery.py", "occicor/wsgi.py")
# What our processes tell one another, or find because something else set it: nobody needs to set them.
OF_OTHERS = {
    "DJANGO_SETTINGS_MODULE": "which settings: production says it (see above), `make` says it for everything else",
    "EMBEDDED_MAIL": "1: messages become files that `/outbox/` shows; set by `make run` where there is no `EMAIL_URL`",
    "FOLLOW_PARENT": "1: a command ends with the one that started it; set by the tests",
    "MAKELEVEL": "set by make: whether it began the command",
    "PATH": "as everywhere; the programs of the private PostgreSQL are put in front",
    "PLAYWRIGHT_BROWSERS_PATH": "where Playwright keeps browsers, if somebody said so",
    "POSTGRES_ADMIN_PASSWORD": "of the private PostgreSQL; made at the first start and kept in `var/.env`",
    "POSTGRES_PASSWORD": "the same, for the site itself",
    "PYTHONDONTWRITEBYTECODE": "taken out: what Python compiled is kept",
    "XDG_RUNTIME_DIR": "the system's folder for sockets, where the private services listen if `VAR_DIR` is too long",
}


@dataclass
class Documented:
    """A variable as `.env.example` tells it."""

    section: str
    words: str
    value: str
    line: int


@dataclass
class Read:
    """A variable as the code reads it."""

    places: list[str] = field(default_factory=list)
    default: str = ""


def page(root: Path = ROOT) -> Page:
    """The page, and each variable or term without a word, or with a word that nothing reads."""
    told, found = documented(root), read(root)
    made = Page(f"# The settings\n\n{MADE} `{EXAMPLE}`, `{SETTINGS}` and whatever reads the environment.\n")
    required = _required(root)
    before = ""
    rows: dict[str, list[tuple[str, ...]]] = {}
    for name, one in told.items():
        rows.setdefault(one.section, []).append(_row(name, one, found, required, before))
        before = one.words
    for section, of_section in rows.items():
        made.text += f"\n## {section}\n\n" + table(
            ("variable", "what for", "by default", "for example", "read in"),
            of_section,
        )
    made.text += "\n## Set by the project itself, or by others\n\n" + table(
        ("variable", "what for"), ((code(name), words) for name, words in OF_OTHERS.items() if name in found)
    )
    made.text += _terms(root, made)
    for name in sorted(set(found) - set(told) - set(OF_OTHERS)):
        made.lacking.append((EXAMPLE, f"{name} is read in {found[name].places[0]} and not told here"))
    for name, one in told.items():
        if not one.words:
            made.lacking.append((EXAMPLE, f"{name} has no word in line {one.line} about what it is for"))
        if name not in found:
            made.lacking.append((EXAMPLE, f"{name} in line {one.line} is read by nothing"))
    return made


def _row(name: str, one: Documented, found: dict[str, Read], required: set[str], before: str) -> tuple[str, ...]:
    how = found.get(name, Read())
    default = "needed in production" if name in required else code(how.default)
    words = "as above" if one.words == before else one.words
    return code(name), words, default, code(one.value), ", ".join(code(place) for place in how.places)


def documented(root: Path = ROOT) -> dict[str, Documented]:
    """Each variable of `.env.example`, with the comment above it; lines that follow at once share it."""
    told: dict[str, Documented] = {}
    section, words, fresh = "", "", True
    for number, line in enumerate((root / EXAMPLE).read_text(encoding="utf-8").splitlines(), start=1):
        name, equals, value = line.removeprefix("#").partition("=")
        if line.startswith("# ---"):
            section, words = line.strip("# -"), ""
        elif equals and NAME.fullmatch(name):
            told[name] = Documented(section, words, value, number)
            fresh = True
        elif line.startswith("# "):
            words = f"{'' if fresh else words} {line[2:]}".strip()
            fresh = False
    return told


def read(root: Path = ROOT) -> dict[str, Read]:
    """Each variable that the code of the site and its commands reads, where, and what counts without it."""
    found: dict[str, Read] = {}
    families: dict[str, str] = {}
    for path in python_files(root):
        where = named(path, root)
        if not where.startswith(READERS):
            continue
        for node in ast.walk(parsed(path)):
            if name := _name_read(node, where):
                one = found.setdefault(name, Read())
                one.places += [] if where in one.places else [where]
                one.default = one.default or _default(node)
            elif family := _family_read(node, where):
                families[family] = where
    told = documented(root)
    _read_by_scripts(root, told, found)
    for name in set(told) - set(found):
        places = [where for family, where in families.items() if name.startswith(family)]
        if name.removesuffix("_FILE") in found:
            places.append(SECRET_FILES)
        if places:
            found[name] = Read(places[-1:])
    return found


def _read_by_scripts(root: Path, told: Container[str], found: dict[str, Read]) -> None:
    """Add what the scripts of a production read of what is told here."""
    for path in sorted((root / "deploy").glob("*.sh")):
        where = named(path, root)
        for name, default in BY_SCRIPTS.findall(path.read_text(encoding="utf-8")):
            if name in told:
                one = found.setdefault(name, Read(default=default))
                one.places += [] if where in one.places else [where]


def _name_read(node: ast.AST, where: str) -> str:
    """The variable that this expression reads, if it reads one: of `env("A")`, `os.environ["A"]`, `env.get("A")`."""
    if isinstance(node, ast.Subscript):
        reader, argument = node.value, node.slice
    elif isinstance(node, ast.Call) and node.args:
        reader, argument = node.func, node.args[0]
    else:
        return ""
    is_name = isinstance(argument, ast.Constant) and bool(NAME.fullmatch(str(argument.value)))
    # In the settings also by whatever small function of theirs that is given the name of a variable.
    of_a_setting = where.startswith(SETTINGS) and isinstance(node, ast.Call) and isinstance(reader, ast.Name)
    if not is_name or not (of_a_setting or _is_environment(reader)):
        return ""
    return str(argument.value)  # type: ignore[attr-defined] # a constant, as is_name says


def _family_read(node: ast.AST, where: str) -> str:
    """How the variables begin of which one is read by a name that is put together."""
    if where.startswith(SETTINGS) and isinstance(node, ast.Call) and node.args:
        argument = node.args[0]
        if isinstance(argument, ast.JoinedStr) and isinstance(argument.values[0], ast.Constant):
            begins = str(argument.values[0].value)
            return begins if re.fullmatch(r"[A-Z][A-Z0-9_]+_", begins) else ""
    return ""


def _is_environment(node: ast.expr) -> bool:
    written = ast.unparse(node)
    return bool(re.search(r"\b(env|environ|Env)(\(\))?(\.\w+)?$", written))


def _default(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    given = [word.value for word in node.keywords if word.arg == "default"]
    said = ast.unparse(given[0]) if given else ""
    return said.strip("'\"") if said not in {"[]", "''"} else ""


def _required(root: Path) -> set[str]:
    """What production does not start without."""
    path = root / PRODUCTION
    for node in ast.walk(parsed(path)) if path.exists() else ():
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "REQUIRED":
            return {str(one.value) for one in ast.walk(node.value) if isinstance(one, ast.Constant)}
    return set()


def _terms(root: Path, made: Page) -> str:
    rows = []
    for words, names, line in _groups((root / TERMS).read_text(encoding="utf-8")):
        rows.append((", ".join(code(name) for name in names), words))
        if not words:
            made.lacking.append((TERMS, f"{names[0]} in line {line} has no comment above it"))
    return (
        f"\n## How long each promise lasts, and how much is let through\n\nFrom `{TERMS}`: a new version of the"
        " software changes them, not the environment. The privacy policy reads them too.\n\n"
    ) + table(("term", "what it says"), rows)


def _groups(source: str) -> Iterator[tuple[str, list[str], int]]:
    """The comments of a module of constants, each with the constants that stand below it."""
    words: list[str] = []
    names: list[str] = []
    first = 0
    for number, line in enumerate(source.splitlines(), start=1):
        if line.startswith("#"):
            if names:
                yield " ".join(words), names, first
                words, names = [], []
            words.append(line.removeprefix("#").strip())
        elif re.match(r"[A-Z][A-Z0-9_]* = ", line):
            first = number if not names else first
            names.append(line.partition("  #")[0])
    if names:
        yield " ".join(words), names, first
