"""What a receipt of erasure says: per category found, erased, masked, kept, why and until when; it names no person."""

import hashlib
from collections.abc import Mapping
from typing import Any

from privacy import clock
from privacy.data_map.declarations import Erase
from privacy.data_map.plan import STORE_PREFIX, PlanItem, retention
from privacy.data_map.registry import registry
from privacy.mail.language import in_their_language
from privacy.package import signing
from privacy.vocabulary import Action
from rights_requests.models import Receipt, RecipientNotice, RightsRequest
from rights_requests.selectors import notices
from rights_requests.services import planning

DOCUMENT = "occicor.receipt"
VERSION = 1


@in_their_language
def issue(
    request: RightsRequest, counts: Mapping[str, int], proofs: Mapping[str, Mapping[str, Any]], issued_at: str
) -> Receipt:
    """Sign and store the receipt of a request, in the caller's transaction; once per request by its key."""
    content = contents(request, counts, proofs, issued_at)
    signature = signing.sign(signing.canonical(content))
    return Receipt.objects.create(
        request=request, content=content, signature=signature.value_b64, key_id=signature.key_id
    )


def renew(
    receipt: Receipt, erased: Mapping[str, int], proofs: Mapping[str, Mapping[str, Any]], issued_at: str
) -> Receipt:
    """Sign the receipt anew, in the caller's transaction: of what it said was kept, so many rows are erased by now.

    `proofs` are as in `contents`, of this time. The search of the whole stays on it, with this one beside it, which
    looked where the part was and nowhere else. The receipt that it takes the place of stays genuine, and is named.
    """
    before = receipt.content
    again = [{"categories": sorted(erased), **proofs["residue"]}] if proofs["residue"] else []
    lines = [
        _erased_now(line, erased[line["slug"]]) if line["slug"] in erased else line for line in before["categories"]
    ]
    receipt.content = {
        **before,
        "completed_at": issued_at,
        "categories": lines,
        "recipients": [_recipient(notice) for notice in notices(receipt.request_id)],
        "ledger": dict(proofs["ledger"]),
        "searched_again": [*before.get("searched_again", []), *again],
        "renews": {
            "completed_at": before["completed_at"],
            "sha256": hashlib.sha256(signing.canonical(before)).hexdigest(),
            "ledger": before.get("ledger", {}),
        },
    }
    signature = signing.sign(signing.canonical(receipt.content))
    receipt.signature, receipt.key_id, receipt.issued_at = signature.value_b64, signature.key_id, clock.now()
    receipt.save(update_fields=["content", "signature", "key_id", "issued_at"])
    return receipt


def _erased_now(line: Mapping[str, Any], count: int) -> dict[str, Any]:
    return {
        **line,
        "found": max(line["found"], count),
        "erased": line["erased"] + count,
        "kept": 0,
        "why": "",
        "until": "",
    }


def contents(
    request: RightsRequest, counts: Mapping[str, int], proofs: Mapping[str, Mapping[str, Any]], issued_at: str
) -> dict[str, Any]:
    """The receipt as plain values; `counts` are rows touched per step of the job.

    `proofs` are the residue's result ("residue") and where in the ledger the erasure stands ("ledger").
    """
    plan = planning.stored(request)
    planned = {item.slug for item in plan.items}
    return {
        "document": DOCUMENT,
        "version": VERSION,
        "reference": request.reference,
        "right": request.right,
        "received_at": request.received_at.isoformat(),
        "completed_at": issued_at,
        "categories": [_planned(item, counts) for item in plan.items] + _unplanned(planned, counts),
        "recipients": [_recipient(notice) for notice in notices(request.pk)],
        **{name: dict(proof) for name, proof in proofs.items()},
    }


def _recipient(notice: RecipientNotice) -> dict[str, Any]:
    """Who else was told (Art. 19), how it ended, and where it was impossible, why."""
    return {
        "name": notice.recipient.name,
        "kind": notice.kind,
        "state": notice.state,
        "ended_at": notice.ended_at.isoformat() if notice.ended_at else None,
        "why": notice.reason,
    }


def _planned(item: PlanItem, counts: Mapping[str, int]) -> dict[str, Any]:
    touched = counts.get(_step_of(item.slug), 0)
    kept = item.count if item.action is Action.KEEP else 0
    return {
        "slug": item.slug,
        "title": item.title,
        "found": max(item.count, touched),
        # Rows may also have gone by another step before their own: sessions first, files with their store.
        "erased": max(item.count, touched) if item.action is Action.ERASE else 0,
        "masked": max(item.count, touched) if item.action is Action.MASK else 0,
        "kept": kept,
        "why": item.reason,
        "until": "" if item.action is Action.ERASE else item.retention,
    }


def _unplanned(planned: set[str], counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Rows that came between the plan and its end: they were erased too and are told too."""
    lines = []
    for holding in registry.holdings.values():
        touched = counts.get(_step_of(holding.slug()), 0)
        if touched and holding.slug() not in planned:
            goes = holding.erase is Erase.DELETE_ROW
            line = {"slug": holding.slug(), "title": str(holding.title), "found": touched, "why": ""}
            until = "" if goes else retention(holding)
            counted = {"erased": touched if goes else 0, "masked": 0 if goes else touched, "kept": 0}
            lines.append({**line, **counted, "until": until})
    return lines


def _step_of(slug: str) -> str:
    store = slug.removeprefix(STORE_PREFIX)
    return f"store:{store}" if store != slug and store in registry.stores else f"holding:{slug}"


def is_signed(receipt: Receipt) -> bool:
    """Whether the receipt is as it was signed."""
    return signing.verify(signing.canonical(receipt.content), receipt.key_id, receipt.signature)
