"""The register of disclosures."""

from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from privacy.admin.cases import CaseAdmin, shown
from privacy.desk import disclosures
from privacy.desk.acts import Stands
from privacy.inert import inert
from privacy.models import Disclosure
from privacy.spreadsheets import csv_stream


@admin.register(Disclosure)
class DisclosureAdmin(CaseAdmin):
    """Disclosures, the newest first; nobody's name stands in the list."""

    acts = disclosures.ACTS
    open_form = disclosures.RecordForm
    looked_event = "disclosure.read"
    open_title = _("Record a disclosure")
    open_says = _(
        "Record it when the data has left. A second person confirms it; then the people are told, or, where a law"
        " forbids it, from the day on which it no longer does."
    )
    opened = _("It is on record. A second person must confirm it.")
    list_display = ("number", "to", "to_kind", "happened_at", "whose", "how_far")
    list_display_links = ("number",)
    list_filter = ("to_kind", ("confirmed_at", admin.EmptyFieldListFilter), ("told_at", admin.EmptyFieldListFilter))
    change_list_template = "admin/privacy/disclosure/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Disclosure]:
        """With how many people each was about."""
        found: QuerySet[Disclosure] = super().get_queryset(request).annotate(people_count=Count("people"))
        return found

    def get_urls(self) -> list[URLPattern]:
        """With the register as a file."""
        file = path("export/", self.admin_site.admin_view(self.export_view), name="privacy_disclosure_export")
        return [file, *super().get_urls()]

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """The whole register as CSV; raises PermissionDenied for whoever may not see it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        answer = StreamingHttpResponse(csv_stream(disclosures.table()), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="disclosures.csv"'
        return answer

    def stands(self, case: Disclosure, user_id: UUID) -> Stands:
        """How a disclosure stands."""
        return disclosures.stands(case, user_id)

    @admin.display(description=_("disclosure"), ordering="id")
    def number(self, found: Disclosure) -> str:
        """Its number."""
        return str(found.pk)

    @admin.display(description=_("to whom"), ordering="to_name")
    def to(self, found: Disclosure) -> str:
        """The name of the recipient, with whatever turns text around to be seen."""
        return inert(found.to_name)

    @admin.display(description=_("of whom"))
    def whose(self, found: Disclosure) -> str:
        """A group, or how many people."""
        return disclosures.of_whom(found)

    @admin.display(description=_("how far"))
    def how_far(self, found: Disclosure) -> SafeString:
        """In words."""
        return shown(disclosures.pill(found))
