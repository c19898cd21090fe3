"""Seals what a recipient needs to find the person, for as long as it has not answered; bound to the one notice."""

import json
from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from privacy.package.seal import unwrap_key, wrap_key
from rights_requests.models import Recipient, RecipientNotice
from rights_requests.recipients.notices import Correction, Identifier, Notice, Party
from rights_requests.vocabulary import NoticeKind


def seal(identifiers: Sequence[Identifier], corrections: Sequence[Correction], notice_id: UUID) -> bytes:
    """What is told, readable only with the key outside the database and only for this notice."""
    content = {
        "identifiers": [[found.kind, found.value] for found in identifiers],
        "corrections": [[made.field, made.old, made.new] for made in corrections],
    }
    return wrap_key(json.dumps(content).encode(), purpose_of(notice_id))


def opened(notice: RecipientNotice) -> Notice:
    """The notice as its recipient is told it; raises SealBroken, and ValueError when its content is forgotten."""
    if notice.content_sealed is None:
        raise ValueError("what was sealed is forgotten")
    content = json.loads(unwrap_key(notice.content_sealed, purpose_of(notice.pk)))
    return Notice(
        id=notice.pk,
        request_id=notice.request_id,
        kind=NoticeKind(notice.kind),
        created_at=notice.created_at,
        identifiers=tuple(Identifier(kind, value) for kind, value in content["identifiers"]),
        corrections=tuple(Correction(field, old, new) for field, old, new in content["corrections"]),
        callback_url=callback_url(notice.pk),
    )


def party(recipient: Recipient) -> Party:
    """The recipient as its adapter sees it."""
    return Party(recipient.name, recipient.address, recipient.settings)


def callback_url(notice_id: UUID) -> str:
    """Where the recipient of a notice says how far it is; built from settings.SITE_URL and never from a Host header."""
    return str(settings.SITE_URL) + reverse("rights_requests:recipient_callback", kwargs={"notice_id": notice_id})


def purpose_of(notice_id: UUID) -> bytes:
    """To what it is bound: the one notice."""
    return b"notice:" + notice_id.bytes
