"""The authority to which a person may complain about us, as every answer names it (P7.3, Art. 12(4) and 77 GDPR)."""

from typing import Any

from privacy.package import statements
from privacy.package.statements import EVERY_AUTHORITY_URL, LEAD_AUTHORITY
from rights_requests import regimes
from rights_requests.regimes import Authority

__all__ = ["COMPLAINT_AUTHORITY", "EVERY_AUTHORITY_URL", "Authority", "authority_for", "complaint", "in_a_package"]

# The controller is established in France: its authority is the one its packages name too.
COMPLAINT_AUTHORITY = Authority(LEAD_AUTHORITY.name, LEAD_AUTHORITY.complaint_url)


def authority_for(place: str | None) -> Authority:
    """The authority of the place a person lives in ("DE", "US-CA"); ours where that place has none that we know.

    Ours takes complaints about us from anyone, so an answer may always name COMPLAINT_AUTHORITY beside this one.
    """
    regime = regimes.regime_for(place)
    return regime.authority if regime is not None and regime.authority is not None else COMPLAINT_AUTHORITY


def complaint(place: str | None) -> dict[str, Any]:
    """What pages and letters say of complaints: `authority`, ours beside it if that is another, and where to look.

    `authorities_url` is empty when the person has told us where they live.
    """
    own = authority_for(place)
    return {
        "authority": own,
        "our_authority": None if own == COMPLAINT_AUTHORITY else COMPLAINT_AUTHORITY,
        "authorities_url": "" if place else EVERY_AUTHORITY_URL,
    }


def in_a_package(place: str | None) -> statements.Authority:
    """The same authority as a package names it."""
    own = authority_for(place)
    if own == COMPLAINT_AUTHORITY:
        return LEAD_AUTHORITY
    return statements.Authority(own.name, str(place), own.url)
