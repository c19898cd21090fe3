"""From the word to the deed: an import is confirmed, all of it is enrolled in one transaction, then people are told."""

from collections.abc import Sequence
from uuid import UUID

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Subquery

from accounts.administering import administrator_actor, refuse_others
from accounts.imports import errors, judging
from accounts.imports.staging import counts, end, refuse_all_but_administrators, write_counts
from accounts.imports.vocabulary import KIND, ImportState, Verdict
from accounts.inviting import invite_many
from accounts.models import Customer, Enrolment, EnrolmentImport, ImportRow
from privacy import audit, clock
from privacy.actors import SYSTEM, Actor
from privacy.audit import Fact
from privacy.jobs import engine
from privacy.models import Job, JobState

INSERT = f"""
INSERT INTO accounts_enrolment (id, customer_id, user_id, nickname, work_email, attributes, enrolled_at)
SELECT line.enrolment, %(customer)s, signs_in.user_id, line.nickname, line.work_email, line.facts, now()
FROM accounts_importrow line
    LEFT JOIN account_emailaddress signs_in ON signs_in.email = line.work_email AND signs_in.verified
WHERE line.source_id = %(source)s AND line.verdict = '{Verdict.NEW}'"""
UPDATE = f"""
UPDATE accounts_enrolment target SET nickname = line.nickname, attributes = {judging.FACTS_AFTER}
FROM accounts_importrow line JOIN accounts_enrolment known ON known.id = line.enrolment
WHERE target.id = known.id AND line.source_id = %(source)s AND line.verdict = '{Verdict.CHANGED}'
    AND target.ended_at IS NULL"""


@transaction.atomic
def confirm(*, actor: Actor, import_id: UUID, customer_id: int, leave_refused: bool = False) -> EnrolmentImport:
    """Say yes to what was shown: a job enrols the rows that are taken, all of them or none (promise P1.3).

    Of two who say so at once, or twice, the second is told NothingWaits. Raises PermissionDenied,
    EnrolmentImport.DoesNotExist (for another Customer's too), NobodyToEnrol, and RowsLeftOut where some rows are not
    taken and nobody said that they may be left out.
    """
    refuse_all_but_administrators(actor, customer_id)
    # The job is locked before what it is about, as everywhere.
    engine.enqueue(kind=KIND, about=import_id)
    found = EnrolmentImport.objects.select_for_update().get(pk=import_id, customer_id=customer_id)
    if found.state != ImportState.CHECKED:
        raise errors.NothingWaits
    if not found.new and not found.changed:
        raise errors.NobodyToEnrol
    if found.refused and not leave_refused:
        raise errors.RowsLeftOut
    found.state, found.moved = ImportState.QUEUED, False
    found.made_by_id, found.confirmed_at = actor.user_id, clock.now()
    found.save(update_fields=["state", "moved", "made_by", "confirmed_at"])
    audit.record(event="import.confirmed", actor=actor, about=found, data=counts(found))
    return found


def enrol_all(import_id: UUID) -> bool:
    """Enrol and change whom the import names, in the caller's one transaction; False where nothing was done.

    Looked at anew for all rows at once. Where a row would not become what was agreed to (somebody asked to be
    erased, a colleague enrolled some of them), the import waits for another word. Holds the Customer, so that of two
    imports the second sees what the first did, and of an import and a single enrolment too.
    """
    found = EnrolmentImport.objects.select_for_update().get(pk=import_id)
    customer = Customer.objects.select_for_update(no_key=True).get(pk=found.customer_id)
    actor = actor_of(found)
    if actor is None:
        # Nobody who could act for the Customer stands behind it any more.
        end(found, ImportState.DISCARDED)
        audit.record(event="import.discarded", actor=SYSTEM, about=found)
        return False
    # What stands on the rows is what was shown: only judging writes it.
    before = judging.agreed_to(found)
    write_counts(found, judging.judge(found))
    if judging.agreed_to(found) != before:
        found.state, found.moved = ImportState.CHECKED, True
        found.save(update_fields=["state", "moved"])
        return False
    replaced = _end_replaced(found, customer)
    with connection.cursor() as cursor:
        cursor.execute(INSERT, judging.names(found))
        cursor.execute(UPDATE, judging.names(found))
    ImportRow.objects.filter(source=found, verdict=Verdict.UNCHANGED).delete()
    found.state = ImportState.ENROLLED
    found.save(update_fields=["state"])
    done = Fact("import.enrolled", about=found, data=counts(found))
    audit.record_many(actor=actor, facts=[*replaced, done])
    return True


