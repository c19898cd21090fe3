"""Whom a member of staff probably knows: people of a Customer that enrolled them too, and people of their name."""

from collections.abc import Iterable, Set
from uuid import UUID

from accounts.models import Enrolment, Profile
from privacy.data_map.subject import Subject

# Of a Customer with more people than this one knows few of them.
MOST_PEOPLE = 5_000


def known_to(staff_id: UUID, digests: Set[str]) -> Iterable[str]:
    """Those of the people whom the member of staff probably knows; three queries."""
    customers = Enrolment.objects.filter(user_id=staff_id).values("customer_id")
    for enrolment in Enrolment.objects.filter(customer_id__in=customers)[:MOST_PEOPLE]:
        yield from enrolment.subject.same_digests
        if enrolment.user_id:
            yield from Subject(user_id=enrolment.user_id).same_digests
    own = Profile.objects.filter(pk=staff_id).values_list("name", flat=True).first()
    family = (own or "").split()[-1:]
    if family:
        for user_id in Profile.objects.filter(name__iendswith=f" {family[0]}").values_list("pk", flat=True)[
            :MOST_PEOPLE
        ]:
            yield from Subject(user_id=user_id).same_digests
