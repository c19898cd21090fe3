"""The desk's part about a child: what was reported, and whether the use of the data is stopped."""

from collections.abc import Mapping
from typing import Any

from privacy.models import ProcessingStop
from privacy.vocabulary import StopGround
from rights_requests.desk.act import Staff
from rights_requests.models import Message, RightsRequest
from rights_requests.vocabulary import MessageKind


def panel(request: RightsRequest, _user: Staff) -> Mapping[str, Any] | None:
    """The reports and the block with its end; None where nobody is taken for a child."""
    if not request.minor:
        return None
    notes = Message.objects.filter(request=request, kind=MessageKind.NOTE, author__in=("reporter", "system"))
    stops = ProcessingStop.objects.filter(request_id=request.pk, ground=StopGround.MINOR)
    return {"reports": list(notes.order_by("sent_at")), "stop": stops.first()}
