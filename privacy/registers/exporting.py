"""Hands a register out as it stands: as CSV for people, or as a document that we sign; each time on record."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from privacy import audit
from privacy.actors import Actor
from privacy.package import signing
from privacy.registers.record import hash_of
from privacy.spreadsheets import csv_file

FORMAT = "occicor-register"
FORMAT_VERSION = "1.0"


class Form(TextChoices):
    """In which form a register leaves the desk."""

    CSV = "csv", _("For spreadsheets (CSV)")
    JSON = "json", _("Signed document (JSON)")


@dataclass(frozen=True)
class Printed:
    """A register as it stands: `content` are JSON values for the document, `columns` and `rows` are the spreadsheet."""

    name: str
    content: Any
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Exported:
    """A file to hand out."""

    name: str
    content_type: str
    body: bytes


@transaction.atomic
def export(*, actor: Actor, printed: Printed, form: Form) -> Exported:
    """The file, and an audit entry with register, form and hash of the content; not idempotent: each is on record.

    Raises PermissionDenied unless a member of staff acts; whether they may see the register is the door's question.
    """
    if actor.kind != "staff":
        raise PermissionDenied
    digest = hash_of(printed.content)
    if form is Form.JSON:
        body, content_type = document(printed.name, printed.content), "application/json"
    else:
        body, content_type = csv_file(printed.columns, printed.rows), "text/csv; charset=utf-8"
    named = f"occicor-{printed.name}-{timezone.localdate().isoformat()}.{form.value}"
    audit.record(
        event="register.exported",
        actor=actor,
        data={"register": printed.name, "form": form.value, "sha256": digest},
    )
    return Exported(named, content_type, body)


def document(name: str, content: Any) -> bytes:
    """A register with its date and hash, and our signature over the canonical JSON of all of that beside it."""
    register = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "register": name,
        "language": get_language(),
        "generated_at": timezone.now().isoformat(timespec="seconds"),
        "sha256": hash_of(content),
        "content": content,
    }
    whole = {"register": register, "signature": signing.sign(signing.canonical(register)).as_json()}
    return json.dumps(whole, indent=1, ensure_ascii=False).encode()
