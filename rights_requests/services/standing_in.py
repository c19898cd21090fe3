"""Asking for someone else (Art. 12(2) GDPR, promise P7.2): filed at once, carried out once the mandate is accepted."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from privacy.data_map.subject import subject_of_email
from privacy.uploads.clean import Cleaned
from rights_requests.models import IdentityCheck, Message, RightsRequest
from rights_requests.people import Party
from rights_requests.services import evidence, filing
from rights_requests.services.filing import Asked, Asker, FilingResult
from rights_requests.vocabulary import EvidenceKind, IdentityMethod, MessageKind, RequesterRole

_SHOWN_BY = {
    RequesterRole.AGENT: IdentityMethod.MANDATE,
    RequesterRole.GUARDIAN: IdentityMethod.GUARDIANSHIP,
}


@dataclass(frozen=True)
class Mandate:
    """What shows that somebody may ask: a file, or a statement with the name that was signed under it."""

    file: Cleaned | None = None
    statement: str = ""
    signed: str = ""


@transaction.atomic
def ask(
    *, party: Party, role: RequesterRole, name: str, address: str, asked: Asked, mandate: Mandate, key: UUID
) -> FilingResult:
    """File what an agent or guardian asks for the person with this address, who is told at once and can stop it.

    The answer is the same whether we know the address or not. Until staff have accepted the mandate nothing leaves and
    nothing dies. Idempotent by key and while such a request of theirs is open. Raises what `filing.file` raises,
    TooManyFiles, OSError, and privacy.addresses.LookAlike.
    """
    asker = Asker(
        subject=subject_of_email(address),
        method=party.method,
        role=role,
        address=party.address,
        name=name,
        account=party.user_id,
        open_method=_SHOWN_BY[role],
    )

    def attach(request: RightsRequest) -> None:
        check = IdentityCheck.objects.get(request=request, method=_SHOWN_BY[role])
        if mandate.file is not None:
            actor, kind = party.actor, EvidenceKind.MANDATE
            evidence.keep(request_id=request.pk, actor=actor, kind=kind, file=mandate.file, check_of=check)
        if mandate.signed:
            text = f"{mandate.statement}\n\n{mandate.signed}"
            Message.objects.create(request=request, kind=MessageKind.FROM_PERSON, author=str(party.actor), text=text)

    return filing.file(actor=party.actor, asker=asker, asked=asked, idempotency_key=key, attach=attach)
