"""The page that asks staff why they look at people's data, once a visit and whenever they want to change it."""

from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from privacy import staff_visits
from privacy.admin_base import staff_actor
from privacy.desk_pages import Group, desk_page, page_answer
from privacy.forms import LookReasonForm
from privacy.vocabulary import LookReason


@desk_page("looking/", name="looking", permission="", group=Group.WATCH)
def looking(request: HttpRequest) -> HttpResponse:
    """Ask for the reason, and go on to the page that was wanted."""
    wanted = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or ""
    if not url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        wanted = reverse("admin:index")
    visit = staff_visits.of(request.session)
    form = LookReasonForm(
        request.POST if request.method == "POST" else None, initial={"reason": visit.reason if visit else None}
    )
    if request.method == "POST" and form.is_valid():
        staff_visits.begin(
            actor=staff_actor(request), session=request.session, reason=LookReason(form.cleaned_data["reason"])
        )
        messages.success(request, _("Thank you. You can change it above at any time."))
        return redirect(wanted)
    context = {"form": form, "next": wanted, "visit": visit}
    return page_answer(request, "admin/privacy/looking.html", context, title=_("What is this visit for?"))
