"""The staff's door to requests: the queue; the workspace of one request is in a module of its own."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from privacy.admin_base import ListRecordedMixin, staff_actor
from privacy.desk.acts import Pill
from privacy.uploads.arriving import receives_files
from privacy.uploads.limits import DEFAULT
from privacy.vocabulary import Right
from rights_requests.admin.bulk import BulkActs
from rights_requests.admin.listing import COUNTED, CountedFilter, QueueList, ViewFilter, searched_for
from rights_requests.admin.own_views import OwnViews
from rights_requests.admin.preview import preview_urls
from rights_requests.admin.workspace import WorkspaceAdmin, workspace_url
from rights_requests.desk import person, powers, queue
from rights_requests.desk.intake import IntakeForm
from rights_requests.errors import RequestError
from rights_requests.models import RightsRequest


@admin.register(RightsRequest)
class RequestAdmin(ListRecordedMixin, BulkActs, OwnViews, WorkspaceAdmin):
    """The queue and the workspace; every change goes through a service, so the admin itself changes nothing."""

    list_display = ("reference", "what", "person", "due", "progress", "assigned", "age")
    list_display_links = ("reference",)
    list_filter = (ViewFilter, ("right", CountedFilter), ("state", CountedFilter))
    list_per_page = 50
    search_fields = ("reference",)
    search_help_text = _("Reference, whole e-mail address, or Customer")
    show_full_result_count = False
    show_facets = admin.ShowFacets.ALWAYS
    actions = ("assign_to_me", "assign", "extend", "remind")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[QueueList]:
        """The list that counts its tabs and filters itself."""
        return QueueList

    def get_queryset(self, request: HttpRequest) -> QuerySet[RightsRequest]:
        """With whom it is about and who has it, for the workspace; a line of the list needs more and less."""
        return super().get_queryset(request).select_related("subject_user", "assignee")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[RightsRequest], search_term: str
    ) -> tuple[QuerySet[RightsRequest], bool]:
        """By reference, address or Customer, each by index."""
        searched = searched_for(request)
        found = queryset if searched is None else queryset.filter(pk__in=searched.requests.values("pk"))
        return found, False

    def get_paginator(self, request: HttpRequest, queryset: QuerySet[RightsRequest], *args: Any, **kwargs: Any) -> Any:
        """The pages of the list, of which the first thousand rows are shown; it was counted with the tabs."""
        paginator = super().get_paginator(request, queryset, *args, **kwargs)
        paginator.__dict__["count"] = getattr(request, COUNTED)
        return paginator

    def get_urls(self) -> list[URLPattern]:
        """Taking in, beside the addresses of the workspace."""
        intake = path(
            "intake/", self.admin_site.admin_view(self.intake_view), name="rights_requests_rightsrequest_intake"
        )
        return [intake, *preview_urls(self.admin_site), *super().get_urls()]

    @receives_files(files=1, bytes_each=DEFAULT.file_bytes)
    def intake_view(self, request: HttpRequest) -> HttpResponse:
        """Take in what came by letter, call or e-mail; sending twice leads to the same request."""
        if not powers.may_decide(request.user):
            raise PermissionDenied
        posted = request.method == "POST"
        form, refused = IntakeForm(request.POST, request.FILES) if posted else IntakeForm(), False
        if posted and form.is_valid():
            try:
                filed = form.take_in(staff_actor(request)).request
                messages.success(request, _("It is on record, with the day on which it reached us."))
                return redirect(workspace_url(filed))
            except RequestError as error:
                form.add_error(None, error.message)
                refused = True
        context = {**self.admin_site.each_context(request), "opts": self.opts, "form": form}
        template = "admin/rights_requests/rightsrequest/intake.html"
        return TemplateResponse(request, template, context, status=409 if refused else 200)

    @admin.display(description=_("right"), ordering="right")
    def what(self, filed: RightsRequest) -> Any:
        """The right in one word."""
        return queue.RIGHTS[Right(filed.right)]

    @admin.display(description=_("person"))
    def person(self, filed: RightsRequest) -> SafeString:
        """Whose data it is, and whether somebody else asks for them."""
        asks = person.asked_by(filed)
        more = format_html(' <span class="desk-small muted">{}</span>', asks) if asks else ""
        return format_html('<bdi class="desk-person">{}</bdi>{}', person.person(filed), more)

    @admin.display(description=_("due"), ordering="due_at")
    def due(self, filed: RightsRequest) -> SafeString:
        """How long is left, in words."""
        return pill(queue.due(filed))

    @admin.display(description=_("state"), ordering="state")
    def progress(self, filed: RightsRequest) -> SafeString:
        """The state, and while work is under way how many steps of it are done."""
        written = pill(Pill(str(_("new message")), "urgent")) if getattr(filed, "has_message", False) else ""
        return format_html("{} {} {}", pill(queue.state(filed)), queue.steps_words(filed), written)

    @admin.display(description=_("assigned to"))
    def assigned(self, filed: RightsRequest) -> str:
        """The colleague who has it in hand."""
        return str(filed.assignee or "")

    @admin.display(description=_("age"), ordering="received_at")
    def age(self, filed: RightsRequest) -> str:
        """How long ago it reached us; of what is done, how long it took."""
        return queue.age(filed)


def pill(words: Pill) -> SafeString:
    """The words as a pill; escaped."""
    return format_html('<span class="pill pill-{}">{}</span>', words.kind, words.label)
