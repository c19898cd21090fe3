"""Hands the register of requests out for an authority: a spreadsheet, and a signed document with its counts."""

import hashlib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from privacy import audit
from privacy.actors import Actor
from privacy.package import signing
from privacy.package.export import BYTE_ORDER_MARK
from privacy.package.manifest import signature_file
from privacy.registers.exporting import FORMAT, FORMAT_VERSION
from privacy.registers.moment import one_moment
from privacy.registers.record import controller
from privacy.spreadsheets import csv_lines
from rights_requests.errors import NotAllowed
from rights_requests.requests_register import Asked, Entry, Totals, columns, entries

REGISTER = "requests"
SHEET, DOCUMENT = "requests.csv", "register.json"
_LINES_AT_ONCE = 500


@dataclass(frozen=True)
class HandedOut:
    """The archive, open at its beginning and gone when it is closed; its name, and what is in it."""

    name: str
    file: IO[bytes]
    document: dict[str, Any]


@transaction.atomic
def hand_out(*, actor: Actor, asked: Asked) -> HandedOut:
    """Write spreadsheet, document and signature into one ZIP on disk; on record with the hash of the document.

    All of it is one moment of the database, and memory stays flat. Not idempotent: each export is on record. Raises
    NotAllowed unless a member of staff acts; whether they may see the register is the door's question.
    """
    if actor.kind != "staff":
        raise NotAllowed
    file = TemporaryFile()  # noqa: SIM115 - whoever answers with it closes it
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            document = _document(asked, *_sheet(asked, archive))
            written = signing.canonical(document)
            archive.writestr(DOCUMENT, written)
            archive.writestr(f"{DOCUMENT}.sig", signature_file(written))
        file.seek(0)
    except BaseException:
        file.close()
        raise
    name = f"occicor-requests-{asked.since.isoformat()}-{asked.until.isoformat()}.zip"
    said: dict[str, int | str] = {
        "register": REGISTER,
        "form": "zip",
        "sha256": hashlib.sha256(written).hexdigest(),
        "rows": document["totals"]["whole"].get("rows", 0),
    }
    audit.record(event="register.exported", actor=actor, data=said)
    return HandedOut(name, file, document)


def _sheet(asked: Asked, archive: zipfile.ZipFile) -> tuple[Totals, str]:
    """Write the spreadsheet row by row; returns what was counted on the way, and the hash of the file."""
    totals, hashed = Totals(), hashlib.sha256()
    with one_moment() as moment, archive.open(SHEET, "w") as sheet:
        for part in _lines(entries(asked, moment), totals):
            hashed.update(part)
            sheet.write(part)
    return totals, hashed.hexdigest()


def _lines(found: Iterator[Entry], totals: Totals) -> Iterator[bytes]:
    yield BYTE_ORDER_MARK + csv_lines([columns()]).encode()
    while some := list(islice(found, _LINES_AT_ONCE)):
        for entry in some:
            totals.add(entry)
        yield csv_lines(entry.cells for entry in some).encode()


def _document(asked: Asked, totals: Totals, sheet_hash: str) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "register": REGISTER,
        "language": get_language(),
        "generated_at": timezone.now().isoformat(timespec="seconds"),
        "controller": controller(),
        "asked": asked.as_json(),
        "totals": totals.as_json(),
        "members": [{"name": SHEET, "sha256": sheet_hash}],
    }
