"""Shared cards for tests: rows as they stand, nobody was written to."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.db import models
from django.db.models.functions import Now

from accounts.models import Profile, SharingGrant, SharingView, User
from accounts.services import actor_of
from accounts.sharing import services as sharing
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


def make_ada() -> User:
    """Who shares: everything of the profile is filled in but the position."""
    user = factories.make_user("ada@example.org")
    filled = {"name": "Ada Byron", "workplace": "Engine Works", "phone": "+44 1", "address": "1 Mill Lane\nLondon"}
    Profile.objects.filter(user=user).update(**filled)
    return user


def shared(owner: User, email: str = "bob@example.org", **extra: Any) -> SharingGrant:
    """A card as its owner shares it on the page: name and address for thirty days unless something else is said."""
    given = {"parts": ["name", "email"], "days": 30, **extra}
    return sharing.share(actor=actor_of(owner.pk), viewer_email=email, **given)


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
