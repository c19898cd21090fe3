"""The foundation's own chores and jobs: mail, ended sessions, the audit's seal, the ledger, notice of a new policy."""

from datetime import timedelta
from importlib import import_module

from django.conf import settings

from privacy import audit, audit_term, ledger, repeats
from privacy.jobs.registry import chore, job_kind
from privacy.mail import deliver
from privacy.policy.notice import NOTICE, notice_steps
from privacy.retention import running
from privacy.retention.enforcers import Owner, owned
from privacy.retention.sweep import KIND, retention_steps, stopped
from privacy.stops_reapplied import lift_again, stop_again
from privacy.vocabulary import LedgerKind

for kind in (LedgerKind.RESTRICTION, LedgerKind.OBJECTION, LedgerKind.MINOR):
    ledger.register_applier(kind, stop_again)
ledger.register_applier(LedgerKind.STOP_LIFTED, lift_again)
job_kind(NOTICE)(notice_steps)
job_kind(KIND, on_failure=stopped)(retention_steps)
owned("privacy-keptanswer", Owner(chore="delete kept answers"))
owned("privacy-auditentry", Owner(run=audit_term.let_go, grace=timedelta(days=3)))


# Somebody may be waiting for a code at this moment.
@chore("deliver mail", every_seconds=0.5)
def deliver_mail() -> int:
    """Hand over what is due; returns how many messages the server took."""
    return deliver.deliver_due()


@chore("clear ended sessions", every_seconds=3600)
def clear_sessions() -> None:
    """Delete sessions that ended."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


@chore("delete kept answers", every_seconds=3600)
def purge_answers() -> int:
    """Delete what was answered to apps a day ago; returns how many."""
    return repeats.purge()


@chore("begin the nightly retention", every_seconds=60)
def begin_retention() -> bool:
    """Begin the night's sweep once its hour has come; says whether it did."""
    return running.begin_tonight()


@chore("seal the audit", every_seconds=900)
def seal_audit() -> None:
    """Sign the audit's chain as it stands, once a day; the other calls of the day change nothing."""
    audit.seal_day()


@chore("write the ledger", every_seconds=2)
def write_ledger() -> int:
    """Write what was noted in the database and, for whatever reason, not written right after; returns how many."""
    return ledger.write_out()
