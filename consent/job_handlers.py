"""What the scheduler tidies among subscriptions, how an ended one ends again, and what the policy learns from here."""

from datetime import timedelta

from django.conf import settings

from consent import catalogue, proof, services, trackers
from consent.mailings import copies, sending
from consent.mailings.job import steps
from consent.policy_audience import subscribers
from privacy import ledger
from privacy.jobs.registry import chore, job_kind
from privacy.policy.register import register
from privacy.retention.enforcers import Owner, owned
from privacy.vocabulary import LedgerKind

trackers.declare(register)
register.add_fact("consent_days", lambda: settings.CONSENT_DAYS)
register.add_foreign_trackers(catalogue.foreign_trackers)
register.add_audience("subscribers", subscribers, every_version=True)


def _end_again(found: ledger.FoundAgain) -> int:
    return services.end_again(found.entry.digests, found.entry.scope.split("."))


ledger.register_applier(LedgerKind.WITHDRAWAL, _end_again)
job_kind(sending.KIND)(steps)
# Choices go by whole days once their seal is; of a message that was sent, its figures are written down first.
owned("consent-consentevent", Owner(run=proof.forget_old, grace=timedelta(days=3)))
owned("consent-mailingcopy", Owner(chore="forget copies"))


@chore("seal choices", every_seconds=3600, keeps=("P11.1", "P11.3"))
def seal_choices() -> int:
    """Seal the days that are over; the sweep of retention lets go of the oldest ones."""
    return proof.seal_days()


@chore("forget subscriptions", every_seconds=3600, keeps=("P3.1",))
def forget_subscriptions() -> int:
    """Delete what was not confirmed in time; returns how many rows."""
    return services.forget_unconfirmed()


@chore("end subscriptions of addresses that do not exist", every_seconds=60, keeps=("P2.4",))
def end_bounced() -> int:
    """End what was promised to an address from which a message came back for good; returns how many."""
    return copies.end_bounced()


@chore("forget copies", every_seconds=3600, keeps=("P3.1",))
def forget_copies() -> int:
    """Delete the rows about single readers of messages that were sent a while ago; returns how many."""
    return copies.forget()
