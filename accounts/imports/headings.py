"""What the first line of a file calls its columns: the two that are needed, in three languages, and all the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from unicodedata import combining, normalize

from django.utils.translation import gettext as _

from accounts.attributes import LONGEST_NAME, NAME
from accounts.imports import errors

MOST_COLUMNS = 60
# In this order: where a file has several of one kind, the first found here is meant, and the others are further facts.
NAMES = (
    *("nickname", "first name", "firstname", "given name", "forename", "preferred name", "display name"),
    *("prenom", "prenom ou surnom", "prenom usuel", "surnom", "pseudo"),
    *("الاسم الاول", "الاسم المستعار", "الاسم الاول او المستعار", "الكنيه"),
    *("name", "nom", "الاسم", "اسم"),
)
ADDRESSES = (
    *("work e mail", "work email", "work mail", "work e mail address", "work email address", "business email"),
    *("professional email", "e mail professionnel", "email professionnel", "mail professionnel"),
    *("adresse e mail professionnelle", "courriel professionnel"),
    *("بريد العمل", "بريد العمل الالكتروني", "البريد الالكتروني للعمل"),
    *("e mail", "email", "mail", "e mail address", "email address", "adresse e mail", "adresse email", "adresse mail"),
    *("courriel", "adresse electronique", "mel", "البريد الالكتروني", "عنوان البريد الالكتروني", "البريد"),
)
# What our own report of lines that were not taken adds: when it is corrected and sent again, these say nothing.
REPORT_LINE, REPORT_WHY = "occicor: line", "occicor: why"
REPORTED = frozenset({"occicor line", "occicor why"})
_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ة": "ه", "ى": "ي", "ـ": None})


@dataclass(frozen=True)
class Columns:
    """Where the name and the address stand in a row, and under which name each further fact does.

    `headings` are what the file calls name and address; `silent` are columns that say nothing of anybody.
    """

    nickname: int
    work_email: int
    facts: Mapping[int, str]
    headings: tuple[str, str]
    silent: frozenset[int]


def recognised(cells: Sequence[str]) -> int:
    """How many of the two needed columns the cells name; tells one separator from another."""
    plain = [_plain(cell) for cell in cells]
    return sum(_first_of(known, plain) is not None for known in (NAMES, ADDRESSES))


def columns_of(cells: Sequence[str]) -> Columns:
    """What each column is. Raises FileRefused with the reason in words."""
    if len(cells) > MOST_COLUMNS:
        raise errors.ColumnsMany(columns=MOST_COLUMNS)
    plain = [_plain(cell) for cell in cells]
    nickname, address = _first_of(NAMES, plain), _first_of(ADDRESSES, plain)
    if nickname is None or address is None:
        missing = _("first name or nickname") if nickname is None else _("work e-mail address")
        raise errors.ColumnMissing(missing=missing, found=", ".join(cells)[:200])
    silent = frozenset(place for place, name in enumerate(plain) if name in REPORTED)
    facts = _facts(cells, {nickname, address, *silent})
    headings = (cells[nickname].strip()[:LONGEST_NAME], cells[address].strip()[:LONGEST_NAME])
    return Columns(nickname, address, facts, headings, silent)


def _facts(cells: Sequence[str], others: set[int]) -> dict[int, str]:
    given = {place: " ".join(cell.split()) for place, cell in enumerate(cells) if place not in others}
    facts = {place: name for place, name in given.items() if name}
    for place, name in facts.items():
        if len(name) > LONGEST_NAME or not NAME.fullmatch(name):
            raise errors.ColumnName(name=name[:LONGEST_NAME])
        if any(name == other for before, other in facts.items() if before < place):
            raise errors.ColumnTwice(name=name)
    return facts


def _first_of(known: Sequence[str], plain: Sequence[str]) -> int | None:
    return next((plain.index(name) for name in known if name in plain), None)


def _plain(cell: str) -> str:
    """The name as it is compared: small letters, no accents, words parted by one space."""
    bare = "".join(letter for letter in normalize("NFKD", cell.translate(_ARABIC)) if not combining(letter))
    words = "".join(letter if letter.isalnum() else " " for letter in bare.lower().translate(_ARABIC))
    return " ".join(words.split())
