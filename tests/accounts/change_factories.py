"""Rows about changes in an account, one factory per holding."""

from collections.abc import Callable

from django.db.models import Model

from accounts.models import ProfileChange, User


def _profile_change(user: User, canary: str) -> list[Model]:
    said = {"field": "name", "old": f"old {canary}", "new": f"new {canary}", "by": "person"}
    return [ProfileChange.objects.create(user=user, **said)]


FACTORIES: dict[str, Callable[[User, str], list[Model]]] = {"accounts.profilechange": _profile_change}
