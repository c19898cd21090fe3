"""Checks whether a manifest, receipt or register is what we signed, and writes the receipt as a file to check."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.utils.dateparse import parse_datetime

from privacy.package import signing
from privacy.package.manifest import FORMAT
from privacy.registers.exporting import FORMAT as REGISTER_FORMAT
from rights_requests.fulfilment.receipt import DOCUMENT
from rights_requests.models import Receipt

# A manifest of the largest package is some hundred kilobytes; more than this is not ours.
MAX_DOCUMENT_BYTES = 1_000_000


# Documents that carry their signature beside them, by the name under which they stand.
SIGNED_INSIDE = ("receipt", "register")


class Unreadable(ValueError):
    """The text is not a JSON object that could have been signed by us."""


class SignatureMissing(ValueError):
    """The document carries no signature of its own and none was given beside it."""


class Verdict(Enum):
    """What can be said about a document."""

    GENUINE = "genuine"
    ALTERED = "altered"
    NOT_OURS = "not_ours"


@dataclass(frozen=True)
class Checked:
    """The verdict, what kind of document it is, and the facts worth showing from a genuine one."""

    verdict: Verdict
    kind: str
    reference: str = ""
    issued_at: datetime | None = None


def receipt_file(receipt: Receipt) -> dict[str, Any]:
    """The receipt and its signature in one document, as a person downloads and keeps it."""
    signature = signing.Signature(receipt.key_id, receipt.signature)
    return {"receipt": receipt.content, "signature": signature.as_json()}


def check(document: str, signature: str = "") -> Checked:
    """Say whether this text was signed by us; changes nothing and keeps nothing.

    `signature` may be empty when the document carries its own (a receipt or a register). Raises Unreadable if either
    text is not a JSON object, SignatureMissing if there is no signature to check.
    """
    content = _parsed(document)
    for name in SIGNED_INSIDE:
        if isinstance(content.get(name), dict) and isinstance(content.get("signature"), dict):
            if content.keys() != {name, "signature"}:
                raise Unreadable  # whatever stands beside it was signed by nobody and must not seem to be
            return _checked(content[name], content["signature"])
    if not signature.strip():
        raise SignatureMissing
    return _checked(content, _parsed(signature))


def _checked(content: Mapping[str, Any], signature: Mapping[str, Any]) -> Checked:
    kind = "receipt" if "document" in content else "register" if "register" in content else "manifest"
    key_id, value = str(signature.get("key_id", "")), str(signature.get("signature", ""))
    if key_id not in {key["key_id"] for key in signing.public_keys()["keys"]}:
        return Checked(Verdict.NOT_OURS, kind)
    try:
        payload = signing.canonical(content)
    except (ValueError, RecursionError) as error:
        raise Unreadable from error
    if not signing.verify(payload, key_id, value):
        return Checked(Verdict.ALTERED, kind)
    if content.get("document") != DOCUMENT and content.get("format") not in {FORMAT, REGISTER_FORMAT}:
        raise Unreadable  # signed by us, but for ourselves: the seals of the audit bear the same key
    return Checked(Verdict.GENUINE, kind, str(content.get("reference", "")), _issued_at(content))


def _issued_at(content: Mapping[str, Any]) -> datetime | None:
    try:
        return parse_datetime(str(content.get("completed_at") or content.get("generated_at") or ""))
    except ValueError:
        return None


def _parsed(text: str) -> dict[str, Any]:
    try:
        parsed = json.loads(text, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        raise Unreadable from error
    if not isinstance(parsed, dict):
        raise Unreadable
    return parsed


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name given twice could show a reader one value and the check another, so such a document is not accepted."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice")
    return found
