"""Doors of the privacy centre."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from rights_requests.authority import COMPLAINT_AUTHORITY, EVERY_AUTHORITY_URL
from rights_requests.regimes import HOME
from visitors.selectors import held_data, held_elsewhere, rights_offered


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
