"""The human contact that every message names."""

from email.utils import parseaddr

from django.conf import settings


def contact_address() -> str:
    """The address people can write to and a human answers."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
