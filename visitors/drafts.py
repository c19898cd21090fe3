"""Drafts of messages, kept because their writers asked for it: found by a token that only their browser has."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from privacy import audit
from privacy.actors import Actor
from privacy.data_map.subject import Subject
from visitors.models import ContactDraft


@transaction.atomic
def keep(*, actor: Actor, token: str, written: Mapping[str, str]) -> str:
    """Keep a draft in place of the one that the token finds; returns the token of the draft that is kept now."""
    draft = find(token)
    token = token if draft else secrets.token_urlsafe(32)
    draft = draft or ContactDraft(token_digest=_digest(token))
    for name in ("name", "email", "topic", "text"):
        setattr(draft, name, written[name])
    draft.kept_at = timezone.now()
    draft.save()
    audit.record(event="contact_draft.kept", actor=actor, subject_digest=_subject_of(draft))
    return token


def find(token: str) -> ContactDraft | None:
    """The draft of this token; None where there is none or its time is over."""
    if not token:
        return None
    return ContactDraft.objects.filter(token_digest=_digest(token), kept_at__gt=_oldest()).first()


@transaction.atomic
def forget(*, actor: Actor, token: str) -> bool:
    """Delete the draft because its writer says so; whether there was one. Idempotent."""
    draft = find(token)
    if draft is None:
        return False
    delete(token)
    audit.record(event="contact_draft.deleted", actor=actor, subject_digest=_subject_of(draft))
    return True


def delete(token: str) -> None:
    """Delete the draft of this token, if there is one, in the caller's transaction."""
    if token:
        ContactDraft.objects.filter(token_digest=_digest(token)).delete()


def kept_until(draft: ContactDraft) -> datetime:
    """When the draft's time is over."""
    return draft.kept_at + timedelta(days=settings.CONTACT_DRAFT_DAYS)


def _oldest() -> datetime:
    return timezone.now() - timedelta(days=settings.CONTACT_DRAFT_DAYS)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _subject_of(draft: ContactDraft) -> str:
    return Subject(emails=frozenset({draft.email})).digest if "@" in draft.email else ""
