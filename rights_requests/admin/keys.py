"""The page that lists the desk's shortcuts, and where single keys are turned off and on again."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from privacy.admin_base import staff_actor
from privacy.desk_pages import Group, desk_page, page_answer
from rights_requests.desk import keys
from rights_requests.desk.powers import VIEW
from rights_requests.services import saving


@desk_page("keys/", name="desk_keys", permission=VIEW, group=Group.WATCH)
def keys_page(request: HttpRequest) -> HttpResponseBase:
    """Show the shortcuts; sent, single keys are shortcuts from now on or not, in every session of this person."""
    if request.method == "POST":
        choice = saving.choose_keys(actor=staff_actor(request), single_keys=request.POST.get("single_keys") == "on")
        keys.remember(request.session, on=choice.single_keys)
        return redirect("admin:desk_keys")
    return page_answer(request, "admin/keys.html", {}, title=_("Keyboard"))
