"""For each holding of the request app: rows that belong to one person and hold a canary in every exported text."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from django.db import models
from django.utils import timezone

from accounts.models import User
from privacy.data_map.subject import Subject
from privacy.vocabulary import Right
from rights_requests.models import (
    Decision,
    DeskChoice,
    EmailProof,
    Evidence,
    IdentityCheck,
    Message,
    Proposal,
    Recipient,
    RecipientNotice,
    Redaction,
    Reminder,
    RightsRequest,
    SavedView,
    State,
    Tick,
    Transfer,
)
from rights_requests.vocabulary import (
    AskReason,
    DecisionKind,
    EvidenceKind,
    HandStep,
    IdentityMethod,
    MessageKind,
    NoticeKind,
    ProofPurpose,
    RedactionReason,
    ReminderTo,
    TransferKind,
)
from tests.factories import make_request


def _refused(user: User) -> RightsRequest:
    return make_request(user, Right.RECTIFICATION, State.REFUSED)


def _check(user: User, canary: str) -> list[models.Model]:
    values = {"method": IdentityMethod.DOCUMENT, "doubt": canary}
    return [IdentityCheck.objects.create(request=_refused(user), **values)]


def _evidence(user: User, canary: str) -> list[models.Model]:
    return [
        Evidence.objects.create(
            request=_refused(user),
            kind=EvidenceKind.ATTACHMENT,
            file_name=f"{uuid4()}.sealed",
            wrapped_key=b"wrapped",
            media_type=f"image/{canary}",
            size=1,
            sha256="0" * 64,
            uploaded_by="system",
            expires_at=timezone.now() + timedelta(days=30),
        )
    ]


def _proof(user: User, canary: str) -> list[models.Model]:
    digest, until = Subject(user_id=user.pk).digest, timezone.now() + timedelta(minutes=10)
    values = {"address_digest": digest, "code_hash": canary, "expires_at": until}
    return [EmailProof.objects.create(purpose=ProofPurpose.FILE, **values)]


def _message(user: User, canary: str) -> list[models.Model]:
    values = {"kind": MessageKind.FROM_PERSON, "author": "system", "text": canary}
    return [Message.objects.create(request=_refused(user), **values)]


def _decision(user: User, canary: str) -> list[models.Model]:
    values = {"kind": DecisionKind.ASK, "reason": AskReason.CLARIFICATION, "text": canary, "holding": canary}
    values["appeal_text"] = canary
    return [Decision.objects.create(request=_refused(user), **values)]


def _proposal(user: User, canary: str) -> list[models.Model]:
    texts = dict.fromkeys(("holding", "field", "row_key", "old", "new", "statement", "reason_text"), canary)
    return [Proposal.objects.create(request=_refused(user), **texts)]


def _redaction(user: User, canary: str) -> list[models.Model]:
    values = dict.fromkeys(("holding", "row_key", "field", "text", "term"), canary)
    return [Redaction.objects.create(request=_refused(user), reason=RedactionReason.RIGHTS_OF_OTHERS, **values)]


def _transfer(user: User, canary: str) -> list[models.Model]:
    values = {"kind": TransferKind.HTTPS, "target": f"https://{canary}.example/", "proof": {"note": canary}}
    return [Transfer.objects.create(request=_refused(user), **values)]


def _notice(user: User, canary: str) -> list[models.Model]:
    recipient = Recipient.objects.get_or_create(name=f"Carrier {canary}", defaults={"what_for": "carries"})[0]
    texts = {"reason": canary, "external_reference": canary, "proof": {"note": canary}}
    request = _refused(user)
    return [RecipientNotice.objects.create(request=request, recipient=recipient, kind=NoticeKind.ERASURE, **texts)]


def _saved_view(user: User, canary: str) -> list[models.Model]:
    # A name is at most forty characters.
    values = {"name": canary[:40], "query": canary, "shared": True}
    return [SavedView.objects.create(owner=user, **values)]


def _desk_choice(user: User, _canary: str) -> list[models.Model]:
    return [DeskChoice.objects.create(user=user, single_keys=False)]


def _reminder(user: User, _canary: str) -> list[models.Model]:
    values = {"whom": ReminderTo.ASKER, "sent_on": timezone.localdate()}
    return [Reminder.objects.create(request=_refused(user), **values)]


def _tick(user: User, _canary: str) -> list[models.Model]:
    return [Tick.objects.create(request=_refused(user), step=HandStep.PLAN, plan_hash="0" * 64)]


FACTORIES: dict[str, Callable[[User, str], list[models.Model]]] = {
    "rights_requests.identitycheck": _check,
    "rights_requests.evidence": _evidence,
    "rights_requests.emailproof": _proof,
    "rights_requests.message": _message,
    "rights_requests.decision": _decision,
    "rights_requests.tick": _tick,
    "rights_requests.proposal": _proposal,
    "rights_requests.redaction": _redaction,
    "rights_requests.transfer": _transfer,
    "rights_requests.recipientnotice": _notice,
    "rights_requests.savedview": _saved_view,
    "rights_requests.deskchoice": _desk_choice,
    "rights_requests.reminder": _reminder,
}
