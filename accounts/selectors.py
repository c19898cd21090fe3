"""What pages show of an account, read in one place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils import timezone

from accounts.attributes import in_words
from accounts.models import Customer, Enrolment, Profile, Session, User
from accounts.vocabulary import ENROLMENT_DAYS

PROFILE_FIELDS = ("name", "workplace", "position", "phone", "address")


@dataclass(frozen=True)
class Overview:
    """The state of an account in a few facts; `second_steps` counts authenticator apps and passkeys.

    `companies` names those that enrolled the person.
    """

    profile: Profile
    fields_filled: int
    second_steps: int
    places_signed_in: int
    companies: list[str]


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
        companies=list(
            Enrolment.objects.filter(user_id=user_id).order_by("enrolled_at").values_list("customer__name", flat=True)
        ),
    )


@dataclass(frozen=True)
class Enrolled:
    """One enrolment as its person sees it; `facts` are further things that the Customer said."""

    enrolment: Enrolment
    facts: list[tuple[str, str]]
    goes_at: datetime | None


def enrolments_of(user_id: UUID) -> list[Enrolled]:
    """What each Customer told us of the person, and until when it is kept once it has ended; the first one first."""
    found = Enrolment.objects.filter(user_id=user_id).select_related("customer").order_by("enrolled_at", "pk")
    return [Enrolled(row, in_words(row.attributes), goes_at(row)) for row in found]


def goes_at(enrolment: Enrolment) -> datetime | None:
    """When an enrolment that has ended is deleted."""
    ended: datetime | None = enrolment.ended_at
    return ended + timedelta(days=ENROLMENT_DAYS) if ended else None


def account_of(address: str) -> User | None:
    """The account that signs in with this address."""
    return User.objects.filter(email=address).first()


def customer_names(customer_ids: Iterable[int]) -> dict[int, str]:
    """What the Customers of these numbers are called now."""
    return dict(Customer.objects.filter(pk__in=set(customer_ids)).values_list("pk", "name"))


def teams_of(user_ids: Iterable[UUID]) -> dict[UUID, list[str]]:
    """The teams of our staff that these accounts belong to now, by account; whose account is gone has none."""
    found: dict[UUID, list[str]] = {}
    members = User.groups.through.objects.filter(user_id__in=list(user_ids)).select_related("group")
    for member in members.order_by("group__name"):
        found.setdefault(member.user_id, []).append(member.group.name)
    return found
