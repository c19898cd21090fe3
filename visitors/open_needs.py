"""Whose messages were open on a day: whoever read their data then had a reason for it (privacy.reading)."""

from collections.abc import Iterable, Set

from django.db.models import Q

from accounts.models import User
from privacy.data_map.subject import Subject
from privacy.reading.known import Span
from visitors.models import ContactMessage


def with_open_messages(digests: Set[str], span: Span) -> Iterable[str]:
    """Those of the people whose message was not answered before the span: by address, and by the account of it."""
    open_then = Q(answered_at__isnull=True) | Q(answered_at__gte=span.begins_at)
    found = ContactMessage.objects.filter(open_then, received_at__lt=span.ends_at)
    addresses = set(found.values_list("email", flat=True))
    people = [Subject(emails=frozenset({address})) for address in addresses]
    people += [Subject(user_id=pk) for pk in User.objects.filter(email__in=addresses).values_list("pk", flat=True)]
    return {same for person in people for same in person.same_digests} & digests
