"""Shared cards for tests: rows as they stand, nobody was written to."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.db import models
from django.db.models.functions import Now

from accounts.models import SharingGrant, SharingView, User
from tests import factories


def make_grant(owner: User, viewer_email: str, *, days: float = 30, **extra: Any) -> SharingGrant:
    """A card of this person that is shared with an address for so many days from now: name and address."""
    values = {"parts": ["name", "email"], "until": Now() + timedelta(days=days), **extra}
    grant = SharingGrant.objects.create(owner=owner, viewer_email=viewer_email, **values)
    grant.refresh_from_db()
    return grant


def expire(grant: SharingGrant) -> None:
    """Let the time of a card be over since a minute, by the clock of the database."""
    over = Now() - timedelta(minutes=1)
    SharingGrant.objects.filter(pk=grant.pk).update(made_at=Now() - timedelta(days=1), until=over)


def _cards(user: User, canary: str) -> list[models.Model]:
    """One that the person gives, and one that they are given."""
    shop = uuid4().hex[:8]
    address = f"{canary}@{shop}.viewer.example".lower()
    EmailAddress.objects.create(user=user, email=address, verified=True)
    given = make_grant(user, f"{canary}@{shop}.seen.example".lower())
    return [given, make_grant(factories.make_user(), address)]


def _looks(user: User, canary: str) -> list[models.Model]:
    grants = _cards(user, canary)
    return [SharingView.objects.create(grant_id=grant.pk) for grant in grants]


FACTORIES = {"accounts.sharinggrant": _cards, "accounts.sharingview": _looks}
