"""The door for machines: where recipients say how far they are. Nobody signs in here; the signature is the proof."""

from uuid import UUID

from django.http import HttpResponse
from rest_framework.decorators import api_view, authentication_classes, permission_classes, throttle_classes
from rest_framework.request import Request

from rights_requests.recipients.notices import NotGenuine, Received
from rights_requests.recipients.sealing import callback_url
from rights_requests.services import telling


@api_view(["POST"])
@authentication_classes([])
@permission_classes([])
@throttle_classes([])
def recipient_callback(request: Request, notice_id: UUID) -> HttpResponse:
    """Take what the recipient of a notice signed: 204, or 403 without a word on why."""
    # The bytes as they came: the signature is over them, and nothing is read before it fits.
    received = Received(notice_id, callback_url(notice_id), request.body, request.headers)
    try:
        telling.receive(received=received)
    except NotGenuine:
        return HttpResponse(status=403)
    return HttpResponse(status=204)
