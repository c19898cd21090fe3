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
    """The next request that waits for this member of staff, by its due date, this one aside; None where none does."""
    waiting = _waiting(user).exclude(pk=after.pk).order_by("due_at", "pk").only("pk", "reference")
    later = waiting.filter(Q(due_at__gt=after.due_at) | Q(due_at=after.due_at, pk__gt=after.pk))
    return later.first() or waiting.first()


def _waiting(user: Staff) -> QuerySet[RightsRequest]:
    """Theirs and what nobody has, and whatever waits for a second person; never what is about them or asked by them."""
    me: Any = user.pk
    second = (Q(state=State.PREPARED) & ~Q(prepared_by=me)) | (Q(state=State.APPEALED) & ~Q(refused_by=me))
    to_decide = Q(state__in=(State.RECEIVED, State.NEEDS_ATTENTION)) | Q(queue.UNREAD)
    first = (Q(assignee=me) | Q(assignee=None)) & to_decide
    return RightsRequest.objects.filter(OPEN).filter(second | first).exclude(Q(subject_user=me) | Q(requester=me))
