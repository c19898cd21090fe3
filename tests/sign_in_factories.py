"""Makes rows of what is held so that people can sign in, for each holding of the data map about it."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import models
from django.utils import timezone

from accounts.models import Session, SignIn, User
from accounts.sessions import SessionStore
from privacy.models import ReadingDay


def make_sign_in(user: User, **extra: Any) -> SignIn:
    """A sign-in from France with Firefox on Linux, unless something else is said."""
    place = {"country": "FR", "network": "82.64.7.0/24"}
    return SignIn.objects.create(
        user=user, **{**place, "browser": "firefox", "platform": "linux", "how": "password", **extra}
    )


def _sign_in(user: User, canary: str) -> list[models.Model]:
    """Nothing that it holds can be any word, so the canary finds no place."""
    return [make_sign_in(user, country="", network="", alerted=True, disowned_at=timezone.now())]


def _session(user: User, canary: str) -> list[models.Model]:
    store = SessionStore()
    store["_auth_user_id"] = str(user.pk)
    store["canary"] = canary
    store.save()
    return [Session.objects.get(pk=store.session_key)]


def _confirmation(user: User, canary: str) -> list[models.Model]:
    address = EmailAddress.objects.create(user=user, email=f"{canary}@other.example".lower())
    return [EmailConfirmation.objects.create(email_address=address, key=uuid4().hex, sent=timezone.now())]


def _authenticator(user: User, canary: str) -> list[models.Model]:
    data = {"secret": f"sealed {canary}"}
    kind = Authenticator.Type.TOTP
    return [Authenticator.objects.create(user=user, type=kind, data=data, last_used_at=timezone.now())]


def _signed_in_place(user: User, canary: str) -> list[models.Model]:
    key = uuid4().hex
    data = {"note": canary}
    return [UserSession.objects.create(user=user, ip="192.0.2.7", user_agent=canary, session_key=key, data=data)]


def _reading_day(user: User, canary: str) -> list[models.Model]:
    reasons, flags = {canary: 2}, [f"{canary} flag"]
    return [
        ReadingDay.objects.create(staff=user, day=timezone.localdate(), looks=2, people=1, reasons=reasons, flags=flags)
    ]


FACTORIES: dict[str, Callable[[User, str], list[models.Model]]] = {
    "accounts.session": _session,
    "accounts.signin": _sign_in,
    "privacy.readingday": _reading_day,
    "account.emailconfirmation": _confirmation,
    "mfa.authenticator": _authenticator,
    "usersessions.usersession": _signed_in_place,
}
