"""Says in the log that somebody failed to sign in, so that attempts on many accounts can be seen (ASVS 16.3.1)."""

import logging

from accounts import whereabouts
from privacy.digests import keyed_digest

logger = logging.getLogger(__name__)
# So much of a digest tells accounts apart; none of it tells which address it is of.
SHOWN = 16


def note(*, email: str, what: str, address: str = "") -> None:
    """One line: what was wrong, of which account by its keyed digest, from which shortened network. Never raises.

    Nothing is stored: whoever fails may be somebody else than the person, so it is no part of what we hold about them.
    """
    network = whereabouts.place_of(address).network or "unknown"
    logger.warning(
        "Sign-in failed: wrong %s, account %s, network %s", what, keyed_digest("email", email)[:SHOWN], network
    )
