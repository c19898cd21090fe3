"""Puts on record that retention deletes what a Customer told us of a person whose enrolment ended (promise P3.1)."""

from collections.abc import Sequence

from django.db.models import Model

from accounts.models import Enrolment
from privacy import audit
from privacy.actors import SYSTEM
from privacy.audit import Fact


def note(rows: Sequence[Model]) -> None:
    """An entry in the audit for each person, in the transaction that deletes the rows."""
    going = [one for one in rows if isinstance(one, Enrolment)]
    audit.record_many(actor=SYSTEM, facts=[Fact("enrolment.forgotten", one.subject.digest, one) for one in going])
