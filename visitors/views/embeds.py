"""Door of the choice to always see what another site shows, and to take that back."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from visitors import embeds


@require_POST
def always(request: HttpRequest) -> HttpResponse:
    """Remember, or forget, that things of a host are always shown; then back to the page. 404 for any other host."""
    host = request.POST.get("host", "")
    if not embeds.may_show(host):
        raise Http404
    hosts = embeds.chosen(request)
    answer = redirect(_back(request))
    embeds.remember(answer, hosts | {host} if request.POST.get("choice") == "always" else hosts - {host})
    return answer


def _back(request: HttpRequest) -> str:
    """A page of this site, and never anywhere else."""
    wanted = request.POST.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "/"
