"""Whose requests were open on a day: whoever read their data then had a reason for it (privacy.reading)."""

from collections.abc import Iterable, Set
from datetime import timedelta

from django.db.models import Q

from privacy.digests import forms
from privacy.reading.known import Span
from rights_requests.models import RightsRequest

# A request that has just been answered is looked at once more.
AFTERWARDS = timedelta(days=7)


def with_open_requests(digests: Set[str], span: Span) -> Iterable[str]:
    """Those of the people of whom, or by whom, a request was open in the span or closed just before. One query."""
    # The audit keeps the digest of its day; the request may be under a newer key by now.
    looked_at = {form: digest for digest in digests for form in forms(digest)}
    theirs = Q(subject_digest__in=looked_at) | Q(requester_digest__in=looked_at)
    still = Q(closed_at__isnull=True) | Q(closed_at__gte=span.begins_at - AFTERWARDS)
    found = RightsRequest.objects.filter(theirs, still, received_at__lt=span.ends_at)
    for pair in found.values_list("subject_digest", "requester_digest"):
        yield from (looked_at[digest] for digest in pair if digest in looked_at)
