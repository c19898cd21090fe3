"""Doors to follow one's own requests: the list, the page of each, its confirmation, its progress, withdrawing it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rights_requests import pages, term_pages
from rights_requests.errors import NotFound, RequestError, WrongState
from rights_requests.follow import follow_token, follow_url
from rights_requests.models import RightsRequest, State
from rights_requests.people import party, party_required
from rights_requests.selectors import next_step, request_of
from rights_requests.services import doubting, identifying, messaging, withdrawing


@party_required
@require_safe
def list_requests(request: HttpRequest) -> HttpResponse:
    """Every request of the person: what it is, where it stands, until when, and what happens next."""
    asker = party(request)
    return render(request, "rights_requests/list.html", {"lines": pages.lines(asker), "party": asker})


@party_required
@require_safe
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    """One request, whole: state, next step, timeline, plan or receipt, refusal, who to reach."""
    filed = _own(request, reference)
    context = {**pages.whole(filed, party(request)), "token": follow_token(filed.pk), "own": True}
    context["asks_word"] = identifying.awaits_word_of(filed, party(request))
    context["asks_document"] = doubting.asked_of(filed)
    if context["unseen"]:
        messaging.mark_seen(request_id=filed.pk, actor=party(request).actor)
    return render(request, "rights_requests/detail.html", context)


@party_required
@require_safe
def sent(request: HttpRequest, reference: str) -> HttpResponse:
    """The confirmation; it can be bookmarked and tells the same story whenever it is opened."""
    filed = _own(request, reference)
    context = {"filed": filed, "next": next_step(filed), "follow_url": follow_url(filed.pk), **term_pages.clock(filed)}
    context["next_steps"] = pages.next_steps(filed)
    return render(request, "rights_requests/sent.html", context)


@party_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask whether the request is really to be withdrawn, and do it when the button is pressed."""
    filed = _own(request, reference)
    if request.method == "POST":
        return _withdraw(request, filed)
    if not withdrawing.can_withdraw(filed):
        messages.info(request, _too_late_words(filed))
        return redirect("rights_requests:detail", reference=filed.reference)
    return render(request, "rights_requests/withdraw.html", {"filed": filed})


def _withdraw(request: HttpRequest, filed: RightsRequest) -> HttpResponse:
    try:
        withdrawing.withdraw(request_id=filed.pk, actor=party(request).actor)
    except WrongState:
        messages.info(request, _too_late_words(filed))
    except RequestError as error:
        messages.warning(request, str(error.message))
    else:
        messages.success(request, _("Your request is withdrawn. Nothing more will happen with it."))
    return redirect("rights_requests:detail", reference=filed.reference)


def _too_late_words(filed: RightsRequest) -> str:
    """A second press of the button is no mistake of the person: it is answered as the first was."""
    if filed.state == State.WITHDRAWN:
        return _("Your request is withdrawn already. Nothing more will happen with it.")
    return _("This request cannot be withdrawn any more. This page says where it stands.")


def _own(request: HttpRequest, reference: str) -> RightsRequest:
    """The person's request; an unknown reference and someone else's get the same answer."""
    try:
        return request_of(party(request), reference)
    except NotFound as error:
        raise Http404 from error
