"""How what a request, its copies, files and notices keep wrapped comes under a new PACKAGE_KEK (ADR 0062)."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from privacy.keys.registered import wrapped_in
from privacy.models import JobStep
from privacy.package.seal import PACKAGE, rewrap_key
from privacy.uploads import vault
from rights_requests import contact
from rights_requests.models import Evidence, PackageKey, RecipientNotice, RightsRequest
from rights_requests.recipients import sealing

# In the markers of a job: whom an erasure is about, as long as it runs.
_SUBJECT = "subject"


def register() -> None:
    """Say where it stands, for the command that wraps it anew."""
    wrapped_in("rights_requests.PackageKey", _package_key, rows=Q())
    wrapped_in("rights_requests.Evidence", _evidence, rows=Q(wrapped_key__isnull=False))
    wrapped_in(
        "rights_requests.RightsRequest",
        _request,
        rows=Q(contact_sealed__isnull=False) | Q(subject_sealed__isnull=False) | Q(requester_sealed__isnull=False),
    )
    wrapped_in("rights_requests.RecipientNotice", _notice, rows=Q(content_sealed__isnull=False))
    wrapped_in("privacy.JobStep", _marker, rows=Q(detail__has_key=_SUBJECT))


def _package_key(row: PackageKey) -> Mapping[str, Any]:
    return _changed("wrapped", rewrap_key(row.wrapped, PACKAGE))


def _evidence(row: Evidence) -> Mapping[str, Any]:
    return _changed("wrapped_key", rewrap_key(row.wrapped_key or b"", vault.PURPOSE))


def _request(row: RightsRequest) -> Mapping[str, Any]:
    changes: dict[str, Any] = {}
    for what in ("contact", "subject", "requester"):
        if (sealed := getattr(row, f"{what}_sealed")) is not None:
            changes |= _changed(f"{what}_sealed", rewrap_key(sealed, contact.purpose_of(what, row.pk)))
    return changes


def _notice(row: RecipientNotice) -> Mapping[str, Any]:
    return _changed("content_sealed", rewrap_key(row.content_sealed or b"", sealing.purpose_of(row.pk)))


def _marker(row: JobStep) -> Mapping[str, Any]:
    fresh = rewrap_key(b64decode(row.detail[_SUBJECT]), contact.purpose_of("subject", row.job.about))
    return _changed("detail", None if fresh is None else {**row.detail, _SUBJECT: b64encode(fresh).decode()})


def _changed(name: str, fresh: Any) -> Mapping[str, Any]:
    return {} if fresh is None else {name: fresh}
