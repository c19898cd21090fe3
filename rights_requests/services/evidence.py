"""Files that go with a request: kept sealed, shown to staff on record, destroyed with their key."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from privacy import audit, clock
from privacy.actors import SYSTEM, Actor
from privacy.package.seal import SealBroken
from privacy.uploads import vault
from privacy.uploads.clean import Cleaned, mark, page_count
from privacy.uploads.refusals import Refused
from rights_requests import rules, states
from rights_requests.errors import FileBusy, FileGone, NotFound, TooManyFiles
from rights_requests.models import Evidence, IdentityCheck, Message
from rights_requests.vocabulary import EvidenceKind, MessageKind

# What goes with a note among colleagues is no part of the thread.
_SPOKEN = (MessageKind.FROM_PERSON, MessageKind.TO_PERSON)


@dataclass(frozen=True)
class Shown:
    """A file as it leaves; for staff with the reader's number, the time and the reference across each page."""

    content: bytes
    media_type: str
    name: str


@transaction.atomic
def keep(
    *,
    request_id: UUID,
    actor: Actor,
    kind: EvidenceKind,
    file: Cleaned,
    check_of: IdentityCheck | None = None,
    message: Message | None = None,
) -> Evidence:
    """Seal a cleaned file and keep it for settings.EVIDENCE_DAYS days at most; not idempotent: twice is two files.

    Whoever asked, or staff who may decide. File and row are one: rolled back, the key is lost, and with it the file.
    The caller says at which point of a request a file is taken. Raises NotFound for a foreign or unknown request,
    NotAllowed, OwnRequest, TooManyFiles beyond settings.EVIDENCE_FILES files of one request, OSError.
    """
    request = states.locked(request_id)
    if actor.kind == "subject":
        rules.require_requester(request, actor)
    else:
        rules.require_staff(actor)
        rules.require_other_person(request, actor)
    if Evidence.objects.filter(request=request).count() >= settings.EVIDENCE_FILES:
        raise TooManyFiles
    stored = vault.put(file.content)
    kept = Evidence.objects.create(
        request=request,
        check_of=check_of,
        message=message,
        kind=kind,
        file_name=stored.name,
        wrapped_key=stored.wrapped_key,
        media_type=file.media_type,
        size=stored.size,
        sha256=stored.sha256,
        uploaded_by=str(actor),
        expires_at=clock.now() + timedelta(days=settings.EVIDENCE_DAYS),
    )
    _record("evidence.kept", actor, kept, {"kind": kept.kind})
    return kept


def pages(*, evidence_id: UUID, actor: Actor) -> int:
    """Of how many pages a file is, for a member of staff who may see it; nothing of it is shown.

    Raises as `show` does, but for FileBusy.
    """
    rules.require_staff(actor, rules.SEE_EVIDENCE)
    kept = Evidence.objects.select_related("request").filter(pk=evidence_id).first()
    if kept is None:
        raise NotFound
    rules.require_other_person(kept.request, actor)
    if kept.wrapped_key is None:
        raise FileGone
    try:
        return page_count(vault.read(kept.file_name, kept.wrapped_key))
    except (vault.Gone, SealBroken) as error:
        raise FileGone from error


def show(*, evidence_id: UUID, actor: Actor, page: int | None = None) -> Shown:
    """The file for staff who may see evidence, marked across with who looks; the look is on record before it leaves.

    `page` asks for one page of it as a picture, counted from 1. Raises NotFound, also for a page that there is not,
    NotAllowed, OwnRequest, FileGone when it was destroyed or is damaged, and FileBusy.
    """
    rules.require_staff(actor, rules.SEE_EVIDENCE)
    with transaction.atomic():
        kept = Evidence.objects.select_related("request").filter(pk=evidence_id).first()
        if kept is None:
            raise NotFound
        rules.require_other_person(kept.request, actor)
        if kept.wrapped_key is None:
            raise FileGone
        _record("evidence.viewed", actor, kept, {"kind": kept.kind})
    moment = timezone.localtime(clock.now())
    try:
        content = vault.read(kept.file_name, kept.wrapped_key)
        if page is not None and not 1 <= page <= page_count(content):
            raise NotFound
        marked = mark(content, f"{actor} - {moment:%Y-%m-%d %H:%M} - {kept.request.reference}", page=page)
    except (vault.Gone, SealBroken) as error:
        raise FileGone from error
    except Refused as error:
        raise FileBusy from error
    return Shown(marked.content, marked.media_type, f"{kept.kind}-{kept.request.reference}")


