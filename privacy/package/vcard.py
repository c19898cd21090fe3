"""A vCard 4.0 (RFC 6350) of what the person told us about themselves, for their own address book."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from privacy.package.contents import Copied
from privacy.vocabulary import Category

# Which property a field becomes, by the name under which any holding declares it.
PROPERTIES: Mapping[str, str] = {
    "name": "FN",
    "full_name": "FN",
    "nickname": "NICKNAME",
    "username": "NICKNAME",
    "email": "EMAIL",
    "work_email": "EMAIL",
    "phone": "TEL",
    "workplace": "ORG",
    "position": "TITLE",
    "address": "ADR",
}
CATEGORIES = frozenset({Category.IDENTITY.value, Category.CONTACT.value, Category.EMPLOYER.value})
MOST_ROWS = 5
LINE_OCTETS = 75
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def vcard(copies: Iterable[Copied]) -> bytes:
    """The card; without a name the first e-mail address stands as the name, for the format asks for one."""
    found: dict[str, dict[str, None]] = {}
    for name, value in _facts(copies):
        found.setdefault(name, {})[value] = None
    names = [*found.get("FN", {}), *found.get("NICKNAME", {}), *found.get("EMAIL", {}), "?"]
    lines = ["BEGIN:VCARD", "VERSION:4.0", f"FN:{_escaped(names[0])}"]
    for name in ("NICKNAME", "EMAIL", "TEL", "ORG", "TITLE"):
        lines += [f"{name}{_type_of(name)}:{_escaped(value)}" for value in found.get(name, {})]
    # An address is one text here; of the seven parts that ADR has, it stands in the street.
    lines += [f"ADR:;;{_escaped(value)};;;;" for value in found.get("ADR", {})]
    lines.append("END:VCARD")
    return b"".join(_folded(line) for line in lines)


def _facts(copies: Iterable[Copied]) -> Iterator[tuple[str, str]]:
    """(property, value) of each fact that belongs on the card."""
    for copied in copies:
        wanted = {
            column.name: PROPERTIES[column.name]
            for column in copied.columns
            if column.name in PROPERTIES and column.rule.category in CATEGORIES and not column.rule.third_person
        }
        for line in copied.lines[:MOST_ROWS] if wanted else []:
            row = json.loads(line)
            yield from ((wanted[name], str(row[name]).strip()) for name in wanted if row[name])


def _type_of(name: str) -> str:
    # Without it a value of TEL is a URI by default in some readers.
    return ";VALUE=text" if name == "TEL" else ""


def _escaped(value: str) -> str:
    text = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return CONTROL.sub("", text)


def _folded(line: str) -> bytes:
    """The line in UTF-8, folded at 75 octets without cutting a character, with CR LF at its end."""
    if len(line.encode()) <= LINE_OCTETS:
        return f"{line}\r\n".encode()
    parts: list[bytes] = []
    current = b""
    for letter in line:
        octets = letter.encode()
        if len(current) + len(octets) > LINE_OCTETS:
            parts.append(current)
            current = b" "
        current += octets
    return b"\r\n".join([*parts, current]) + b"\r\n"
