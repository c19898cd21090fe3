"""What tests of legal holds share: a hold opened with the service, as an officer would."""

from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from privacy import holds, ledger
from privacy.actors import Actor
from privacy.case_words import HoldReason
from privacy.data_map.subject import subject_of_user
from privacy.models import LegalHold
from tests.factories import make_staff
from tests.privacy.ledgers import forget_after

MESSAGES = "visitors-contactmessage"
ALL_OF_IT = "DELETE FROM privacy_caseentry; DELETE FROM privacy_helddigest; DELETE FROM privacy_legalhold"


def officer() -> Actor:
    """A new member of staff."""
    return Actor.staff(make_staff().pk)


def hold(user: User | None = None, *slugs: str, **more: Any) -> LegalHold:
    """Hold the data of a person, or of a group or everybody; their messages, unless something else is named."""
    actor, reviewer = more.pop("actor", None) or officer(), officer()
    whom = more.pop("whom", None) or holds.Whom(subject_of_user(user.pk) if user else None)
    why = holds.Why(
        more.pop("reason", HoldReason.CLAIM_AGAINST_US), "A claim of 2 March.", more.pop("power", ""), **more
    )
    next_on = timezone.localdate() + timedelta(days=90)
    reviewed = {"reviewer_id": reviewer.user_id, "review_on": next_on}
    return holds.open_hold(actor=actor, whom=whom, slugs=slugs, why=why, **reviewed)  # type: ignore[arg-type]


def lost(statement: str = ALL_OF_IT, known: int = 0) -> None:
    """Let the database be the old backup, which knows so many entries of the ledger; the ledger has them all."""
    ledger.write_out()
    forget_after(known)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
