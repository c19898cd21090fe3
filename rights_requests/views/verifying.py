"""Doors for everybody: check a manifest or a receipt that we signed, and the public keys to check it without us."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from privacy.package.signing import public_keys
from rights_requests.forms import VerifyForm


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Say in plain words whether a document is genuine, altered or not ours; nothing of it is kept."""
    form = VerifyForm(request.POST, request.FILES) if request.method == "POST" else VerifyForm()
    checked = form.checked if form.is_bound and form.is_valid() else None
    return render(request, "rights_requests/verify.html", {"form": form, "checked": checked})


@require_safe
@cache_control(public=True, max_age=3600)
def keys(request: HttpRequest) -> HttpResponse:
    """The public keys of our signatures, old ones included, as JSON."""
    return JsonResponse(public_keys(), json_dumps_params={"indent": 2})
