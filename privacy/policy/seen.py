"""Writes down which version of the policy a person was shown, and on which occasion."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import get_language

from privacy import audit
from privacy.actors import Actor
from privacy.data_map.subject import Subject
from privacy.mail.language import spoken
from privacy.models import PolicySeen
from privacy.policy import versions
from privacy.vocabulary import PolicySeenHow


def language_of(user_id: UUID) -> str:
    """The language in which the person of an account last saw the policy; empty when nobody knows.

    It is theirs, where that of a page may be somebody else's.
    """
    read_in = PolicySeen.objects.filter(user_id=user_id).order_by("-version_id").values_list("language", flat=True)
    return read_in.first() or ""


@transaction.atomic
def record(*, actor: Actor, user_id: UUID, how: PolicySeenHow, number: int | None = None) -> PolicySeen | None:
    """That the person of an account was shown a version, or the one in force; None when nothing is published.

    Idempotent: the first time counts. Leaves an audit entry when something is new. Raises PermissionDenied for anyone
    but the person.
    """
    if actor.user_id != user_id:
        raise PermissionDenied
    published = versions.every()
    named = next((one for one in published if one.pk == number), None)
    version = named if number is not None else versions.in_force(published)
    if version is None:
        return None
    language = spoken(get_language())
    seen, created = PolicySeen.objects.get_or_create(
        user_id=user_id, version=version, defaults={"how": how, "language": language}
    )
    if created:
        digest = Subject(user_id=user_id).digest
        audit.record(event="policy.seen", actor=actor, subject_digest=digest, about=version, data={"how": how})
    return seen
