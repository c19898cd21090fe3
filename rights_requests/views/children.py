"""Doors to report a child's data, open to anyone, and for somebody who was taken for a child and is none."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from privacy import limits
from privacy.unshared import unshared
from rights_requests.errors import NotFound, WrongState
from rights_requests.forms import ChildForm
from rights_requests.services import halting, reporting
from rights_requests.services.reporting import Report
from rights_requests.stop_links import StopPurpose


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Take a report from anyone; the answer is the same whether we know the child or not."""
    form = ChildForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        if _is_not_too_much(request):
            reporting.report(report=Report(**form.cleaned_data))
            return redirect("rights_requests:child_reported")
        form.refuse_for_now()
        status = 429
    return render(request, "rights_requests/child.html", {"form": form}, status=status)


@require_safe
def reported(request: HttpRequest) -> HttpResponse:
    """What happens with a report; nothing about anybody."""
    return render(request, "rights_requests/child_reported.html")


@require_http_methods(["GET", "HEAD", "POST"])
def adult(request: HttpRequest, token: str) -> HttpResponse:
    """Ask somebody who was taken for a child whether they are 18 or older, and end the block when they say so."""
    try:
        filed = halting.named_by(token, StopPurpose.ADULT)
        said = request.method == "POST" and bool(reporting.say_adult(request_id=filed.pk))
    except NotFound as error:
        raise Http404 from error
    except WrongState:
        said = False
    context = {"filed": filed, "said": said, "blocked": reporting.blocked_by(filed.pk)}
    return unshared(render(request, "rights_requests/adult.html", context))


def _is_not_too_much(request: HttpRequest) -> bool:
    """From one network, and from everywhere together: a flood of reports would lock people out."""
    if not limits.allows(request, "child_report"):
        return False
    return limits.allows(request, "child_reports", key="everyone")
