"""The authority to which a person may complain about us, as every answer names it (P7.3, Art. 12(4) and 77 GDPR)."""

from dataclasses import dataclass
from typing import Any

from privacy.package.statements import EVERY_AUTHORITY_URL, LEAD_AUTHORITY

__all__ = ["COMPLAINT_AUTHORITY", "EVERY_AUTHORITY_URL", "Authority"]


@dataclass(frozen=True)
class Authority:
    """A supervisory authority: its name and the page where it takes complaints."""

    name: Any
    url: str


# The controller is established in France: its authority is the one its packages name too.
COMPLAINT_AUTHORITY = Authority(LEAD_AUTHORITY.name, LEAD_AUTHORITY.complaint_url)
