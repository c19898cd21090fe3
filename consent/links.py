"""The links in our messages to subscribers: signed, each for one purpose, good without signing in."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer, TimestampSigner
from django.urls import reverse
from django.utils.translation import get_language, override

from consent.vocabulary import Topic

_SALT = "consent.subscription"
_NAMED = re.compile(r"([0-9a-f]{32})((?:-[a-z_]+)*)")


class Use(StrEnum):
    """What a link is for; a link of one use is none of another."""

    CONFIRM = "confirm"
    END = "end"
    CHOICES = "choices"


@dataclass(frozen=True)
class Named:
    """What a link names: one row of the address, and the topics that it is about; none means all of the address."""

    subscription_id: UUID
    topics: tuple[Topic, ...]


def token(use: Use, subscription_id: UUID, topics: Collection[str] = ()) -> str:
    """The token of a link; it cannot be guessed and says nothing about the person."""
    signer = _dated() if use is Use.CONFIRM else Signer(salt=f"{_SALT}.{use}")
    return signer.sign("-".join([subscription_id.hex, *sorted(topics)]))


def named_by(text: str, use: Use) -> Named | None:
    """What a token names; None: not signed by us, for another use, or, for a confirmation, too old.

    A link that ends something, or leads to the choices, is good for as long as there is something to end.
    """
    try:
        found = _NAMED.fullmatch(_unsigned(text, use))
        return Named(UUID(found[1]), tuple(map(Topic, found[2].split("-")[1:]))) if found else None
    except (BadSignature, ValueError):
        return None


def named_by_url(link: str, use: Use) -> Named | None:
    """What a whole link names."""
    return named_by(link.rstrip("/").rpartition("/")[2], use)


def url(use: Use, subscription_id: UUID, topics: Collection[str] = ()) -> str:
    """The full address, built from settings.SITE_URL and never from a Host header.

    That of an end is the same in every language: mail programs post to it, and what waits is found by it.
    """
    language = settings.LANGUAGE_CODE if use is Use.END else get_language()
    with override(language):
        page = reverse(f"visitors:newsletter_{use}", kwargs={"token": token(use, subscription_id, topics)})
    return str(settings.SITE_URL) + page


def _unsigned(text: str, use: Use) -> str:
    if use is Use.CONFIRM:
        return _dated().unsign(text, max_age=timedelta(days=settings.SUBSCRIPTION_CONFIRM_DAYS))
    return Signer(salt=f"{_SALT}.{use}").unsign(text)


def _dated() -> TimestampSigner:
    return TimestampSigner(salt=f"{_SALT}.{Use.CONFIRM}")
