"""The register of restrictions: whose data may not be used for what, since when and why; narrowed, and as a file."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from privacy.admin_base import ReadOnlyAdmin, ShownFiltersMixin, staff_actor
from privacy.desk_pages import Group, desk_page
from privacy.models import ProcessingStop
from privacy.registers.answers import saved
from privacy.registers.exporting import Form, export
from privacy.registers.restrictions import printed_restrictions

VIEW = "privacy.view_processingstop"
# Where a request is looked at; the floor above keeps it.
REQUEST_PAGE = "admin:rights_requests_rightsrequest_change"


class InForceFilter(admin.SimpleListFilter):
    """Whether the stop still counts."""

    title = _("in force")
    parameter_name = "in_force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Yes or no."""
        return [("yes", _("in force")), ("no", _("lifted"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """The stops of the choice."""
        return queryset.filter(lifted_at__isnull=self.value() == "yes") if self.value() in {"yes", "no"} else queryset


@admin.register(ProcessingStop)
class ProcessingStopAdmin(ShownFiltersMixin, ReadOnlyAdmin):
    """Whose data may not be used for what, and why; a stop is imposed and lifted on the page of its request."""

    change_list_template = "admin/registers/restrictions.html"
    list_display = ("id", "kind", "ground", "purpose", "since", "notice_at", "lifted_at", "its_request")
    list_filter = (InForceFilter, "kind", "ground", "since")
    fields = ("kind", "ground", "purpose", "since", "notice_at", "lifted_at", "request_id", "subject_digest")
    readonly_fields = fields
    search_fields = ("=request_id", "=digests__digest")
    search_help_text = _("Number of a request, or digest")
    show_full_result_count = False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """What the filters that are shown ask for, the one of this module included."""
        return lookup == InForceFilter.parameter_name or super().lookup_allowed(lookup, value, request)

    def get_urls(self) -> list[URLPattern]:
        """With the file of what the list shows."""
        file = path("export/", self.admin_site.admin_view(self.export_view), name="privacy_processingstop_export")
        return [file, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, and the way to the same as a file."""
        here = reverse("admin:privacy_processingstop_export")
        asked = f"?{request.GET.urlencode()}" if request.GET else ""
        context = {"forms": Form.choices, "now": timezone.now(), "action": f"{here}{asked}"}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """What the list shows under the same filters; raises PermissionDenied for whoever may not see it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(("POST",))
        form = Form.JSON if request.POST.get("form") == Form.JSON else Form.CSV
        chosen = self.get_changelist_instance(request).get_queryset(request)
        return saved(export(actor=staff_actor(request), printed=printed_restrictions(chosen), form=form))

    @admin.display(description=_("request"))
    def its_request(self, stop: ProcessingStop) -> SafeString | str:
        """The way to the request by which the stop came."""
        if stop.request_id is None:
            return ""
        return format_html('<a href="{}">{}</a>', reverse(REQUEST_PAGE, args=[stop.request_id]), _("The request"))


@desk_page(
    "registers/restrictions/",
    name="registers_restrictions",
    permission=VIEW,
    group=Group.REGISTERS,
    title=_("Restrictions"),
    says=_("Whose data may not be used, since when and why (Art. 18 and 21)"),
)
def restrictions_page(request: HttpRequest) -> HttpResponseBase:
    """The list of those in force."""
    return redirect(f"{reverse('admin:privacy_processingstop_changelist')}?in_force=yes")
