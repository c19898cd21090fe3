"""Door to end one's own restriction or objection: asked once, done at once."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rights_requests.errors import NotFound, WrongState
from rights_requests.people import party, party_required
from rights_requests.selectors import request_of
from rights_requests.services import stopping


@party_required
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask whether the data may be used again, and do it when the button is pressed."""
    asker = party(request)
    try:
        filed = request_of(asker, reference)
        if request.method != "POST" and stopping.is_carried_out(filed):
            return render(request, "rights_requests/end_stop.html", {"filed": filed})
        if request.method == "POST":
            stopping.end_by_person(request_id=filed.pk, actor=asker.actor)
            messages.success(request, _("It has ended. We may use your data for this again."))
    except NotFound as error:
        raise Http404 from error
    except WrongState:
        messages.info(request, _("It has ended already."))
    return redirect("rights_requests:detail", reference=filed.reference)
