"""When a legal hold has ended, what an erasure left for it goes after all, by the job of that erasure (Art. 17)."""

from uuid import UUID

from django.db import transaction

from privacy import clock
from privacy.actors import SYSTEM
from privacy.data_map.held import held_parts, in_force
from privacy.jobs import engine
from privacy.vocabulary import Right
from rights_requests import states
from rights_requests.contact import open_person
from rights_requests.errors import AnotherIsOpen
from rights_requests.models import Decision, State
from rights_requests.services import appealing
from rights_requests.states import Event
from rights_requests.vocabulary import Answer

# So many requests are opened again in one round; the rest follow with the next.
AT_ONCE = 50


def go_on() -> int:
    """Open the erasures again whose kept parts no hold keeps any more; how many. Safe to run at any time.

    One that is open for another reason, such as an appeal, is looked at again when it is closed.
    """
    waiting = Decision.objects.filter(hold_id__isnull=False, lifted_at__isnull=True, request__state=State.COMPLETED)
    ended = waiting.exclude(hold_id__in=in_force().values("pk")).order_by("request_id")
    found = list(ended.values_list("request_id", flat=True).distinct()[:AT_ONCE])
    return sum(_keep_for_others(request_id) and _go_on(request_id) for request_id in found)


@transaction.atomic
def _keep_for_others(request_id: UUID) -> bool:
    """Let parts that another hold keeps know which one; whether any part is kept by none."""
    request = states.locked(request_id)
    if request.subject_sealed is None:
        return False
    held = held_parts(open_person(request.subject_sealed, request.pk).digests())
    kept = list(Decision.objects.filter(request=request, hold_id__isnull=False, lifted_at__isnull=True))
    for part in kept:
        if still := held.get(part.holding):
            Decision.objects.filter(pk=part.pk).update(hold_id=still.hold_id)
    return any(part.holding not in held for part in kept)


@transaction.atomic
def _go_on(request_id: UUID) -> bool:
    """Grant what is held no more and let the job erase it; False where it is at work, or asked for anew meanwhile."""
    if not engine.go_on(kind=Right.ERASURE, about=request_id):
        return False
    request = states.locked(request_id)
    parts = Decision.objects.filter(request=request, hold_id__isnull=False, lifted_at__isnull=True)
    try:
        changes = appealing.opened_again(request, since=clock.now())
    except AnotherIsOpen:
        transaction.set_rollback(True)
        return False
    parts.exclude(hold_id__in=in_force().values("pk")).update(answer=Answer.ACCEPTED, answered_at=clock.now())
    states.advance(request_id=request_id, event=Event.END_HOLD, actor=SYSTEM, changes=changes)
    return True


def more_to_go(part: Decision) -> bool:
    """Whether another part of the request was granted and is still there: the last one closes the request."""
    granted = Decision.objects.filter(request=part.request_id, answer=Answer.ACCEPTED, lifted_at__isnull=True)
    return granted.exclude(pk=part.pk).exists()
