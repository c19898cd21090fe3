"""The register of breaches, with the notification to the authority, and its line on the overview."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from privacy.admin.cases import CaseAdmin, shown
from privacy.breach_letters import letter
from privacy.desk import breaches, notification
from privacy.desk.acts import Stands
from privacy.desk_pages import Group, desk_page
from privacy.inert import inert
from privacy.models import Breach


@admin.register(Breach)
class BreachAdmin(CaseAdmin):
    """Breaches, the newest first, each with its clock."""

    acts = breaches.ACTS
    open_form = breaches.OpenBreachForm
    looked_event = "breach.read"
    open_title = _("Record a breach")
    open_says = _(
        "Record it as soon as you are aware of it, with what you know: the rest can follow. The officers are written to"
        " at once, and again before the 72 hours are over."
    )
    opened = _("It is in the register. The clock runs.")
    more = ("admin/privacy/breach/concerned.html", "admin/privacy/breach/letters.html")
    list_display = ("number", "name", "discovered_at", "clock", "risk", "people_count", "how_far")
    list_display_links = ("number",)
    list_filter = (("closed_at", admin.EmptyFieldListFilter), "risk")

    def get_urls(self) -> list[URLPattern]:
        """With the notification, to print and for programs."""
        view = self.admin_site.admin_view
        page = path("<int:object_id>/notification/", view(self.notification_view), name="privacy_breach_notification")
        data = path("<int:object_id>/notification.json", view(self.data_view), name="privacy_breach_data")
        return [page, data, *super().get_urls()]

    def notification_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """What the authority is told, on a page to print."""
        found = self._found(request, str(object_id))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "case": found,
            "title": _("Notification of a breach of personal data"),
            "told": notification.contents(found),
            "stands": self.stands(found, UUID(str(request.user.pk))),
            "concerned": breaches.concerned(found),
        }
        return TemplateResponse(request, "admin/privacy/breach/notification.html", context)

    def data_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The same as JSON."""
        found = notification.contents(self._found(request, str(object_id)))
        answer = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 2})
        answer["Content-Disposition"] = f'attachment; filename="breach-{object_id}.json"'
        return answer

    def stands(self, case: Breach, user_id: UUID) -> Stands:
        """How a breach stands."""
        return breaches.stands(case, user_id)

    def parts(self, case: Breach) -> dict[str, Any]:
        """Who is concerned, and the letter to them."""
        written = [code for code, _name in settings.LANGUAGES if code in case.texts]
        previews = [
            {
                "name": name,
                "code": code,
                "bidi": get_language_info(code)["bidi"],
                "letter": letter(case, code, case.slugs),
            }
            for code, name in settings.LANGUAGES
            if written
        ]
        return {"concerned": breaches.concerned(case), "previews": previews, **breaches.letters(case)}

    @admin.display(description=_("breach"), ordering="id")
    def number(self, found: Breach) -> str:
        """Its number."""
        return str(found.pk)

    @admin.display(description=_("what happened"))
    def name(self, found: Breach) -> str:
        """In a line, with whatever turns text around to be seen."""
        return inert(found.title)

    @admin.display(description=_("authority"), ordering="discovered_at")
    def clock(self, found: Breach) -> SafeString:
        """How the 72 hours stand."""
        return shown(breaches.clock_pill(found))

    @admin.display(description=_("state"))
    def how_far(self, found: Breach) -> SafeString:
        """Whether it is open."""
        return shown(breaches.state_pill(found))


@desk_page(
    "privacy/breaches/",
    name="privacy_breaches",
    permission="privacy.view_breach",
    group=Group.WATCH,
    title=_("Breaches of personal data"),
    says=breaches.standing,
)
def breaches_page(request: HttpRequest) -> HttpResponseBase:
    """The register itself: what stands on the overview beside the link says whose clock runs."""
    return redirect(reverse("admin:privacy_breach_changelist"))
