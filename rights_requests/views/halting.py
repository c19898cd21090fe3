"""Door of the one-click stop: a page with one button, so that nothing that only opens links can press it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from privacy.unshared import unshared
from rights_requests.errors import NotFound, WrongState
from rights_requests.services import halting
from rights_requests.stop_links import StopPurpose


@require_http_methods(["GET", "HEAD", "POST"])
def stop_request(request: HttpRequest, token: str) -> HttpResponse:
    """Ask the data subject whether what was asked in their name is to be stopped, and stop it; no sign-in."""
    try:
        filed = halting.named_by(token, StopPurpose.REQUEST)
        stopped = request.method == "POST" and bool(halting.stop(request_id=filed.pk))
    except NotFound as error:
        raise Http404 from error
    except WrongState:
        stopped = False
    filed.refresh_from_db()
    context = {
        "filed": filed,
        "stopped": stopped or halting.was_stopped(filed),
        "can_stop": halting.can_stop(filed),
    }
    return unshared(render(request, "rights_requests/stop.html", context))
