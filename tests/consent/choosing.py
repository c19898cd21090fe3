"""A published notice, and a browser that chooses."""

from typing import Any

from cookie_consent.models import Cookie
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from consent import catalogue, notices
from consent.vocabulary import PurposeCode
from privacy.actors import SYSTEM

FROM_HERE = {"HTTP_ORIGIN": "http://testserver"}
NO_CHANGES = {"en": "We ask anew.", "fr": "Nous redemandons.", "ar": "نسأل من جديد."}


def fill(*, counts: bool = False) -> None:
    """The catalogue as the code has it; statistics ask for nothing unless it `counts`."""
    catalogue.sync()
    if not counts:
        Cookie.objects.filter(cookiegroup__varname=PurposeCode.STATS).delete()


def publish(*, material: bool = False, counts: bool = False) -> int:
    """The same, published as the next notice."""
    fill(counts=counts)
    return notices.publish(actor=SYSTEM, material=material, changes=NO_CHANGES)


def chosen(browser: Client, act: str, *, notice: int = 1, **more: Any) -> HttpResponse:
    """What the door answers to one press of a button; `more` are fields, or headers in capitals."""
    headers = {name: more.pop(name) for name in list(more) if name.isupper()}
    fields = {"notice": notice, "act": act, "next": "/", **more}
    return browser.post(reverse("consent:choose"), fields, **{**FROM_HERE, **headers})  # type: ignore[return-value]
