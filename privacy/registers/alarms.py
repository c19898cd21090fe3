"""What somebody must see to in the registers: agreements that end or are missing, reviews that should have been."""

from django.utils import timezone
from django.utils.translation import gettext as _

from privacy.registers import assessments, parties


def of_agreements() -> str:
    """How many agreements are missing, have ended or end soon, in words; nothing when all is well."""
    return _to_see_to(len(parties.alarming(parties.every(), timezone.localdate())))


def of_assessments() -> str:
    """How many notes about impact should have been looked at again, in words; nothing when all is well."""
    return _to_see_to(len(assessments.overdue(timezone.localdate())))


def _to_see_to(count: int) -> str:
    return _("to see to: %(count)d") % {"count": count} if count else ""
