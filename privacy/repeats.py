"""Answers that are kept for a day, so that an app that asks twice, since the first answer was lost, gets the same."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from privacy import clock
from privacy.digests import keyed_digest
from privacy.models import KeptAnswer

KEPT_HOURS = 24
# After so long without an answer whoever worked on it is taken to be dead: then the next one may try.
GIVEN_UP_SECONDS = 60


class Unfinished(Exception):
    """The same is being worked on at this moment."""


class AnotherRequest(Exception):
    """The key was used for something else."""


@dataclass(frozen=True)
class Asked:
    """What somebody asks under a key: `fingerprint` tells it from anything else they could ask."""

    user_id: UUID
    key: str
    fingerprint: str

    @classmethod
    def of(cls, *, user_id: UUID, key: str, what: tuple[str, ...], body: bytes) -> "Asked":
        """The same for the same request, whoever sends it again; nothing of the body can be read from it."""
        told = "\n".join((*what, hashlib.sha256(body).hexdigest()))
        return cls(user_id, keyed_digest("repeat", f"{user_id}:{key}"), keyed_digest("asked", told))


@transaction.atomic
def begin(asked: Asked) -> KeptAnswer | None:
    """Take the key, or give the answer that it got; None: it is ours now, and `finish` or `forget` must follow.

    Raises Unfinished, and AnotherRequest. Two that begin at once: one takes it.
    """
    mine = KeptAnswer.objects.filter(user_id=asked.user_id, key=asked.key)
    try:
        with transaction.atomic():
            KeptAnswer.objects.create(user_id=asked.user_id, key=asked.key, fingerprint=asked.fingerprint)
    except IntegrityError:
        kept = mine.select_for_update().first()
    else:
        return None
    if kept is None:
        # Whoever held it gave it back in between: a moment later it can be taken.
        raise Unfinished
    now = clock.now()
    if kept.begun_at < now - timedelta(hours=KEPT_HOURS):
        _take_over(kept, asked)
        return None
    if kept.fingerprint != asked.fingerprint:
        raise AnotherRequest
    if kept.status is not None:
        return kept
    if kept.begun_at > now - timedelta(seconds=GIVEN_UP_SECONDS):
        raise Unfinished
    _take_over(kept, asked)
    return None


def finish(asked: Asked, *, status: int, body: Mapping[str, Any] | None, headers: Mapping[str, str]) -> None:
    """Keep the answer. Nothing happens where the person's data went meanwhile, and the key with it. Idempotent."""
    kept = KeptAnswer.objects.filter(user_id=asked.user_id, key=asked.key)
    kept.update(status=status, body={"body": body, "headers": dict(headers)})


def forget(asked: Asked) -> None:
    """Give the key back: nothing was done under it. Idempotent."""
    KeptAnswer.objects.filter(user_id=asked.user_id, key=asked.key, status__isnull=True).delete()


def purge() -> int:
    """Delete what was kept for a day; returns how many. Safe to run at any time and twice at once."""
    deleted: int = KeptAnswer.objects.filter(begun_at__lt=clock.now() - timedelta(hours=KEPT_HOURS)).delete()[0]
    return deleted


def _take_over(kept: KeptAnswer, asked: Asked) -> None:
    kept.begun_at, kept.fingerprint, kept.status, kept.body = clock.now(), asked.fingerprint, None, None
    kept.save()
