"""How the accounts stand: staff without a second step, cards that are shared, the last sign-in, Customers; by index."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef

from accounts.models import Customer, SharingGrant, SignIn, User
from accounts.second_steps import KINDS


def staff_without_second_step() -> int:
    """How many active members of staff have no second step yet."""
    steps = Authenticator.objects.filter(user=OuterRef("pk"), type__in=KINDS)
    return User.objects.filter(~Exists(steps), is_staff=True, is_active=True).count()


def live_cards(now: datetime) -> int:
    """How many cards are shared at this instant."""
    return SharingGrant.objects.filter(ended_at=None, until__gt=now).count()


def last_sign_in() -> datetime | None:
    """When somebody last signed in; None where nobody has."""
    return SignIn.objects.order_by("-at").values_list("at", flat=True).first()


def customers() -> int:
    """How many Customers there are."""
    return Customer.objects.count()
