"""The keys of Customers: made, renewed, ended, and known again by their secret (promise P1.3)."""

import secrets
from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.administering import key_actor, refuse_others, with_agreement
from accounts.errors import KeyRefused
from accounts.models import ApiKey, Customer
from accounts.vocabulary import Scope
from privacy import audit, clock
from privacy.actors import Actor
from privacy.digests import keyed_digest, keyed_digests

# What every secret begins with: whoever finds one, a scanner of code for example, sees whose it is.
MARK = "occ_"
_KIND = "api-key"
MOST = 10


@transaction.atomic
def make(*, actor: Actor, customer_id: int, name: str, scopes: Collection[str]) -> tuple[ApiKey, str]:
    """Make a key; returns it with its secret, which nobody can read again. Not idempotent: each call makes one.

    Raises PermissionDenied for whoever acts for another Customer, and KeyRefused beyond MOST keys or without a scope.
    """
    refuse_others(actor, customer_id)
    customer = Customer.objects.select_for_update(no_key=True).get(pk=customer_id)
    if not scopes or not set(scopes) <= set(Scope.values):
        raise KeyRefused
    if ApiKey.objects.filter(customer=customer, revoked_at__isnull=True).count() >= MOST:
        raise KeyRefused
    secret, told = _secret()
    made = ApiKey.objects.create(customer=customer, name=name.strip(), scopes=sorted(scopes), **told)
    _record("api_key.made", actor, made)
    return made, secret


@transaction.atomic
def renew(*, actor: Actor, customer_id: int, key_id: UUID) -> tuple[ApiKey, str]:
    """Give a key another secret; the one before counts no more from this instant. Not idempotent.

    Raises PermissionDenied, and ApiKey.DoesNotExist for anybody else's and for one that has ended.
    """
    key = _locked(actor, customer_id, key_id)
    secret, told = _secret()
    key.hint, key.digest, key.rotated_at = told["hint"], told["digest"], clock.now()
    key.save(update_fields=["hint", "digest", "rotated_at"])
    _record("api_key.renewed", actor, key)
    return key, secret


@transaction.atomic
def end(*, actor: Actor, customer_id: int, key_id: UUID) -> ApiKey:
    """End a key, at once and for good. Raises as `renew` does: twice, there is none any more."""
    key = _locked(actor, customer_id, key_id)
    key.revoked_at = clock.now()
    key.save(update_fields=["revoked_at"])
    _record("api_key.ended", actor, key)
    return key


def keys_of(customer: Customer) -> list[ApiKey]:
    """The keys of a Customer that count, newest first."""
    return list(ApiKey.objects.filter(customer=customer, revoked_at__isnull=True))


def by_secret(secret: str) -> ApiKey | None:
    """The key of this secret, with its Customer, as long as both count today; notes the day, and nothing closer."""
    if not secret.startswith(MARK) or len(secret) > len(MARK) + 64:
        return None
    live = ApiKey.objects.select_related("customer").filter(revoked_at__isnull=True, customer__in=with_agreement())
    key = live.filter(digest__in=keyed_digests(_KIND, secret)).first()
    today = timezone.localdate()
    if key is not None and key.last_used_on != today:
        ApiKey.objects.filter(pk=key.pk).update(last_used_on=today)
    return key


def actor_of(key: ApiKey) -> Actor:
    """The Customer, acting by this key."""
    return key_actor(key)


def _secret() -> tuple[str, dict[str, str]]:
    secret = MARK + secrets.token_hex(32)
    return secret, {"hint": secret[:12], "digest": keyed_digest(_KIND, secret)}


def _locked(actor: Actor, customer_id: int, key_id: UUID) -> ApiKey:
    refuse_others(actor, customer_id)
    mine = ApiKey.objects.select_for_update(of=("self",)).filter(customer_id=customer_id, revoked_at__isnull=True)
    return mine.get(pk=key_id)


def _record(event: str, actor: Actor, key: ApiKey) -> None:
    audit.record(event=event, actor=actor, about=key)
