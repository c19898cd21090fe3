"""What was changed in a profile: noted with the words before and after, shown to its person, forgotten later."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from accounts.models import Profile, ProfileChange
from accounts.vocabulary import ChangedBy, ProfileField
from privacy import clock, rectified, restriction
from privacy.actors import Actor
from privacy.data_map.subject import subject_of_user
from privacy.vocabulary import StopKind

logger = logging.getLogger(__name__)

PROFILE = "accounts-profile"
# Recipients are told once somebody has left their profile alone for so long: not of every letter that is put right.
QUIET_MINUTES = 10
# So many changes the profile page shows; whoever has more finds them in a copy of their data.
SHOWN = 20


def note(*, actor: Actor, profile: Profile, given: Mapping[str, Any]) -> None:
    """In the transaction that changes the profile, and before it does: one row for each field in `given`.

    Who empties a field wants it gone, and the page says that it is gone at once: so what was remembered of that field
    goes too, and the row says no more than that it was emptied.
    """
    by = ChangedBy.PERSON if actor.kind == "subject" else ChangedBy.STAFF
    # Of what staff corrected, the request tells recipients.
    to_tell = by == ChangedBy.PERSON and rectified.wanted(PROFILE)
    emptied = [field for field, value in given.items() if not value]
    ProfileChange.objects.filter(user_id=profile.pk, field__in=emptied).delete()
    for field, value in given.items():
        old = "" if field in emptied else getattr(profile, field)
        ProfileChange.objects.create(user_id=profile.pk, field=field, old=old, new=value, by=by, to_tell=to_tell)


def changes_of(profile: Profile) -> list[ProfileChange]:
    """The newest changes, newest first; `can_be_put_back` says of each whether its former words stand elsewhere now."""
    found = list(ProfileChange.objects.filter(user_id=profile.pk)[:SHOWN])
    for change in found:
        change.can_be_put_back = bool(change.old) and change.old != getattr(profile, change.field)
    return found


def change_of(user_id: UUID, change_id: int) -> ProfileChange | None:
    """One change of this person's own profile; None for another's, and where it is gone."""
    return ProfileChange.objects.filter(user_id=user_id, pk=change_id, field__in=ProfileField.values).first()


def tell_recipients() -> int:
    """Have those told who have a profile from us that its person changed and has left alone for a while; how many.

    What nobody takes on now is tried again; what fails for one person keeps nobody else waiting. Safe to run at any
    time, and twice at once.
    """
    open_ = ProfileChange.objects.filter(to_tell=True)
    people = open_.order_by().values("user_id").annotate(last=Max("changed_at"))
    settled = people.filter(last__lt=clock.now() - timedelta(minutes=QUIET_MINUTES))
    return sum(_told(found["user_id"]) for found in settled)


def _told(user_id: UUID) -> bool:
    try:
        return _tell_of(user_id)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one profile, those of others are told of
        logger.error("a changed profile was not told of: %s", type(error).__name__)
        return False


@transaction.atomic
def _tell_of(user_id: UUID) -> bool:
    """The oldest words that stood in each field since recipients last heard of it, in one notice."""
    open_ = ProfileChange.objects.filter(user_id=user_id, to_tell=True).order_by("changed_at", "id")
    changes = list(open_.select_for_update())
    former: dict[str, str] = {}
    for change in changes:
        former.setdefault(change.field, change.old)
    told = bool(former) and rectified.taken(user_id, PROFILE, str(user_id), former)
    if told:
        ProfileChange.objects.filter(pk__in=[change.pk for change in changes]).update(to_tell=False)
    return told


def is_restricted(user_id: UUID) -> bool:
    """Whether we may only store what we hold about this person (Art. 18 GDPR)."""
    return any(stop.kind == StopKind.RESTRICTION for stop in restriction.stops_of(subject_of_user(user_id)))