def tell(import_id: UUID, limit: int) -> int:
    """Tell the next ones who were enrolled, and put each person's change on record; how many rows that were.

    In the caller's transaction, with which their rows go, so that nobody is told twice and nobody left out.
    """
    found = EnrolmentImport.objects.select_related("customer").get(pk=import_id)
    lines = ImportRow.objects.filter(source=found, verdict__in=(Verdict.NEW, Verdict.CHANGED)).order_by("line")
    batch = list(lines.values_list("pk", "enrolment", "verdict", "changes")[:limit])
    keys = {key: (verdict, changes) for _pk, key, verdict, changes in batch}
    _give_to_whoever_signs_in(list(keys))
    # Whoever was erased meanwhile is not there any more.
    people = list(Enrolment.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    invite_many(found.customer, [one for one in people if keys[one.pk][0] == Verdict.NEW and one.invited_at is None])
    facts = [
        Fact("enrolment.made", one.subject.digest, one)
        if keys[one.pk][0] == Verdict.NEW
        else Fact("enrolment.changed", one.subject.digest, one, dict.fromkeys(keys[one.pk][1], True))
        for one in people
    ]
    ImportRow.objects.filter(pk__in=[pk for pk, *_rest in batch]).delete()
    EnrolmentImport.objects.filter(pk=import_id).update(told=F("told") + len(batch))
    audit.record_many(actor=actor_of(found) or SYSTEM, facts=facts)
    return len(batch)


def finish(import_id: UUID) -> None:
    """Put down that everybody is told, in the caller's transaction; what was refused stays for a correction."""
    found = EnrolmentImport.objects.select_for_update().get(pk=import_id)
    end(found, ImportState.DONE)
    audit.record(event="import.done", actor=SYSTEM, about=found, data={"told": found.told})


def actor_of(found: EnrolmentImport) -> Actor | None:
    """Whoever confirmed the import, acting for the Customer; None once they no longer do."""
    if found.made_by_id is None:
        return None
    actor = administrator_actor(found.made_by_id, found.customer)
    try:
        refuse_others(actor, found.customer_id)
    except PermissionDenied:
        return None
    return actor


def is_stuck(import_id: UUID) -> bool:
    """Whether an error stopped the import, so that it waits for our staff."""
    return Job.objects.filter(kind=KIND, about=import_id, state=JobState.NEEDS_STAFF).exists()


def _end_replaced(found: EnrolmentImport, customer: Customer) -> Sequence[Fact]:
    """Delete the ended enrolments of those who are enrolled anew: a mailbox may have another reader by now."""
    new = ImportRow.objects.filter(source=found, verdict=Verdict.NEW)
    ended = Enrolment.objects.filter(customer=customer, ended_at__isnull=False, work_email__in=new.values("work_email"))
    people = list(ended.select_for_update().order_by("pk"))
    ended.delete()
    return [Fact("enrolment.replaced", one.subject.digest, one) for one in people]


def _give_to_whoever_signs_in(keys: Sequence[UUID]) -> None:
    """Who confirmed the address while the rows were being written has them from now on, as after every enrolment."""
    account = EmailAddress.objects.filter(email=OuterRef("work_email"), verified=True)
    theirs = Enrolment.objects.filter(Exists(account), pk__in=keys, user__isnull=True)
    theirs.update(user_id=Subquery(account.values("user_id")[:1]))
