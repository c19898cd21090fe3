"""The reference that an App keeps where a browser keeps a cookie: by it the choices of one installation are found.

It is the same number that a browser gets, in the same signed form, and only for whoever accepted something.
"""

from collections.abc import Collection
from functools import cached_property
from uuid import UUID

from django.http import HttpRequest

from consent.choices import Consent
from consent.cookies import Choice, number_in
from consent.models import ConsentEvent
from privacy.digests import keyed_digests


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
        event = latest(keyed_digests("visitor", self.ref.hex)) if self.ref else None
        if event is None:
            return None
        found = Choice(dict(event.states), event.notice.number, event.occurred_at, event.gpc)
        return found if self.now < found.valid_until else None


def latest(digests: Collection[str]) -> ConsentEvent | None:
    """The newest choice of whoever these codes stand for; None without any, which stand for nobody."""
    return ConsentEvent.objects.filter(digest__in=digests).select_related("notice").order_by("-id").first()
