"""The page of the figures for staff: one page with a permission of its own, and no way to the rows."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from privacy.admin_base import ReadOnlyAdmin
from visitors.audience.charts import chart, lists, visit_lists
from visitors.audience.figures import figures
from visitors.audience.forms import PeriodForm
from visitors.audience.models import SMALLEST, AudienceDaily


@admin.register(AudienceDaily)
class AudienceAdmin(ReadOnlyAdmin):
    """What is counted, told by period; a row of the table is never shown, since those of today may be small."""

    def get_urls(self) -> list[URLPattern]:
        """This one page, under the name by which the overview finds it."""
        here = self.admin_site.admin_view(self.changelist_view)
        return [path("", here, name="visitors_audiencedaily_changelist")]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The figures of the period that the address asks for; raises PermissionDenied for whoever may not see them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return HttpResponseNotAllowed(("GET", "HEAD"))
        form = PeriodForm.asked(request.GET)
        found = figures(form.period())
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "found": found,
            "chart": chart(found),
            "lists": lists(found),
            "visit_lists": visit_lists(found),
            "smallest": SMALLEST,
        }
        return TemplateResponse(request, "admin/visitors/audiencedaily/figures.html", context)
