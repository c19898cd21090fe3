"""Door of the choice to always see what another site shows, and to take that back."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from privacy.way_back import way_back
from visitors import embeds


@require_POST
def always(request: HttpRequest) -> HttpResponse:
    """Remember, or forget, that things of a host are always shown; then back to the page. 404 for any other host."""
    host = request.POST.get("host", "")
    if not embeds.may_show(host):
        raise Http404
    hosts = embeds.chosen(request)
    answer = redirect(way_back(request, reverse("visitors:home")))
    wanted = hosts | {host} if request.POST.get("choice") == "always" else hosts - {host}
    embeds.remember(request, answer, wanted)
    return answer
