"""Tells a recipient by a signed web request of our own form, described in docs/reference/recipients.md."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from privacy.package.signing import canonical
from rights_requests.recipients import signed_messages
from rights_requests.recipients.notices import Detail, NotGenuine, Notice, Outcome, Party, Received
from rights_requests.recipients.transport import Answer, Body, send
from rights_requests.vocabulary import NoticeState

VERSION = 1
# What a recipient may say, and what it means; a reason belongs to the last one only.
_STATUSES = {
    "acknowledged": (NoticeState.ACKNOWLEDGED, Detail.TAKEN_IN),
    "completed": (NoticeState.COMPLETED, Detail.DONE),
    "nothing_held": (NoticeState.COMPLETED, Detail.NOTHING_HELD),
    "impossible": (NoticeState.IMPOSSIBLE, Detail.NOT_POSSIBLE),
}
_REASONS = {
    "impossible": Detail.NOT_POSSIBLE,
    "disproportionate": Detail.DISPROPORTIONATE,
    "required_by_law": Detail.REQUIRED_BY_LAW,
}
_REFERENCE = re.compile(r"[A-Za-z0-9._:-]{1,100}")


def tell(party: Party, notice: Notice, now: datetime) -> Outcome:
    """Send the notice; what the recipient says in its answer counts only when it is signed. Raises NotDelivered."""
    content = canonical(_content(party, notice))
    headers = {
        **signed_headers(notice.id, now, content),
        "Content-Type": "application/json",
        "Idempotency-Key": str(notice.id),
    }
    answer = send("POST", party.address, headers=headers, body=Body.of(content), trusted_pem=party.setting("authority"))
    return _said(party, notice.id, answer, now)


def check(party: Party, notice_id: UUID, now: datetime) -> Outcome:
    """Ask how far the recipient is, at its address followed by the notice's id; no personal data is sent.

    Raises NotDelivered.
    """
    url = f"{party.address.rstrip('/')}/{notice_id}"
    answer = send("GET", url, headers=signed_headers(notice_id, now, b""), trusted_pem=party.setting("authority"))
    return _said(party, notice_id, answer, now)


def read_callback(party: Party, received: Received, now: datetime) -> Outcome:
    """What a recipient says by itself; raises NotGenuine unless its key signed it a moment ago, about this notice."""
    try:
        key = signed_messages.public_key(party.setting("public_key"))
    except ValueError as error:
        raise NotGenuine("no key to check with") from error
    signed_messages.check(received, key, now)
    try:
        said = json.loads(received.raw)
        about, outcome = UUID(said["notice_id"]), _outcome(said)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotGenuine("not in our form") from error
    if about != received.notice_id:
        raise NotGenuine("about another notice")
    return outcome


def faults(party: Party) -> Iterator[tuple[str, Any]]:
    """What is missing in a recipient's settings: the setting and a sentence."""
    if "?" in party.address:
        yield "address", _("Leave out the question mark and what follows it.")
    try:
        signed_messages.public_key(party.setting("public_key"))
    except ValueError:
        yield "public_key", _("Paste the recipient's public key: it begins with whpk_ and has 48 or more characters.")


def signed_headers(notice_id: UUID, now: datetime, content: bytes) -> dict[str, str]:
    """Our signature; the id's first word keeps it apart from everything else that the same key signs."""
    return signed_messages.signed_headers(f"notice_{notice_id}", now, content)


def _content(party: Party, notice: Notice) -> dict[str, Any]:
    return {
        "version": VERSION,
        "notice_id": str(notice.id),
        "request_id": str(notice.request_id),
        "kind": notice.kind.value,
        "controller": urlsplit(settings.SITE_URL).netloc,
        "recipient": party.name,
        "created_at": notice.created,
        "identifiers": [{"kind": found.kind, "value": found.value} for found in notice.identifiers],
        "corrections": [{"field": found.field, "old": found.old, "new": found.new} for found in notice.corrections],
        "callback_url": notice.callback_url,
    }


def _said(party: Party, notice_id: UUID, answer: Answer, now: datetime) -> Outcome:
    """What an answer is worth: told, and whatever the recipient signed about this very notice."""
    received = Received(notice_id, "", answer.body, answer.headers)
    if not received.header("Webhook-Signature"):
        return Outcome(NoticeState.SENT, Detail.NO_STATEMENT, status=answer.status)
    try:
        return replace(read_callback(party, received, now), status=answer.status)
    except NotGenuine:
        return Outcome(NoticeState.SENT, Detail.NOT_GENUINE, status=answer.status)


def _outcome(said: Mapping[str, Any]) -> Outcome:
    state, detail = _STATUSES[said["status"]]
    if state == NoticeState.IMPOSSIBLE:
        detail = _REASONS[said.get("reason", "impossible")]
    reference = str(said.get("reference") or "")
    return Outcome(state, detail, reference if _REFERENCE.fullmatch(reference) else "")
