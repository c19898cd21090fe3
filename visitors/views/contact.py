"""Doors of the contact page: the message, its confirmation, and a draft for whoever asks to have one kept."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from privacy import limits
from privacy.actors import Actor
from rights_requests.people import party_of
from rights_requests.regimes import HOME
from visitors import cookies, drafts, selectors, services
from visitors.forms import ContactForm, DraftForm


@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """Ask what somebody wants to tell us; when too much comes from one network, what was typed stays on the page."""
    draft = drafts.find(_token(request))
    form = ContactForm(request.POST or None, initial=selectors.begun(draft, getattr(request.user, "email", "")))
    status = 200
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data.pop("key")
        written = services.Written(**form.cleaned_data)
        if selectors.is_received(written.on_form(key)) or limits.allows(request, "contact"):
            return _receive(request, written, key)
        form.refuse_for_now()
        status = 429
    return _show(request, form, status, draft=draft, draft_until=drafts.kept_until(draft) if draft else None)


def _receive(request: HttpRequest, written: services.Written, key: UUID) -> HttpResponse:
    message = services.receive(
        actor=_actor(request),
        written=written,
        language=get_language() or "",
        form=key,
        draft=_token(request),
    )
    answer = redirect("visitors:contact_sent", message_id=message.pk)
    cookies.forget(request, answer, settings.CONTACT_DRAFT_COOKIE_NAME)
    return answer


@require_POST
def contact_draft(request: HttpRequest) -> HttpResponse:
    """Keep what is written so far, or delete what was kept: both only because somebody pressed the button for it."""
    token = _token(request)
    if request.POST.get("act") == "delete":
        drafts.forget(actor=_actor(request), token=token)
        messages.success(request, _("Your draft is deleted."))
        answer = redirect("visitors:contact")
        cookies.forget(request, answer, settings.CONTACT_DRAFT_COOKIE_NAME)
        return answer
    form, begun = DraftForm(request.POST), ContactForm(initial=request.POST.dict())
    if not form.is_valid():
        return _show(request, begun, 200, refused=form)
    if not limits.allows(request, "contact_draft"):
        form.add_error(None, _("Many drafts came from your network in a short time. Keep yours in an hour."))
        return _show(request, begun, 429, refused=form)
    kept = drafts.keep(actor=_actor(request), token=token, written=form.cleaned_data)
    days = settings.CONTACT_DRAFT_DAYS
    said = ngettext("We keep your draft for %(days)d day.", "We keep your draft for %(days)d days.", days)
    messages.success(request, said % {"days": days})
    answer = redirect("visitors:contact")
    cookies.keep(answer, settings.CONTACT_DRAFT_COOKIE_NAME, kept, lasts=timedelta(days=days))
    return answer


@require_safe
def contact_sent(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """That we have the message, and what happens next; nothing of what was written, for the link may be passed on."""
    message = selectors.message(message_id)
    if message is None:
        raise Http404
    context = {
        "message": message,
        "answer_by": selectors.answer_by(message),
        "term_months": HOME.clock.answer.amount,
    }
    return render(request, "visitors/contact_sent.html", context)


def _token(request: HttpRequest) -> str:
    """What finds the draft that this browser asked us to keep; empty where it asked for none."""
    return request.COOKIES.get(settings.CONTACT_DRAFT_COOKIE_NAME, "")


def _actor(request: HttpRequest) -> Actor:
    party = party_of(request)
    return party.actor if party else services.ANYBODY


def _show(request: HttpRequest, form: ContactForm, status: int, **more: Any) -> HttpResponse:
    context = {"form": form, "retention": selectors.message_retention(), "draft_days": settings.CONTACT_DRAFT_DAYS}
    return render(request, "visitors/contact.html", {**context, **more}, status=status)
