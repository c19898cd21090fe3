"""What the scheduler tidies among the subscriptions, and how one that ended ends again after an old backup."""

from consent import services
from privacy import ledger
from privacy.jobs.registry import chore
from privacy.vocabulary import LedgerKind


def _end_again(found: ledger.FoundAgain) -> int:
    return services.end_again(found.entry.digests, found.entry.scope.split("."))


ledger.register_applier(LedgerKind.WITHDRAWAL, _end_again)


@chore("forget subscriptions", every_seconds=3600)
def forget_subscriptions() -> int:
    """Delete what was not confirmed in time, and what ended long ago; returns how many rows."""
    return services.forget_unconfirmed() + services.forget_ended()
