"""What programs find at the well-known addresses (RFC 8615): security.txt line by line, and what the site honours."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from privacy.mail.address import contact_address

# So long before security.txt expires the operators are reminded that somebody must look whether it still holds.
REMIND_DAYS = 30

# Global Privacy Control: who sends the signal is asked about nothing that would pass data on, and it stays off until
# they say yes to it themselves; tests/visitors/test_well_known.py sees to it. The day is that of this statement and not
# of the notice: what the specification meant then is what is stated.
GPC = {"gpc": True, "lastUpdate": "2026-11-26"}


def security_txt() -> str:
    """Where to report a weakness (RFC 9116); the fields in the order of FIELDS."""
    lines = [f"{field}: {value}" for field, values in FIELDS for value in values()]
    return "\n".join(["# You found a weakness? Write to us: a person answers.", *lines, ""])


def security_txt_days() -> int:
    """For how many days security.txt is still good; 0 or less once it has expired."""
    return (settings.SECURITY_TXT_EXPIRES_ON - timezone.now().date()) // timedelta(days=1)


def change_password_url() -> str:
    """Where a password is changed; whoever is not signed in signs in first."""
    return reverse("account_change_password")


def _contacts() -> Iterator[str]:
    """By e-mail first, then the page with the form; only addresses that nobody can listen to on the way."""
    yield from settings.SECURITY_CONTACTS or [f"mailto:{contact_address()}"]
    if settings.SITE_URL.startswith("https://"):
        yield settings.SITE_URL + reverse("visitors:contact")


def _expires() -> Iterator[str]:
    yield f"{settings.SECURITY_TXT_EXPIRES_ON.isoformat()}T00:00:00Z"


def _languages() -> Iterator[str]:
    yield ", ".join(code for code, _name in settings.LANGUAGES)


def _canonical() -> Iterator[str]:
    yield settings.SITE_URL + reverse("visitors:security_txt")


def _policy() -> Iterator[str]:
    yield settings.SITE_URL + reverse("visitors:security")


FIELDS: tuple[tuple[str, Callable[[], Iterator[Any]]], ...] = (
    ("Contact", _contacts),
    ("Expires", _expires),
    ("Preferred-Languages", _languages),
    ("Canonical", _canonical),
    ("Policy", _policy),
)
