"""Whom to tell of a new version of the policy besides account holders: those who asked for it and confirmed."""

from collections.abc import Sequence
from uuid import UUID

from consent.selectors import readers
from consent.vocabulary import Topic
from privacy.data_map.subject import Subject
from privacy.policy.register import Addressee


def subscribers(after: str, limit: int) -> Sequence[Addressee]:
    """The next ones in the order of their subscriptions; each with the link that ends it."""
    found = readers(Topic.POLICY_CHANGES, after=UUID(after) if after else None, limit=limit)
    people = ((one, Subject(emails=frozenset({one.address}))) for one in found)
    return [Addressee(str(one.key), one.address, who, one.language, one.unsubscribe_url) for one, who in people]
