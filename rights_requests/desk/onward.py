"""Working through the queue: which requests wait for a member of staff, and the one to open after this one."""

from typing import Any

from django.db.models import Q, QuerySet

from rights_requests.desk import queue
from rights_requests.desk.act import Staff
from rights_requests.models import RightsRequest, State
from rights_requests.models.request import OPEN


def waits_for(user: Staff, request: RightsRequest) -> bool:
    """Whether the request, as it stands in the database now, still waits for this member of staff."""
    return _waiting(user).filter(pk=request.pk).exists()


def next_for(user: Staff, after: RightsRequest) -> RightsRequest | None:
    """The next request that waits for this member of staff, as the queue stands, this one aside; None where none does.

    That is the one due next; of several that are due at one instant, as most are, the one that came next.
    """
    waiting = _waiting(user).exclude(pk=after.pk).order_by(*queue.ORDER).only("pk", "reference")
    came_later = Q(received_at__gt=after.received_at) | Q(received_at=after.received_at, pk__gt=after.pk)
    later = waiting.filter(due_at__gte=after.due_at).filter(Q(due_at__gt=after.due_at) | came_later)
    return later.first() or waiting.first()


def _waiting(user: Staff) -> QuerySet[RightsRequest]:
    """Theirs and what nobody has, and whatever waits for a second person; never what is about them or asked by them."""
    me: Any = user.pk
    second = (Q(state=State.PREPARED) & ~Q(prepared_by=me)) | (Q(state=State.APPEALED) & ~Q(refused_by=me))
    to_decide = Q(state__in=(State.RECEIVED, State.NEEDS_ATTENTION)) | Q(queue.UNREAD)
    first = (Q(assignee=me) | Q(assignee=None)) & to_decide
    return RightsRequest.objects.filter(OPEN).filter(second | first).exclude(Q(subject_user=me) | Q(requester=me))
