"""Second steps of signing in: which one was shown, who has one, and that staff cannot be without (promise P6.1)."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings as mfa
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Session
from accounts.vocabulary import SignInHow

# What is asked for at sign-in; recovery codes only stand in for one of these.
KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
HOW = {
    Authenticator.Type.TOTP: SignInHow.APP,
    Authenticator.Type.WEBAUTHN: SignInHow.PASSKEY,
    Authenticator.Type.RECOVERY_CODES: SignInHow.RECOVERY_CODE,
}


def has_one(user_id: UUID) -> bool:
    """Whether this account is asked for a second step when somebody signs in to it."""
    return _of(user_id).exists()


def may_go(authenticator: Authenticator) -> bool:
    """Whether this second step can be taken away: of staff, only while another one stays."""
    return not authenticator.user.is_staff or _of(authenticator.user_id).exclude(pk=authenticator.pk).exists()


def shown(records: Iterable[Mapping[str, Any]]) -> SignInHow:
    """How somebody signed in, from the steps that the session went through; none of them is a new account."""
    steps = list(records)
    second = [HOW[Authenticator.Type(step["type"])] for step in steps if step["method"] == "mfa"]
    if second:
        return second[-1]
    return SignInHow.PASSWORD if any(step["method"] == "password" for step in steps) else SignInHow.SIGN_UP


def was_used(user_id: UUID, code: str) -> bool:
    """Whether this code opened the account before, within the time for which an app's code is good; remembers it.

    Read as the library reads it: spaces and signs in between make no other code of it.
    """
    good_for = mfa.TOTP_PERIOD * (2 * mfa.TOTP_TOLERANCE + 1)
    return not cache.add(f"second-step-used:{user_id}:{normalize_user_code(code)}", 1, timeout=good_for)


@transaction.atomic
def sign_out_elsewhere(*, user_id: UUID, session_key: str) -> int:
    """End the sessions of an account but this one, so that none that knew a password alone is left; how many ended."""
    ended: int = Session.objects.filter(user_id=user_id).exclude(session_key=session_key).delete()[0]
    UserSession.objects.filter(user_id=user_id).exclude(session_key=session_key).delete()
    return ended


def _of(user_id: UUID) -> QuerySet[Authenticator]:
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user_id=user_id, type__in=KINDS)
    return found
