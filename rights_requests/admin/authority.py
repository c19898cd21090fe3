"""The page on which the officer hands the register of requests out for an authority."""

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from privacy.admin_base import staff_actor
from privacy.desk_pages import Group, desk_page, page_answer
from rights_requests.desk.requests_register import AskedForm
from rights_requests.services.handing_out import hand_out

TITLE = _("Requests, for an authority")


@desk_page(
    "registers/requests/",
    name="registers_requests",
    permission="privacy.view_register",
    group=Group.REGISTERS,
    title=TITLE,
    says=_("What was asked in a period, and how and when we answered: without a name"),
)
def requests_page(request: HttpRequest) -> HttpResponseBase:
    """Choose which requests; posted, the file."""
    form = AskedForm(request.POST) if request.method == "POST" else AskedForm.begun()
    if request.method == "POST" and form.is_valid():
        handed = hand_out(actor=staff_actor(request), asked=form.asked())
        answer = FileResponse(handed.file, as_attachment=True, filename=handed.name, content_type="application/zip")
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Cache-Control"] = "no-store, private"
        return answer
    return page_answer(request, "admin/registers/requests.html", {"form": form}, title=TITLE)
