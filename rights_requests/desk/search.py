"""What the queue's search finds: a reference as far as it is known, a whole address, or how a Customer's name begins.

Each by an index, and in every request, open or done.
"""

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from privacy.addresses import LookAlike, normalised
from privacy.digests import keyed_digests
from privacy.enrolled import people_of
from rights_requests.models import RightsRequest
from rights_requests.references import begins

# Shorter than that a name begins like half of all names.
SHORTEST_NAME = 2


@dataclass(frozen=True)
class Found:
    """Which requests were found; `more` says that not everybody of the Customer could be looked for."""

    requests: QuerySet[RightsRequest]
    more: bool = False


def found(requests: QuerySet[RightsRequest], term: str) -> Found:
    """Those of the requests that the term finds; one query for what it needs to know of people."""
    term = term.strip()
    if "@" in term:
        return Found(requests.filter(_by_address(term)))
    ways = [RightsRequest.objects.filter(reference__startswith=begins(term))]
    more = False
    for people in people_of(term) if len(term) >= SHORTEST_NAME else ():
        digests = [digest for address in people.addresses for digest in keyed_digests("email", address)]
        ways += [
            RightsRequest.objects.filter(subject_user_id__in=people.user_ids),
            RightsRequest.objects.filter(subject_digest__in=digests),
        ]
        more = more or people.more
    keys = [way.order_by().values("pk") for way in ways]
    return Found(requests.filter(pk__in=keys[0].union(*keys[1:])), more)


def _by_address(term: str) -> Q:
    """About whoever has the address, or asked for by them; by what stands for the person where there is no account."""
    try:
        address = normalised(term)
    except LookAlike:
        return Q(pk__in=())
    digests = list(keyed_digests("email", address))
    accounts = get_user_model().objects.filter(email=address).values_list("pk", flat=True)
    digests += [digest for pk in accounts for digest in keyed_digests("user", str(pk))]
    return Q(subject_digest__in=digests) | Q(requester_digest__in=digests)
