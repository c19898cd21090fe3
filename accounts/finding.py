"""Finds whom a Customer enrolled by how its name begins, for the queue of requests."""

from django.db.models import Q
from django.db.models.lookups import GreaterThanOrEqual, LessThan

from accounts.models import CUSTOMER_KEY, Customer, Enrolment
from privacy.enrolled import MOST_ADDRESSES, People

# Follows whatever begins like the text before it.
_LAST = "\U0010ffff"


def people_enrolled_by(name_begins: str) -> People:
    """The people of every Customer whose name begins so; one query, by index."""
    begins = name_begins.strip().lower()
    named = Customer.objects.filter(
        GreaterThanOrEqual(CUSTOMER_KEY, begins), LessThan(CUSTOMER_KEY, f"{begins}{_LAST}")
    ).values("pk")
    theirs = Enrolment.objects.filter(customer__in=named)
    unclaimed = theirs.filter(~Q(unclaimed_email=None)).values_list("unclaimed_email", flat=True)
    addresses = tuple(str(address) for address in unclaimed[: MOST_ADDRESSES + 1])
    user_ids = theirs.filter(user__isnull=False).values("user_id")
    return People(user_ids, addresses[:MOST_ADDRESSES], more=len(addresses) > MOST_ADDRESSES)
