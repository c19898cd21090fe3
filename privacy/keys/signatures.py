"""Which of our signing keys made what is stored: nothing may be signed by a key whose public half is not published."""

from dataclasses import dataclass

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import CharField, Count

from privacy.ledger.file import LedgerFile
from privacy.package import signing

# How the column is called in which a signed row says by which key.
COLUMN = "key_id"
LEDGER = "the ledger"


@dataclass(frozen=True)
class Signed:
    """So many rows of a model, or the ledger's head, are signed by a key; `known` while we publish its public half."""

    label: str
    key_id: str
    count: int
    known: bool


def standing() -> list[Signed]:
    """What is signed by which key; reads one column of each model that says so. Raises Damaged, OSError."""
    known = {str(key["key_id"]) for key in signing.public_keys()["keys"]}
    found: list[Signed] = []
    for model in apps.get_models():
        try:
            is_signed = isinstance(model._meta.get_field(COLUMN), CharField)
        except FieldDoesNotExist:
            continue
        rows = model._base_manager.order_by().values_list(COLUMN).annotate(count=Count("pk")) if is_signed else ()
        found += [Signed(model._meta.label, key, count, key in known) for key, count in sorted(rows)]
    head = LedgerFile().signed_by()
    return [*found, Signed(LEDGER, head, 1, head in known)] if head else found
