"""What protects data in the country of a company that receives it (Art. 44 to 46 GDPR)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
    named = Safeguard(given) if given else Safeguard.ADEQUACY if country in ADEQUATE else Safeguard.STANDARD_CLAUSES
    if named is Safeguard.ADEQUACY and country in ADEQUATE:
        return _("The European Commission has found that the country protects data as the Union does (Art. 45).")
    return str(_SAID[named])


_SAID = {
    # Where the country as a whole is not found to.
    Safeguard.ADEQUACY: gettext_lazy(
        "The European Commission has found that companies like this one protect data as the Union does (Art. 45)."
    ),
    Safeguard.STANDARD_CLAUSES: gettext_lazy(
        "Standard contractual clauses of the European Commission (Art. 46). You can ask us for a copy."
    ),
    Safeguard.BINDING_RULES: gettext_lazy(
        "Rules of the company that bind it everywhere and that an authority approved (Art. 47)."
    ),
    Safeguard.CODE: gettext_lazy("An approved code of conduct or certification (Art. 46)."),
    Safeguard.DEROGATION: gettext_lazy(
        "The law itself allows it in this case (Art. 49). You can ask us which case it is."
    ),
}
