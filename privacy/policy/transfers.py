"""What protects data in the country of a company that receives it (Art. 44 to 46 GDPR)."""

from django.utils.translation import gettext as _

# Where the Regulation itself applies: the European Union, Iceland, Liechtenstein and Norway.
REGULATION = frozenset(
    (
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT"),
        *("LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
    )
)
# Countries that the European Commission found to protect data as the Union does (Art. 45), for every company there.
ADEQUATE = frozenset(("AD", "AR", "CH", "FO", "GB", "GG", "IL", "IM", "JE", "JP", "KR", "NZ", "UY"))


def safeguard(country: str) -> str:
    """What protects data that goes to this country, in the active language."""
    if not country:
        return _("The same duties by contract (Art. 28); ask us for the country.")
    if country in REGULATION:
        return _("The Regulation itself applies there.")
    if country in ADEQUATE:
        return _("The European Commission has found that the country protects data as the Union does (Art. 45).")
    return _("Standard contractual clauses of the European Commission (Art. 46). You can ask us for a copy.")
