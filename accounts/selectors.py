"""What pages show of an account, read in one place."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils import timezone

from accounts import former_addresses
from accounts.models import Enrolment, FormerAddress, Profile, Session, User

PROFILE_FIELDS = ("name", "workplace", "position", "phone", "address")


@dataclass(frozen=True)
class Overview:
    """The state of an account in a few facts; `second_steps` counts authenticator apps and passkeys.

    `enrolments` are those the person has claimed, each with its Customer. `left_address` is the address of before a
    change that is not settled yet.
    """

    profile: Profile
    fields_filled: int
    second_steps: int
    places_signed_in: int
    enrolments: list[Enrolment]
    left_address: FormerAddress | None


def profile_of(user_id: UUID) -> Profile:
    """The person's profile; an empty one, not yet saved, where none was written so far."""
    return Profile.objects.filter(pk=user_id).first() or Profile(user_id=user_id)


def overview_of(user_id: UUID) -> Overview:
    """The facts of the account page."""
    profile = profile_of(user_id)
    steps = Authenticator.objects.filter(user_id=user_id).exclude(type=Authenticator.Type.RECOVERY_CODES)
    open_sessions = Session.objects.filter(user_id=user_id, expire_date__gt=timezone.now())
    places = UserSession.objects.filter(user_id=user_id, session_key__in=open_sessions.values("session_key"))
    return Overview(
        profile=profile,
        fields_filled=sum(bool(getattr(profile, name)) for name in PROFILE_FIELDS),
        second_steps=steps.count(),
        places_signed_in=places.count(),
        enrolments=list(Enrolment.objects.filter(user_id=user_id).select_related("customer").order_by("enrolled_at")),
        left_address=former_addresses.last_change(user_id),
    )


def teams_of(user_ids: Iterable[UUID]) -> dict[UUID, list[str]]:
    """The teams of our staff that these accounts belong to now, by account; whose account is gone has none."""
    found: dict[UUID, list[str]] = {}
    members = User.groups.through.objects.filter(user_id__in=list(user_ids)).select_related("group")
    for member in members.order_by("group__name"):
        found.setdefault(member.user_id, []).append(member.group.name)
    return found
