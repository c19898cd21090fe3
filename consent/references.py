"""The reference that an App keeps where a browser keeps a cookie: by it the choices of one installation are found.

It is the same number that a browser gets, in the same signed form, and only for whoever accepted something.
"""

from functools import cached_property
from uuid import UUID

from django.http import HttpRequest

from consent.choices import Consent
from consent.cookies import Choice, number_in
from consent.models import ConsentEvent
from privacy.digests import keyed_digest


class OfReference(Consent):
    """How it stands for an App that says its reference itself: the cookies of the request count for nothing."""

    def __init__(self, request: HttpRequest, reference: str) -> None:
        super().__init__(request)
        self.reference = reference

    @cached_property
    def ref(self) -> UUID | None:
        """The number in the reference; None without one, or if it is forged."""
        return number_in(self.reference)

    @cached_property
    def device(self) -> Choice | None:
        """What was last chosen under this reference, as the proof has it."""
        event = latest(keyed_digest("visitor", self.ref.hex)) if self.ref else None
        if event is None:
            return None
        found = Choice(dict(event.states), event.notice.number, event.occurred_at, event.gpc)
        return found if self.now < found.valid_until else None


def latest(digest: str) -> ConsentEvent | None:
    """The newest choice of whoever this code stands for; None for an empty one, which stands for nobody."""
    found = (
        ConsentEvent.objects.filter(digest=digest).select_related("notice") if digest else ConsentEvent.objects.none()
    )
    return found.order_by("-id").first()
