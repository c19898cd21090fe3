"""Publishes versions for tests."""

from collections.abc import Mapping
from datetime import date

from privacy.actors import SYSTEM
from privacy.models import PolicyVersion
from privacy.policy.clauses import LANGUAGES
from privacy.policy.publishing import Publication, publish


def published(
    changed: Mapping[str, str] | str = "", *, material: bool = True, effective_on: date | None = None
) -> PolicyVersion:
    """A version as code and registers have it now; one word is said in every language."""
    told = dict.fromkeys(LANGUAGES, changed) if isinstance(changed, str) else changed
    return publish(actor=SYSTEM, publication=Publication(material, told, effective_on))
