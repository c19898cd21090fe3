"""The published versions, read: the one in force, one by its number, all of them, and what each says in a language."""

from uuid import UUID

from django.utils import timezone

from privacy.models import PolicySeen, PolicyText, PolicyVersion

# The first version changes nothing that anybody could have seen before.
FIRST = 1
UNSEEN = f"""
    SELECT * FROM {PolicyVersion._meta.db_table} AS version
    WHERE material AND number > %s AND NOT EXISTS (
        SELECT FROM {PolicySeen._meta.db_table} AS seen WHERE seen.user_id = %s AND seen.version_id >= version.number
    )
    ORDER BY number DESC LIMIT 1
"""


def newest() -> PolicyVersion | None:
    """The newest version, whether it is in force yet or not."""
    return PolicyVersion.objects.first()


def every() -> list[PolicyVersion]:
    """All versions, newest first."""
    return list(PolicyVersion.objects.all())


def in_force(versions: list[PolicyVersion]) -> PolicyVersion | None:
    """Of these, newest first, the one in force today; the oldest when none is yet, None when there are none."""
    today = timezone.localdate()
    begun = [version for version in versions if version.effective_on <= today]
    return begun[0] if begun else (versions[-1] if versions else None)


def text_of(number: int, language: str) -> PolicyText | None:
    """What a version says in a language, with the version; None when there is no such version or language."""
    return PolicyText.objects.select_related("version").filter(version=number, language=language).first()


def texts_of(numbers: tuple[int, int], language: str) -> dict[int, PolicyText]:
    """The same for two versions at once, by number."""
    found = PolicyText.objects.select_related("version").filter(version__in=numbers, language=language)
    return {text.version_id: text for text in found}


def changes(language: str) -> list[PolicyText]:
    """What changed and why with each version, newest first, without the texts themselves."""
    told = PolicyText.objects.select_related("version").filter(language=language).order_by("-version_id")
    return list(told.defer("clauses", "tables"))


def unseen_change(user_id: UUID) -> PolicyVersion | None:
    """The newest material change that this person has seen neither itself nor in a later version; one query.

    Each page asks for each person who is signed in, so the question is in plain words: Django would take five times as
    long to put it together as PostgreSQL takes to answer.
    """
    return next(iter(PolicyVersion.objects.raw(UNSEEN, [FIRST, user_id])), None)
