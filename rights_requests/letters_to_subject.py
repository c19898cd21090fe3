"""What the data subject reads when somebody else asks for them: at once, before it is too late, and what came of it.

In our language: the request keeps that of whoever asked, and nobody knows which one its reader speaks.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid5

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from privacy import clock
from privacy.data_map.subject import left_addresses
from privacy.mail.address import contact_address
from privacy.mail.language import in_our_language
from privacy.mail.queue import queue
from privacy.vocabulary import Purpose, Right
from rights_requests import term_words, words
from rights_requests.models import RightsRequest
from rights_requests.stop_links import StopPurpose, stop_url
from rights_requests.subjects import SubjectGone, address_of_subject, name_of_asker
from rights_requests.vocabulary import STAND_IN, RequesterRole

_ASKED = {
    Right.ACCESS: _("a copy of what we hold about you"),
    Right.RECTIFICATION: _("corrections of what we hold about you"),
    Right.ERASURE: _("the deletion of what we hold about you"),
    Right.RESTRICTION: _("a restriction: to only store what we hold about you, and not to use it"),
    Right.PORTABILITY: _("the files of what you gave us"),
    Right.OBJECTION: _("an end to some uses of what we hold about you"),
}
_ROLES = {
    RequesterRole.AGENT: _("They say that you asked them to."),
    RequesterRole.GUARDIAN: _("They say that they are responsible for you, for example as a parent."),
}
_LOSS = {
    Right.ERASURE: _("we delete your data. If you have an account, it ends with it. This cannot be undone"),
    Right.ACCESS: _("this person can download a copy of your data"),
    Right.PORTABILITY: _("this person can download a copy of your data"),
}
_OUTCOMES = {
    "fulfilled": _("It was done."),
    "package_ready": _("The copy was made, and this person was told that they can download it."),
    "refused": _("We refused it. Nothing was done with your data."),
    "withdrawn": _("This person has withdrawn it. Nothing was done with your data."),
    "unanswerable": _("It has ended, because we can no longer answer this person. Nothing more is done because of it."),
    "handed_over": _("We handed it over to the company that decides about this data."),
}


@in_our_language
def asked(request: RightsRequest) -> None:
    """Somebody asks for you: who, what, what happens when, and one click to stop it. Nothing for other requests."""
    over = term_words.is_over(request.due_at)
    _queue(request, "asked_for_you", {"due": words.in_words(request.due_at), "over": over})


@in_our_language
def asked_after_change(request: RightsRequest) -> None:
    """To the addresses that the account left a short while ago: what was asked, and one click to stop it."""
    if request.subject_user_id is None or request.right not in _LOSS:
        return
    since = clock.now() - timedelta(days=settings.EMAIL_CHANGE_COOLDOWN_DAYS)
    for address in left_addresses(request.subject_user_id, since):
        context = {
            "reference": request.reference,
            "asked": _ASKED[Right(request.right)],
            "days": settings.EMAIL_CHANGE_COOLDOWN_DAYS,
            "received": words.day(request.received_at),
            "stop": stop_url(request.pk, StopPurpose.REQUEST),
            "contact": contact_address(),
        }
        about = uuid5(request.pk, address)
        template = "rights_requests/asked_after_change"
        queue(to=address, template=template, context=context, about=about, purpose=Purpose.SECURITY)


@in_our_language
def soon(request: RightsRequest, begins_at: datetime | None) -> None:
    """We are about to delete or hand over: the last time to stop it. Nothing for what can be undone."""
    if request.right in _LOSS and begins_at is not None:
        more = {"when": words.moment(begins_at), "loss": _LOSS[Right(request.right)]}
        # After a plan that changed it is approved anew, and told anew.
        _queue(request, "soon_for_you", more, again=begins_at.isoformat())


@in_our_language
def outcome(request: RightsRequest, name: str, *, rest_ends: datetime | None = None) -> None:
    """What came of it, by the name of the message that whoever asked gets; nothing for any other message.

    `rest_ends` is when the uses begin again that rested while an objection was weighed.
    """
    if name in _OUTCOMES:
        more = {"outcome": _OUTCOMES[name], "rest_ends": words.in_words(rest_ends) if rest_ends else ""}
        _queue(request, "outcome_for_you", more, again=name)


@in_our_language
def stopped(request: RightsRequest) -> None:
    """You stopped it: nothing happens, and how to get help if somebody goes on."""
    _queue(request, "you_stopped_it", {})


def _queue(request: RightsRequest, name: str, more: Mapping[str, Any], *, again: str = "") -> None:
    if request.requester_role not in STAND_IN:
        return
    try:
        to = address_of_subject(request)
    except SubjectGone:
        return
    context = {
        "reference": request.reference,
        "who": name_of_asker(request),
        "role": _ROLES[RequesterRole(request.requester_role)],
        "asked": _ASKED[Right(request.right)],
        "received": words.day(request.received_at),
        "stop": stop_url(request.pk, StopPurpose.REQUEST),
        "contact": contact_address(),
        "requests": settings.SITE_URL + reverse("rights_requests:new"),
        **more,
    }
    # That somebody acts in a person's name is told whatever is restricted: it protects them (Art. 12(2), 32 GDPR).
    about = uuid5(request.pk, f"{name}:{again}")
    queue(to=to, template=f"rights_requests/{name}", context=context, about=about, purpose=Purpose.LEGAL_DUTIES)
