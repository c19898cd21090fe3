"""Who asks, as the services know people, and what is theirs; what is not is answered as what does not exist."""

from rest_framework.request import Request

from privacy.api.callers import person_of
from rights_requests.models import RightsRequest
from rights_requests.people import Party, party_of_user
from rights_requests.selectors import request_of


def party_of(request: Request) -> Party:
    """The person whose app this is."""
    return party_of_user(person_of(request))


def own(request: Request, reference: str) -> tuple[RightsRequest, Party]:
    """The person's request of this reference, and the person; raises errors.NotFound for unknown and foreign alike."""
    who = party_of(request)
    return request_of(who, reference), who
