"""The authority to which a person may complain about us (promise P7.3, Art. 12(4) and 77 GDPR)."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Authority:
    """A supervisory authority: its name and the page where it takes complaints."""

    name: Any
    url: str


# The controller is established in France, so its authority is the CNIL whatever the person's own place.
COMPLAINT_AUTHORITY = Authority(
    _("Commission nationale de l’informatique et des libertés (CNIL), the French data protection authority"),
    "https://www.cnil.fr/fr/adresser-une-plainte",
)
EVERY_AUTHORITY_URL = "https://www.edpb.europa.eu/about-edpb/about-edpb/members_en"
