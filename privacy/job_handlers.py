"""The foundation's own chores and jobs: mail, ended sessions, the audit's seal, the ledger, notice of a new policy."""

from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.db.models import Q

from privacy import (
    audit,
    audit_term,
    breach_letters,
    breaches,
    case_entries,
    disclosed_people,
    disclosure_jobs,
    disclosures,
    holds,
    ledger,
    repeats,
)
from privacy.disclosed import told_by
from privacy.holds_reapplied import end_again, hold_again, note_what_stays
from privacy.jobs.registry import chore, job_kind
from privacy.jobs.sweep import GRACE_SECONDS, work_off
from privacy.keys.registered import wrapped_in
from privacy.mail import deliver
from privacy.policy.notice import NOTICE, notice_steps
from privacy.reading import closing
from privacy.registers import telling
from privacy.retention import running
from privacy.retention.enforcers import Owner, owned
from privacy.retention.sweep import KIND, retention_steps, stopped
from privacy.stops_reapplied import lift_again, stop_again
from privacy.vocabulary import LedgerKind

for kind in (LedgerKind.RESTRICTION, LedgerKind.OBJECTION, LedgerKind.MINOR):
    ledger.register_applier(kind, stop_again)
ledger.register_applier(LedgerKind.STOP_LIFTED, lift_again)
ledger.register_applier(LedgerKind.HOLD, hold_again)
ledger.register_applier(LedgerKind.HOLD_ENDED, end_again)
ledger.register_applier(LedgerKind.ERASURE, note_what_stays)
job_kind(NOTICE)(notice_steps)
job_kind(disclosures.NAMING)(disclosure_jobs.naming_steps)
job_kind(disclosures.NOTICE)(disclosure_jobs.notice_steps)
told_by(disclosed_people.named)
wrapped_in("privacy.DisclosedPerson", disclosed_people.rewrapped, rows=Q(sealed__isnull=False))
job_kind(breaches.LETTERS)(breach_letters.letter_steps)


@chore("overdue jobs", every_seconds=0.5, keeps=("P5.1", "P5.2", "P5.3", "P5.4", "P5.6"))
def run_overdue_jobs() -> int:
    """Run, straight from PostgreSQL, what no worker took up in time; returns how many jobs were finished."""
    return work_off(grace_seconds=GRACE_SECONDS)


job_kind(KIND, on_failure=stopped)(retention_steps)
owned("privacy-keptanswer", Owner(chore="delete kept answers", dies_on_time=True))
owned("privacy-caseentry", Owner(run=case_entries.forget))
owned("privacy-auditentry", Owner(run=audit_term.let_go, grace=timedelta(days=3)))


# Somebody may be waiting for a code at this moment.
@chore("deliver mail", every_seconds=0.5, keeps=("P2.4",))
def deliver_mail() -> int:
    """Hand over what is due; returns how many messages the server took."""
    return deliver.deliver_due()


@chore("clear ended sessions", every_seconds=3600, keeps=("P2.2", "P3.1"))
def clear_sessions() -> None:
    """Delete sessions that ended."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


@chore("delete kept answers", every_seconds=3600, keeps=("P3.1",))
def purge_answers() -> int:
    """Delete what was answered to apps a day ago; returns how many."""
    return repeats.purge()


@chore("begin the nightly retention", every_seconds=60, keeps=("P1.3", "P1.4", "P3.1", "P8.1", "P11.1"))
def begin_retention() -> bool:
    """Begin the night's sweep once its hour has come; says whether it did."""
    return running.begin_tonight()


@chore("seal the audit", every_seconds=900, keeps=("P4.1", "P6.1"))
def seal_audit() -> None:
    """Sign the audit's chain as it stands, once a day; the other calls of the day change nothing."""
    audit.seal_day()


@chore("write the ledger", every_seconds=2, keeps=("P5.3", "P5.4"))
def write_ledger() -> int:
    """Write what was noted in the database and, for whatever reason, not written right after; returns how many."""
    return ledger.write_out()


@chore("look after the registers", every_seconds=3600)
def tell_of_registers() -> int:
    """Tell the officer of agreements that end and reviews that are due, each once; returns how many messages."""
    return telling.tell_due()


@chore("remind of legal holds", every_seconds=3600, keeps=("P3.1",))
def remind_of_holds() -> int:
    """Write to whoever is to look at a legal hold again; returns how many letters."""
    return holds.remind()


@chore("refresh holds on groups", every_seconds=300)
def refresh_holds() -> int:
    """Let holds on everybody of a Customer know who joined it, and the ledger every hold; returns how much came."""
    return holds.refresh_groups() + holds.keep_on_record()


@chore("tell of disclosures", every_seconds=60, keeps=("P8.2",))
def tell_of_disclosures() -> int:
    """Have people told of disclosures that the law lets them know of by now; returns of how many."""
    return disclosures.tell_due()


@chore("watch the clocks of breaches", every_seconds=300)
def watch_breaches() -> int:
    """Write to the officers before the 72 hours of a breach are over; returns how many letters."""
    return breaches.alarm_all()


@chore("close days of reading", every_seconds=3600)
def close_days_of_reading() -> int:
    """Count what staff read on days that are over, and forget days whose time is over; returns how many rows came."""
    closing.forget()
    return closing.close_days()
