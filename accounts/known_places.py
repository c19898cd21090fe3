"""Whether an account was signed in to from a place and kind of device before: tries from there are counted apart.

Somebody elsewhere who types wrong passwords without end then keeps nobody out who comes from where they always come.
"""

from datetime import timedelta

from django.conf import settings

from accounts import devices, whereabouts
from accounts.models import SignIn
from privacy import clock
from privacy.addresses import LookAlike, normalised


def bucket(*, login: str, address: str, user_agent: str) -> str:
    """Under what wrong passwords from there are counted beside the address of the account; empty for strangers.

    One query for whoever is named, an account or not, so that its number tells nothing. Promise P6.1.
    """
    network = whereabouts.place_of(address).network
    browser, platform = devices.family(user_agent)
    try:
        email = normalised(login)
    except LookAlike:
        return ""
    since = clock.now() - timedelta(days=settings.SIGN_IN_DAYS)
    here = SignIn.objects.filter(network=network, browser=browser, platform=platform)
    known = here.filter(user__email=email, at__gt=since, disowned_at=None).exists()
    return f"{network} {browser} {platform}" if known and network else ""
