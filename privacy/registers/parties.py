"""With whom we share processing, and under which agreement: asked of whichever app keeps such a register."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django_countries import countries

from privacy.policy.transfers import is_abroad, safeguard


class Standing(TextChoices):
    """How an agreement stands today."""

    IN_FORCE = "in_force", pgettext_lazy("agreement", "in force")
    ENDS_SOON = "ends_soon", gettext_lazy("ends soon")
    ENDED = "ended", gettext_lazy("has ended")
    MISSING = "missing", gettext_lazy("none on record")
    NOT_NEEDED = "not_needed", gettext_lazy("none needed")


# What somebody must see to.
ALARMING = frozenset({Standing.ENDS_SOON, Standing.ENDED, Standing.MISSING})
UNKNOWN_END = date.max
_KINDS = {
    Standing.IN_FORCE: "done",
    Standing.ENDS_SOON: "soon",
    Standing.ENDED: "late",
    Standing.MISSING: "late",
    Standing.NOT_NEEDED: "quiet",
}


@dataclass(frozen=True)
class Agreement:
    """What is on paper: `needed` where the law asks for a contract (Art. 26(1) and 28(3) GDPR)."""

    needed: bool
    signed_on: date | None = None
    ends_on: date | None = None
    reference: str = ""
    kept_at: str = ""

    def standing(self, today: date) -> Standing:
        """How it stands on a day; it ends at the end of its last day."""
        if self.signed_on is None:
            return Standing.MISSING if self.needed else Standing.NOT_NEEDED
        ends_on = self.ends_on or UNKNOWN_END
        if ends_on < today:
            return Standing.ENDED
        return Standing.ENDS_SOON if ends_on - today <= timedelta(settings.AGREEMENT_ALARM_DAYS) else Standing.IN_FORCE


@dataclass(frozen=True)
class Party:
    """A company, an authority or a Customer: what it is for us, where, what it receives (slugs of holdings).

    `key` names it for ever. `is_customer` is one whose people we look after, `charges_us` one for whom we are only the
    processor (Art. 30(2) GDPR). `safeguard` is a word of privacy.vocabulary.Safeguard, "" where it follows from the
    country. `page` is where staff keep it, for those who have `permission`.
    """

    key: str
    name: str
    role: str
    what_for: str
    country: str
    agreement: Agreement
    page: str
    permission: str
    receives: tuple[str, ...] = ()
    safeguard: str = ""
    contact: str = ""
    security: str = ""
    works_for: str = ""
    active: bool = True
    is_customer: bool = False
    charges_us: bool = False

    @property
    def country_name(self) -> str:
        """The country in the active language; empty where none is named."""
        return str(countries.name(self.country[:2]))

    @property
    def is_abroad(self) -> bool:
        """Whether what it receives leaves the Regulation's reach."""
        return is_abroad(self.country)

    @property
    def protection(self) -> str:
        """What protects data there, in the words of the policy."""
        return safeguard(self.country, self.safeguard)

    def as_json(self) -> dict[str, Any]:
        """The facts of the register as JSON values, in the active language."""
        agreement = self.agreement
        return {
            "name": self.name,
            "role": capfirst(self.role),
            "what_for": self.what_for,
            "country": self.country,
            "country_name": self.country_name,
            "outside_the_regulation": self.is_abroad,
            "safeguard": self.protection,
            "receives": list(self.receives),
            "contact": self.contact,
            "security": self.security,
            "works_for": self.works_for,
            "active": self.active,
            "agreement": {
                "needed": agreement.needed,
                "signed_on": agreement.signed_on.isoformat() if agreement.signed_on else None,
                "ends_on": agreement.ends_on.isoformat() if agreement.ends_on else None,
                "reference": agreement.reference,
                "kept_at": agreement.kept_at,
            },
        }


Source = Callable[[], Iterable[Party]]
_sources: list[Source] = []


def kept_by(source: Source) -> Source:
    """Let a function name the parties that its app keeps, in the active language; for an app's job_handlers."""
    if source not in _sources:
        _sources.append(source)
    return source


def every() -> list[Party]:
    """All of them, recipients before Customers, by name; as many queries as there are sources."""
    found = (party for source in _sources for party in source())
    return sorted(found, key=lambda party: (party.is_customer, party.name.casefold(), party.key))


def alarming(everyone: Iterable[Party], today: date) -> list[Party]:
    """Whose agreement somebody must see to: missing, ended, or soon to end; of those who receive data now."""
    return [party for party in everyone if party.active and party.agreement.standing(today) in ALARMING]


def pill(agreement: Agreement, today: date) -> tuple[str, str]:
    """How an agreement stands, in a word or two, and the kind of pill that says it."""
    standing = agreement.standing(today)
    if standing in {Standing.ENDS_SOON, Standing.ENDED} and agreement.ends_on:
        day = date_format(agreement.ends_on, "SHORT_DATE_FORMAT")
        words = _("ends on %(day)s") if standing is Standing.ENDS_SOON else _("ended on %(day)s")
        return words % {"day": day}, _KINDS[standing]
    return str(standing.label), _KINDS[standing]
