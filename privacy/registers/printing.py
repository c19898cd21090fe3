"""The registers of this floor, put into the rows of a spreadsheet and the values of a document."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from privacy.data_map.registry import registry
from privacy.package.contents import described
from privacy.registers import parties
from privacy.registers.exporting import Printed
from privacy.registers.parties import Party
from privacy.registers.record import record, storage

BETWEEN = "; "


def printed_record() -> Printed:
    """The record of processing: a row for each kind of data in each processing."""
    content = record()
    columns = (
        _("Processing"), _("What"), _("Whose data"), _("Kinds of data"), _("Legal basis"), _("Where we have it from"),
        _("How long"), _("Who of us sees it"), _("Recipients"), _("Countries outside the Regulation, and safeguard"),
        _("For which controllers"), _("Assessment of the impact"),
    )  # fmt: skip
    rows = [row for entry in content["processings"] for row in _of_processing(entry)]
    return Printed("record", content, columns, rows)


def printed_parties() -> Printed:
    """Everybody with whom there is, or should be, an agreement."""
    everyone, today = parties.every(), timezone.localdate()
    columns = (
        _("Name"), _("Role"), _("What for"), _("What it receives"), _("Country"), _("Safeguard"), _("Works for"),
        _("Contact"), _("Security"), _("Receives data now"), _("Signed on"), _("Ends on"), _("Number"),
        _("Where it is kept"), _("Agreement"),
    )  # fmt: skip
    known = titles()
    content = {"parties": [party.as_json() for party in everyone]}
    return Printed("agreements", content, columns, [_of_party(party, known, today) for party in everyone])


def printed_transfers() -> Printed:
    """Whatever leaves the Regulation's reach, and where we store data ourselves."""
    known = titles()
    columns = (_("Place or recipient"), _("What"), _("Country"), _("Safeguard"), _("Outside the Regulation"))
    content = {"places": storage(), "recipients": [party.as_json() for party in abroad()]}
    ours = [(one["name"], one["about"], one["country_name"], one["safeguard"], "") for one in content["places"]]
    theirs = [
        (party.name, _listed(known.get(slug, slug) for slug in party.receives), party.country_name, party.protection,
         _("yes"))
        for party in abroad()
    ]  # fmt: skip
    return Printed("transfers", content, columns, [*ours, *theirs])


def abroad() -> list[Party]:
    """Who receives personal data now in a country where the Regulation does not apply, by name."""
    return [party for party in parties.every() if party.active and party.receives and party.is_abroad]


def placeless() -> list[Party]:
    """Who receives personal data now in a country that nobody has written down yet."""
    return [party for party in parties.every() if party.active and party.receives and not party.country]


def titles() -> dict[str, str]:
    """What we hold, by slug, in the active language."""
    return {holding.slug(): described(holding).title for holding in registry.holdings.values()}


def _of_processing(entry: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    abroad = [one for one in entry["recipients"] if one["outside_the_regulation"]]
    note = entry["assessment"]
    shared = (
        _listed(one["name"] for one in entry["recipients"]),
        _listed(f"{one['name']} ({one['country_name']}): {one['safeguard']}" for one in abroad),
        _listed(one["name"] for one in entry["controllers"]),
        note["outcome_text"] if note else "",
    )
    for line in entry["data"]:
        yield (
            entry["title"], line["title"], line["people"], _listed(line["categories"]), line["basis"], line["source"],
            line["retention"], _listed(line["seen_by"]), *shared,
        )  # fmt: skip


def _of_party(party: Party, known: Mapping[str, str], today: date) -> tuple[str, ...]:
    said, agreement = party.as_json(), party.agreement
    receives = _listed(known.get(slug, slug) for slug in party.receives)
    return (
        *(said[name] for name in ("name", "role", "what_for")), receives,
        *(said[name] for name in ("country_name", "safeguard", "works_for", "contact", "security")),
        _("yes") if party.active else _("no"), said["agreement"]["signed_on"] or "", said["agreement"]["ends_on"] or "",
        agreement.reference, agreement.kept_at, str(agreement.standing(today).label),
    )  # fmt: skip


def _listed(words: Any) -> str:
    return BETWEEN.join(words)
