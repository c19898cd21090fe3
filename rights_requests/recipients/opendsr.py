"""Tells a processor of an erasure in the wire format of OpenDSR 2.0, and reads what its certificate signed."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from django.utils.translation import gettext_lazy as _

from privacy.package.signing import canonical
from rights_requests.recipients.notices import Detail, NotGenuine, Notice, Outcome, Party, Received
from rights_requests.recipients.transport import Answer, Body, send
from rights_requests.vocabulary import NoticeState

# Our kinds of identifier in the words of OpenDSR, which knows neither telephone numbers nor visitors.
IDENTITY_TYPES = {"email": "email", "user": "controller_customer_id"}
_CREATED = 201
_STATUSES = {
    "pending": (NoticeState.ACKNOWLEDGED, Detail.TAKEN_IN),
    "in_progress": (NoticeState.ACKNOWLEDGED, Detail.TAKEN_IN),
    "completed": (NoticeState.COMPLETED, Detail.DONE),
    # We cancel nothing, so a person must ask why.
    "cancelled": (NoticeState.ACKNOWLEDGED, Detail.CANCELLED),
}


def tell(party: Party, notice: Notice, now: datetime) -> Outcome:
    """Make the request at the processor's `…/requests`; only a signed 201 counts as acknowledged. Raises NotDelivered.

    The notice's own id is the request's id there, so that two processors cannot compare notes about a person. What the
    processor sends back of the request is compared and let go: it may be neither kept nor logged (section 7.3).
    """
    content = canonical(_content(notice))
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(notice.id)}
    answer = send("POST", party.address, headers=headers, body=Body.of(content), trusted_pem=party.setting("authority"))
    try:
        said = _verified(party, _received(notice.id, answer), now)
    except NotGenuine:
        return _unproven(answer)
    if answer.status != _CREATED or said.get("encoded_request") != base64.b64encode(content).decode():
        return Outcome(NoticeState.SENT, Detail.NOT_GENUINE, status=answer.status)
    return Outcome(NoticeState.ACKNOWLEDGED, Detail.TAKEN_IN, str(notice.id), answer.status)


def check(party: Party, notice_id: UUID, now: datetime) -> Outcome:
    """Ask for the status of a request; only a signed answer about this very request counts. Raises NotDelivered."""
    url = f"{party.address.rstrip('/')}/{notice_id}"
    answer = send("GET", url, headers={}, trusted_pem=party.setting("authority"))
    try:
        return replace(_outcome(_verified(party, _received(notice_id, answer), now)), status=answer.status)
    except NotGenuine:
        return _unproven(answer)


def read_callback(party: Party, received: Received, now: datetime) -> Outcome:
    """What a processor says by itself; raises NotGenuine unless its certificate signed it, about this notice.

    OpenDSR signs no time, so an old callback can be repeated for ever; since notices only move on, it changes nothing.
    """
    said = _verified(party, received, now)
    if said.get("status_callback_url") != received.url:
        raise NotGenuine("meant for another address")
    return _outcome(said)


def faults(party: Party) -> Iterator[tuple[str, Any]]:
    """What is missing in a recipient's settings: the setting and a sentence."""
    if "?" in party.address or not party.address.rstrip("/").endswith("/requests"):
        yield "address", _("Write the address of its requests, which ends in /requests.")
    try:
        certificate = _certificate(party)
    except NotGenuine:
        yield "certificate", _("Paste the processor's certificate, from its BEGIN line to its END line.")
    else:
        if not isinstance(certificate.public_key(), RSAPublicKey | EllipticCurvePublicKey):
            yield "certificate", _("Ask the processor for a certificate with an RSA or elliptic-curve key.")
        elif party.setting("domain") not in _names(certificate):
            yield "domain", _("Write the processor's domain as its certificate names it.")


def _content(notice: Notice) -> dict[str, Any]:
    return {
        "regulation": "gdpr",
        "subject_request_id": str(notice.id),
        "subject_request_type": "erasure",
        "submitted_time": notice.created,
        "api_version": "2.0",
        "subject_identities": [
            {
                "identity_type": IDENTITY_TYPES[found.kind],
                "identity_value": found.value,
                "identity_format": "raw",
            }
            for found in notice.identifiers
        ],
        **({"status_callback_urls": [notice.callback_url]} if notice.callback_url else {}),
    }


def _received(notice_id: UUID, answer: Answer) -> Received:
    return Received(notice_id, "", answer.body, answer.headers)


def _verified(party: Party, received: Received, now: datetime) -> dict[str, Any]:
    """What the pinned certificate signed about this notice; raises NotGenuine. Nothing is read before that."""
    domain = party.setting("domain")
    if not domain or received.header("X-OpenDSR-Processor-Domain").lower() != domain:
        raise NotGenuine("another domain")
    certificate = _certificate(party)
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise NotGenuine("a certificate whose time is over")
    _check_signature(certificate, "".join(received.header("X-OpenDSR-Signature").split()), received.raw)
    try:
        content = json.loads(received.raw)
        about = UUID(content["subject_request_id"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotGenuine("not in the form of OpenDSR") from error
    if about != received.notice_id:
        raise NotGenuine("about another notice")
    return dict(content)


def _check_signature(certificate: x509.Certificate, signature: str, raw: bytes) -> None:
    """Raise NotGenuine unless the certificate's key signed the SHA-256 of these bytes (FIPS 186-4)."""
    key = certificate.public_key()
    try:
        value = base64.b64decode(signature, validate=True)
        if isinstance(key, RSAPublicKey):
            key.verify(value, raw, PKCS1v15(), SHA256())
        elif isinstance(key, EllipticCurvePublicKey):
            key.verify(value, raw, ECDSA(SHA256()))
        else:
            raise NotGenuine("a kind of key that OpenDSR does not sign with")
    except (InvalidSignature, ValueError) as error:  # the latter for what is not base64
        raise NotGenuine("no signature of this processor") from error


def _certificate(party: Party) -> x509.Certificate:
    """The certificate that staff pinned; it is never fetched from an address that someone names in a message."""
    try:
        return x509.load_pem_x509_certificate(party.setting("certificate").encode())
    except ValueError as error:
        raise NotGenuine("no certificate to check with") from error


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return names.get_values_for_type(x509.DNSName)


def _outcome(said: Mapping[str, Any]) -> Outcome:
    """How far the processor says it is; raises NotGenuine for a word that OpenDSR does not know."""
    found = _STATUSES.get(str(said.get("request_status")))
    if found is None:
        raise NotGenuine("no status")
    return Outcome(*found, reference=str(said["subject_request_id"]))


def _unproven(answer: Answer) -> Outcome:
    """Told, and nothing that can be relied on came back; an answer without any signature is only silent."""
    silent = "x-opendsr-signature" not in answer.headers
    return Outcome(NoticeState.SENT, Detail.NO_STATEMENT if silent else Detail.NOT_GENUINE, status=answer.status)
