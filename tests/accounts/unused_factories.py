"""Notices to people who do not use their account, for the data map's behaviour set."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

from accounts.models import UnusedNotice, User


def _notice(user: User, canary: str) -> list[models.Model]:
    del canary  # nothing in it is text
    now = timezone.now()
    return [UnusedNotice.objects.create(user=user, first_at=now, closes_at=now + timedelta(days=30))]


FACTORIES = {"accounts.unusednotice": _notice}
