"""Doors of the well-known addresses, where programs look without being told."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from visitors import well_known


@require_safe
@cache_control(public=True, max_age=86400)
def security(request: HttpRequest) -> HttpResponse:
    """Where to report a weakness of the site (RFC 9116)."""
    return HttpResponse(well_known.security_txt(), content_type="text/plain; charset=utf-8")


@require_safe
def change_password(request: HttpRequest) -> HttpResponse:
    """Lead password managers to the page where a password is changed; it is elsewhere and may move (302)."""
    return redirect(well_known.change_password_url())


@require_safe
@cache_control(public=True, max_age=86400)
def gpc(request: HttpRequest) -> HttpResponse:
    """That the site honours Global Privacy Control; it says nothing about whoever asks."""
    return JsonResponse(well_known.GPC)
