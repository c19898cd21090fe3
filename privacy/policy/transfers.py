"""What protects data in the country of a company that receives it (Art. 44 to 46 GDPR)."""

from django.utils.translation import gettext as _

from privacy.vocabulary import Safeguard

# Where the Regulation itself applies: the European Union, Iceland, Liechtenstein and Norway.
REGULATION = frozenset(
    (
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT"),
        *("LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
    )
)
# Countries that the European Commission found to protect data as the Union does (Art. 45), for every company there.
ADEQUATE = frozenset(("AD", "AR", "CH", "FO", "GB", "GG", "IL", "IM", "JE", "JP", "KR", "NZ", "UY"))


# Where such a finding covers the companies that submit to it, and no others.
ADEQUATE_IN_PART = frozenset(("CA", "US"))


def is_abroad(country: str) -> bool:
    """Whether data that goes to this country leaves the Regulation's reach; an unnamed country is none."""
    return bool(country) and country[:2] not in REGULATION


def safeguard(country: str, given: str = "") -> str:
    """What protects data that goes to this country, in the active language; `given` is a Safeguard, if one is named."""
    country = country[:2]
    if not country:
        return _("The same duties by contract (Art. 28); ask us for the country.")
    if country in REGULATION:
        return _("The Regulation itself applies there.")
    return _SAID[Safeguard(given)](country) if given else _of_country(country)


def _of_country(country: str) -> str:
    return _adequacy(country) if country in ADEQUATE else _clauses(country)


def _adequacy(country: str) -> str:
    if country in ADEQUATE:
        return _("The European Commission has found that the country protects data as the Union does (Art. 45).")
    return _("The European Commission has found that companies like this one protect data as the Union does (Art. 45).")


def _clauses(_country: str) -> str:
    return _("Standard contractual clauses of the European Commission (Art. 46). You can ask us for a copy.")


def _binding_rules(_country: str) -> str:
    return _("Rules of the company that bind it everywhere and that an authority approved (Art. 47).")


def _code(_country: str) -> str:
    return _("An approved code of conduct or certification (Art. 46).")


def _derogation(_country: str) -> str:
    return _("The law itself allows it in this case (Art. 49). You can ask us which case it is.")


_SAID = {
    Safeguard.ADEQUACY: _adequacy,
    Safeguard.STANDARD_CLAUSES: _clauses,
    Safeguard.BINDING_RULES: _binding_rules,
    Safeguard.CODE: _code,
    Safeguard.DEROGATION: _derogation,
}
