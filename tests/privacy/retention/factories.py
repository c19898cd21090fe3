"""Rows of what is held back, for the data map's behaviour set."""

from datetime import timedelta

from django.db import models

from accounts.models import User
from privacy import clock
from privacy.actors import SYSTEM
from privacy.data_map.subject import Subject
from privacy.models import HeldBackDigest
from privacy.retention.holding_back import hold_back
from privacy.vocabulary import HeldBackReason


def _held_back(user: User, canary: str) -> list[models.Model]:
    del canary  # nothing in it is free text
    until = clock.now() + timedelta(days=30)
    return [hold_back(actor=SYSTEM, reason=HeldBackReason.CLAIM, until=until, subject=Subject(user_id=user.pk))]


def _digest(user: User, canary: str) -> list[models.Model]:
    (held,) = _held_back(user, canary)
    return list(HeldBackDigest.objects.filter(held_back_id=held.pk))


FACTORIES = {"privacy.heldback": _held_back, "privacy.heldbackdigest": _digest}
