"""A Customer looks at what it told us of a person; that it did is on record, and the person sees it (P0.3)."""

from uuid import UUID

from django.db import transaction

from accounts.administering import refuse_others
from accounts.models import Customer
from accounts.portal.selectors import Person, person_of
from privacy import audit
from privacy.actors import Actor


@transaction.atomic
def look_at(*, actor: Actor, customer: Customer, enrolment_id: UUID) -> Person:
    """One person of the Customer, put on record before anything is shown. Not idempotent: each look is one.

    Raises PermissionDenied for whoever acts for another Customer, Enrolment.DoesNotExist for anybody else's.
    """
    refuse_others(actor, customer.pk)
    shown = person_of(customer, enrolment_id)
    digest = shown.enrolment.subject.digest
    audit.record(event="enrolment.viewed", actor=actor, subject_digest=digest, about=shown.enrolment)
    return shown
