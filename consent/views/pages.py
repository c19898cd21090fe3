"""Pages of consent: how it stands, with every choice to make or take back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consent import choices


@require_safe
def settings_page(request: HttpRequest) -> HttpResponse:
    """Every purpose with what belongs to it and how it stands; the one place to change any choice."""
    return render(request, "consent/settings.html", {"consent": choices.of(request)})
