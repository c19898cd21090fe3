"""The keys before that of today with which something that is out there may be signed: cookies, links, returned mail."""

from collections.abc import Sequence

from django.conf import settings


def signing_keys() -> Sequence[str]:
    """settings.SECRET_KEY, with which everything is signed, and those before it, with which something may still be.

    Django's own signers ask them by themselves; this is for codes that are no such signature.
    """
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
