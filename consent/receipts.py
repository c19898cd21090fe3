"""Receipts of choices: what ISO/IEC TS 27560 asks of a consent record, in words of the Data Privacy Vocabulary.

Made of the frozen notice and the row of proof, never of what the catalogue says today.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import timezone

from consent.models import ConsentEvent
from consent.vocabulary import ChoiceState, Method, PartyKind
from privacy.data_map.subject import Subject
from privacy.package import signing

CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "loc": "https://w3id.org/dpv/loc#",
}
SCHEMA = "https://w3id.org/dpv/schema/dpv-27560"
PARTY_KINDS = {
    PartyKind.OURSELVES: "dpv:DataController",
    PartyKind.CONTROLLER: "dpv:DataController",
    PartyKind.PROCESSOR: "dpv:DataProcessor",
    PartyKind.RECIPIENT: "dpv:Recipient",
}


def token_of(number: UUID) -> str:
    """What the address of the receipt ends with: whoever has it may read the receipt, and nobody can guess it."""
    return _signer().sign(number.hex)


def address_of(number: UUID) -> str:
    """Where the receipt of this choice can be read, in the active language."""
    return reverse("consent:receipt", args=[token_of(number)])


def find(token: str) -> ConsentEvent | None:
    """The choice that an address names; None when we did not sign it, or its proof is no longer kept."""
    try:
        key = UUID(_signer().unsign(token))
    except (BadSignature, ValueError):
        return None
    return ConsentEvent.objects.select_related("notice").filter(key=key).first()


def as_json_ld(event: ConsentEvent) -> dict[str, Any]:
    """The receipt for machines. Its subject is the keyed code of the row: it names nobody to anyone but us."""
    content = event.notice.content
    record = {
        "@id": f"urn:uuid:{event.key}",
        "@type": "dpv:ConsentRecord",
        "dct:conformsTo": f"{SCHEMA}#record",
        "dct:identifier": str(event.key),
        "dpv:hasDataSubject": {"@type": "dpv:DataSubject", "dct:identifier": event.digest or None},
        "dpv:hasJurisdiction": {"@id": f"loc:{content['jurisdiction']}"},
        "dpv:hasNotice": _notice(event),
        "dpv:hasDataController": _party(content["controller"]),
        "dpv:hasRight": [{"@id": "eu-gdpr:A7-3"}, {"@id": "eu-gdpr:A15"}, {"@id": "eu-gdpr:A77"}],
        "dpv:hasProcess": [
            _process(event, purpose) for purpose in content["purposes"] if purpose["code"] in event.states
        ],
    }
    return {
        "@context": CONTEXT,
        "@id": f"{settings.SITE_URL}{address_of(event.key)}",
        "@type": "dpv:ConsentReceipt",
        "dct:conformsTo": f"{SCHEMA}#receipt",
        "dct:issued": _instant(timezone.now()),
        "dct:language": event.notice.language,
        "dpv:hasRecordOfActivity": record,
    }


def of_subject(subject: Subject) -> Iterator[bytes]:
    """All receipts of somebody as one document, for their package; in bounded memory."""
    events = ConsentEvent.objects.filter(digest__in=subject.values("digest")).select_related("notice").order_by("id")
    yield b'{"@context":%s,"@graph":[' % signing.canonical(CONTEXT)
    between = b""
    for event in events.iterator(chunk_size=500):
        receipt = {name: part for name, part in as_json_ld(event).items() if name != "@context"}
        yield between + signing.canonical(receipt)
        between = b",\n"
    yield b"]}\n"


def _notice(event: ConsentEvent) -> dict[str, Any]:
    page = reverse("consent:notice", args=[event.notice.number])
    return {
        "@id": f"{settings.SITE_URL}{page}",
        "@type": "dpv:ConsentNotice",
        "dct:language": event.notice.language,
        "dct:hasVersion": str(event.notice.number),
        "dct:issued": _instant(event.notice.published_at),
        "dct:identifier": f"sha256:{event.notice.sha256}",
    }


def _process(event: ConsentEvent, purpose: Mapping[str, Any]) -> dict[str, Any]:
    content, given = event.notice.content, event.states[purpose["code"]] == ChoiceState.GIVEN
    return {
        "@type": "dpv:Process",
        "dct:title": purpose["title"],
        "dct:description": purpose["description"],
        "dpv:hasPurpose": {"@id": purpose["dpv"], "dct:identifier": purpose["code"]},
        "dpv:hasLegalBasis": {"@id": "eu-gdpr:A6-1-a"},
        "dpv:hasPersonalData": {"@type": "dpv:PersonalData", "dct:description": purpose["data"]},
        "dpv:hasStorageCondition": {
            "@type": "dpv:StorageCondition",
            "dpv:hasLocation": content["storage"],
            "dpv:hasDuration": [
                f"{tracker['name']}: {tracker['lasts']}" for tracker in purpose["trackers"]
            ] or [f"P{content['valid_days']}D"],
        },
        "dpv:hasRecipient": [_party(party) for party in purpose["recipients"]],
        "dpv:hasConsentStatus": {"@id": _status(event, given=given)},
        "dpv:isIndicatedAtTime": _instant(event.occurred_at),
        "dpv:hasIndicationMethod": event.get_method_display(),
        "dpv:hasDuration": f"P{content['valid_days']}D",
        "dct:valid": _instant(event.valid_until),
        "dpv:hasConsentControl": {
            "@type": "dpv:WithdrawConsent",
            "@id": f"{settings.SITE_URL}{reverse('consent:settings')}",
        },
    }  # fmt: skip


def _status(event: ConsentEvent, *, given: bool) -> str:
    if given:
        return "dpv:ConsentGiven"
    return "dpv:ConsentWithdrawn" if event.method == Method.WITHDRAW else "dpv:ConsentRefused"


def _party(party: Mapping[str, str]) -> dict[str, str]:
    facts = {
        "dpv:hasName": party["name"],
        "dpv:hasAddress": party["address"],
        "dpv:hasContact": party["email"] or party["url"],
        "dpv:hasCountry": f"loc:{party['country']}" if party["country"] else "",
    }
    return {"@type": PARTY_KINDS[PartyKind(party["kind"])], **{name: said for name, said in facts.items() if said}}


def _instant(at: datetime) -> str:
    return at.astimezone(timezone.get_default_timezone()).isoformat(timespec="seconds")


def _signer() -> Signer:
    return Signer(salt="consent.receipt")
