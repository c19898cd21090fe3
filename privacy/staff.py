"""Members of our staff by what they may do: whom a form offers, and to whom an alarm goes."""

from collections.abc import Collection
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q


def staff_with(permission: str) -> dict[UUID, str]:
    """The active members of staff who have a permission ("app.codename"): their addresses by account; one query."""
    app, _dot, codename = permission.partition(".")
    given = {"content_type__app_label": app, "codename": codename}
    direct = {f"user_permissions__{name}": value for name, value in given.items()}
    by_team = {f"groups__permissions__{name}": value for name, value in given.items()}
    staff = get_user_model().objects.filter(is_active=True, is_staff=True)
    found = staff.filter(Q(is_superuser=True) | Q(**direct) | Q(**by_team)).distinct().order_by("email")
    return dict(found.values_list("pk", "email"))


def address_of(user_id: UUID | None) -> str:
    """Where a member of staff is written to; empty for whoever is that no more."""
    staff = get_user_model().objects.filter(pk=user_id, is_active=True, is_staff=True)  # type: ignore[misc] # None finds nobody
    return str(staff.values_list("email", flat=True).first() or "")


def name_of(user_id: UUID | None) -> str:
    """How colleagues know a member of staff; empty for nobody and for whoever has no account any more."""
    people = get_user_model().objects.filter(pk=user_id)  # type: ignore[misc] # None finds nobody
    return str(people.values_list("email", flat=True).first() or "")


def names_of(user_ids: Collection[UUID]) -> dict[UUID, str]:
    """How colleagues know these members of staff, by account; one query."""
    return dict(get_user_model().objects.filter(pk__in=user_ids).values_list("pk", "email"))
