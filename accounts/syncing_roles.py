"""Brings the teams of our staff to what the table of roles says, and tells where somebody changed them by hand."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from accounts.roles import PERMISSIONS
from privacy import audit
from privacy.actors import Actor


@dataclass(frozen=True)
class Drift:
    """A team that is not as the table says: permissions by name that it has besides, and that it lacks."""

    team: str
    more: tuple[str, ...]
    less: tuple[str, ...]
    is_missing: bool = False

    def __str__(self) -> str:
        said = [f"+{name}" for name in self.less] + [f"-{name}" for name in self.more]
        return f"{self.team}: {' '.join(said) or 'made'}"


def drift() -> list[Drift]:
    """Where teams differ from the table; two queries. Teams that the table does not know are nobody's mistake."""
    known = _known()
    teams = {team.name: team for team in Group.objects.filter(name__in=PERMISSIONS).prefetch_related("permissions")}
    names = {pk: name for name, pk in known.items()}
    found = []
    for name, given in PERMISSIONS.items():
        wanted = {one for one in given if one in known}
        has = {names[one.pk] for one in teams[name].permissions.all()} if name in teams else set()
        if has != wanted or name not in teams:
            found.append(Drift(name, tuple(sorted(has - wanted)), tuple(sorted(wanted - has)), name not in teams))
    return found


@transaction.atomic
def sync(*, actor: Actor) -> list[Drift]:
    """Give each team exactly what the table says; returns what differed before. Idempotent.

    Accounts are in teams as before. An audit entry for each team that was changed names it by its number only.
    """
    changed = drift()
    known = _known()
    for one in changed:
        team, _made = Group.objects.get_or_create(name=one.team)
        team.permissions.set(known[name] for name in PERMISSIONS[one.team] if name in known)
        data = {"given": len(one.less), "taken": len(one.more)}
        audit.record(event="role.synced", actor=actor, about=team, data=data)
    return changed


def members() -> dict[str, int]:
    """How many active members of staff are in each team of the table."""
    staff = Group.objects.filter(name__in=PERMISSIONS, user__is_active=True, user__is_staff=True)
    counted: dict[str, int] = {}
    for name in staff.values_list("name", flat=True):
        counted[name] = counted.get(name, 0) + 1
    return counted


def _known() -> dict[str, int]:
    """The permissions that exist, by "app.codename", with their keys."""
    rows: Iterable[tuple[str, str, int]] = Permission.objects.values_list("content_type__app_label", "codename", "pk")
    return {f"{label}.{codename}": pk for label, codename, pk in rows}
