"""Doors of the contact page."""

from uuid import UUID

from allauth.core import ratelimit
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from rights_requests.people import party_of
from rights_requests.regimes import HOME
from visitors import selectors, services
from visitors.forms import ContactForm


@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """Ask what somebody wants to tell us; when too much comes from one network, what was typed stays on the page."""
    form = ContactForm(request.POST or None, initial={"email": getattr(request.user, "email", "")})
    status = 200
    if request.method == "POST" and form.is_valid():
        if ratelimit.consume(request, action="contact"):
            party = party_of(request)
            message = services.receive(
                actor=party.actor if party else services.ANYBODY,
                written=services.Written(**form.cleaned_data),
                language=get_language() or "",
            )
            return redirect("visitors:contact_sent", message_id=message.pk)
        form.refuse_for_now()
        status = 429
    return render(request, "visitors/contact.html", {"form": form}, status=status)


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
