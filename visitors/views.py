"""Doors of the public pages: home, privacy centre, contact, and the two files every browser and crawler asks for."""

from uuid import UUID

from allauth.core import ratelimit
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from rights_requests.authority import COMPLAINT_AUTHORITY, EVERY_AUTHORITY_URL
from rights_requests.people import party_of
from rights_requests.regimes import HOME
from visitors import selectors, services
from visitors.forms import ContactForm
from visitors.selectors import held_data, held_elsewhere, held_example, rights_offered


@require_safe
@cache_control(public=True, max_age=0)
def home(request: HttpRequest) -> HttpResponse:
    """What Occicor does, and the way to one's own data."""
    return render(request, "visitors/home.html", {"example": held_example()})


@require_safe
@cache_control(public=True, max_age=0)
def privacy_centre(request: HttpRequest) -> HttpResponse:
    """Each right with its form, how long it takes, whom to reach, and what we hold (Art. 12(1) and 12(2) GDPR)."""
    context = {
        "rights": rights_offered(),
        "held": held_data(),
        "elsewhere": held_elsewhere(),
        "term_months": HOME.clock.answer.amount,
        "verify_url": reverse("rights_requests:verify"),
        "authority": COMPLAINT_AUTHORITY,
        "authorities_url": EVERY_AUTHORITY_URL,
    }
    return render(request, "visitors/privacy.html", context)


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


@require_safe
@cache_control(public=True, max_age=86400)
def robots(request: HttpRequest) -> HttpResponse:
    """Personal pages are nobody's search result."""
    return render(request, "visitors/robots.txt", content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=86400)
def favicon(request: HttpRequest) -> HttpResponse:
    """Where the mark is, for browsers that ask for it at the old address."""
    return redirect(static("img/favicon.svg"))
