"""What a Customer reads when a request reaches us that it must answer: no more than it needs to expect the person."""

from uuid import UUID, uuid5

from privacy.mail.address import contact_address
from privacy.mail.language import in_our_language
from privacy.mail.queue import queue
from privacy.vocabulary import Purpose
from rights_requests import term_words, words
from rights_requests.models import RightsRequest


@in_our_language
def told(request: RightsRequest, *, contact: str, about: UUID) -> None:
    """Somebody you enrolled asks; once a request and Customer. It names nobody: the person gives the reference."""
    context = {
        "reference": request.reference,
        "right": request.get_right_display(),
        "received": words.day(request.received_at),
        "due": words.in_words(request.due_at),
        "over": term_words.is_over(request.due_at),
        "contact": contact_address(),
    }
    template, purpose = "rights_requests/customer_told", Purpose.LEGAL_DUTIES
    queue(to=contact, template=template, context=context, about=uuid5(about, contact), purpose=purpose)