def hand_over(*, request_id: UUID, evidence_id: UUID, actor: Actor) -> Shown:
    """A file that goes with a message, for the people of the request: theirs and ours alike, as it was kept.

    That it was taken is on record before it leaves. Raises NotFound for an unknown or foreign request alike, and for
    any other file; FileGone when it was destroyed or is damaged.
    """
    with transaction.atomic():
        there = Evidence.objects.select_related("request").filter(request_id=request_id, pk=evidence_id)
        kept = there.filter(kind=EvidenceKind.ATTACHMENT, message__kind__in=_SPOKEN).first()
        if kept is None:
            raise NotFound
        rules.require_requester(kept.request, actor)
        if kept.wrapped_key is None:
            raise FileGone
        _record("evidence.taken", actor, kept, {"kind": kept.kind})
    try:
        content = vault.read(kept.file_name, kept.wrapped_key)
    except (vault.Gone, SealBroken) as error:
        raise FileGone from error
    return Shown(content, kept.media_type, f"{kept.kind}-{kept.request.reference}")


def destroy(*, evidence_id: UUID, actor: Actor, reason: str) -> bool:
    """Destroy one file; False when it was destroyed before. `reason` is one word for the audit.

    The key goes in the transaction, which is the destruction; the file after it has committed.
    """
    return _destroy(Evidence.objects.filter(pk=evidence_id), actor, reason) > 0


def destroy_of(
    *, request_id: UUID, actor: Actor, reason: str, kinds: Collection[EvidenceKind] = tuple(EvidenceKind)
) -> int:
    """Destroy every file of a request, or those of some kinds; returns how many were there. Safe to repeat."""
    return _destroy(Evidence.objects.filter(request_id=request_id, kind__in=kinds), actor, reason)


def expire_due() -> int:
    """Destroy every file whose time is over; returns how many. Safe to run at any time and twice at once."""
    due = Evidence.objects.filter(destroyed_at__isnull=True, expires_at__lte=Now()).values_list("pk", flat=True)
    return sum(destroy(evidence_id=evidence_id, actor=SYSTEM, reason="expired") for evidence_id in list(due))


def sweep_files() -> int:
    """Remove files that no row has a key for; returns how many. Safe to run at any time and twice at once."""
    return vault.sweep_leftovers(
        lambda: set(Evidence.objects.filter(destroyed_at__isnull=True).values_list("file_name", flat=True))
    )


@transaction.atomic
def _destroy(which: QuerySet[Evidence], actor: Actor, reason: str) -> int:
    # All rows are locked before the audit's chain is: two that destroy files of one request never wait on each other.
    found = list(which.filter(destroyed_at__isnull=True).select_for_update(of=("self",)).order_by("pk"))
    Evidence.objects.filter(pk__in=[kept.pk for kept in found]).update(wrapped_key=None, destroyed_at=Now())
    for kept in found:
        transaction.on_commit(partial(vault.destroy, kept.file_name), robust=True)
        _record("evidence.destroyed", actor, kept, {"kind": kept.kind, "reason": reason})
    return len(found)


def _record(event: str, actor: Actor, kept: Evidence, data: dict[str, str]) -> None:
    audit.record(event=event, actor=actor, subject_digest=kept.request.subject_digest, about=kept, data=data)
