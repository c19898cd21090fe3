"""What an erasure does to the person's other requests: their jobs end, and nothing stays by which to find anybody."""

from collections.abc import Collection, Iterable
from types import MappingProxyType
from uuid import UUID

from privacy.digests import every_form
from privacy.jobs import engine
from privacy.models import JobStep
from rights_requests.models import Decision

# What a request remembers so that it can be answered.
FORGOTTEN = MappingProxyType({"contact_sealed": None, "subject_sealed": None, "requester_sealed": None})


def stop_jobs(requests: Iterable[tuple[UUID, str]]) -> None:
    """Stop the jobs of these requests (id and right), in the caller's transaction, before the requests are locked.

    What a running erasure had sealed of the person into its first marker goes with it.
    """
    stopped = list(requests)
    for request_id, right in stopped:
        engine.cancel(kind=right, about=request_id)
    markers = JobStep.objects.filter(job__about__in=[request_id for request_id, _right in stopped], name="check_plan")
    markers.update(detail={})


def forget_appeals(digests: Collection[str], *, but: UUID) -> None:
    """Forget what the person wrote when they appealed that a part stays; not of the request that is still decided."""
    theirs = Decision.objects.filter(request__subject_digest__in=every_form(digests)).exclude(request=but)
    theirs.exclude(appeal_text="").update(appeal_text="")
