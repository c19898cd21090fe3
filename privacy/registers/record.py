"""The record of processing (Art. 30 GDPR), made from the data map: one entry for each purpose, one for Customers."""

import hashlib
from collections.abc import Iterable, Mapping
from email.utils import parseaddr
from itertools import chain
from typing import Any

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_countries import countries

from privacy.data_map.declarations import Holding
from privacy.data_map.registry import Registry, registry
from privacy.mail.address import contact_address
from privacy.mail.language import spoken
from privacy.models import ImpactAssessment
from privacy.package import signing
from privacy.package.contents import described
from privacy.package.statements import CONTROLLER_NAME, LEAD_AUTHORITY
from privacy.policy.content import paragraphs
from privacy.policy.tables import places
from privacy.policy.transfers import safeguard
from privacy.registers import assessments, parties
from privacy.registers.parties import Party
from privacy.vocabulary import FOR_CUSTOMERS, PROCESSINGS, Purpose


def record(*, declared: Registry = registry) -> dict[str, Any]:
    """The whole record as JSON values, in the active language and without a date: what says the same has one hash."""
    everyone = [party for party in parties.every() if party.active]
    notes = assessments.newest()
    entries = [_of_purpose(purpose, declared, everyone, notes) for purpose in Purpose]
    return {
        "controller": controller(),
        "processings": [*entries, _for_customers(declared, everyone, notes)],
        "places": storage(declared),
        "security": paragraphs("security", spoken(get_language())),
    }


def hash_of(content: Any) -> str:
    """SHA-256 over the canonical JSON of what a register says."""
    return hashlib.sha256(signing.canonical(content)).hexdigest()


def controller() -> dict[str, str]:
    """Who we are and who answers for data protection (Art. 30(1)(a)), as policy and settings have it."""
    name, address = parseaddr(settings.DATA_PROTECTION_OFFICER)
    return {
        "name": CONTROLLER_NAME,
        "contact": contact_address(),
        "site": settings.SITE_URL,
        "officer": name,
        "officer_contact": address,
        "authority": str(LEAD_AUTHORITY.name),
    }


def storage(declared: Registry = registry) -> list[dict[str, str]]:
    """Where we store data ourselves, with the country and what protects it there (promise P3.2)."""
    country = settings.STORAGE_COUNTRY
    where = {"country": country, "country_name": str(countries.name(country)), "safeguard": safeguard(country)}
    return [{"key": row.key, "name": row.cells[0], "about": row.cells[-1], **where} for row in places(declared)]


def _of_purpose(
    purpose: Purpose, declared: Registry, everyone: Iterable[Party], notes: Mapping[str, ImpactAssessment]
) -> dict[str, Any]:
    held = [holding for holding in declared.holdings.values() if purpose in holding.purposes]
    return _entry(purpose.value, held, everyone, notes)


def _for_customers(
    declared: Registry, everyone: Iterable[Party], notes: Mapping[str, ImpactAssessment]
) -> dict[str, Any]:
    """What we do for those who decide themselves (Art. 30(2)): every holding that can have another controller."""
    held = [holding for holding in declared.holdings.values() if holding.controller_name]
    return _entry(FOR_CUSTOMERS, held, everyone, notes)


def _entry(
    code: str, held: list[type[Holding]], everyone: Iterable[Party], notes: Mapping[str, ImpactAssessment]
) -> dict[str, Any]:
    lines = [_line(holding) for holding in held]
    slugs = {line["slug"] for line in lines}
    receiving = [party for party in everyone if slugs & set(party.receives)]
    return {
        "code": code,
        "title": capfirst(str(dict(PROCESSINGS)[code])),
        "people": _once(line["people"] for line in lines),
        "categories": _once(chain.from_iterable(line["categories"] for line in lines)),
        "bases": _once(line["basis"] for line in lines),
        "data": lines,
        "seen_by": _once(chain.from_iterable(line["seen_by"] for line in lines)),
        "recipients": [_recipient(party) for party in receiving],
        "controllers": [_controller(party) for party in everyone if code == FOR_CUSTOMERS and party.charges_us],
        "assessment": assessments.as_json(notes[code]) if code in notes else None,
    }


def _line(holding: type[Holding]) -> dict[str, Any]:
    """One holding, in the words that the person reads in their copy and in the policy."""
    said = described(holding)
    return {
        "slug": said.slug,
        "title": said.title,
        "people": capfirst(str(holding.retain.profile.label)),
        "categories": [one["text"] for one in said.categories] or [_("codes and numbers of our own software")],
        "basis": capfirst(said.basis["text"]),
        "source": capfirst(said.source),
        "retention": capfirst(said.retention["text"]),
        "seen_by": said.recipients,
    }


def _recipient(party: Party) -> dict[str, Any]:
    said = party.as_json()
    names = ("name", "role", "what_for", "country", "country_name", "outside_the_regulation", "safeguard", "works_for")
    return {name: said[name] for name in names}


def _controller(party: Party) -> dict[str, Any]:
    """A Customer for whom we are the processor: name and contact of the controller, and since when."""
    said = party.as_json()
    return {**{name: said[name] for name in ("name", "contact", "country", "country_name")}, **said["agreement"]}


def _once(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))
