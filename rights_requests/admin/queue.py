"""The staff's door to requests: the queue; the workspace of one request is in a module of its own."""

from typing import Any
from uuid import UUID

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
from django.utils.translation import ngettext

from privacy.admin_base import staff_actor
from privacy.uploads.arriving import receives_files
from privacy.uploads.limits import DEFAULT
from privacy.vocabulary import Right
from rights_requests.admin.workspace import WorkspaceAdmin, workspace_url
from rights_requests.desk import powers, queue
from rights_requests.desk.intake import IntakeForm
from rights_requests.errors import RequestError
from rights_requests.models import RightsRequest
from rights_requests.services import assigning

# Where a request to the queue keeps how many rows the chosen view has.
COUNTED = "requests_in_view"


class ViewFilter(admin.SimpleListFilter):
    """The tabs above the queue: open requests unless another view is chosen, each with its count."""

    title = _("view")
    parameter_name = "view"
    template = "admin/rights_requests/rightsrequest/tabs.html"

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.user_id = UUID(str(request.user.pk))
        self.counts = queue.counts(RightsRequest.objects.all(), self.user_id)
        setattr(request, COUNTED, self.counts[self.chosen])

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The views of the queue."""
        return [(name, view.title) for name, view in queue.VIEWS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[RightsRequest]) -> QuerySet[RightsRequest]:
        """The requests of the chosen view."""
        return queryset.filter(queue.condition(self.chosen, self.user_id))

    @property
    def chosen(self) -> str:
        """The name of the view that is shown."""
        value = self.value() or ""
        return value if value in queue.VIEWS else queue.DEFAULT_VIEW

    def choices(self, changelist: Any) -> Any:
        """Each tab with its address and its count."""
        for name, title in self.lookup_choices:
            yield {
                "selected": name == self.chosen,
                "query_string": changelist.get_query_string({self.parameter_name: name}),
                "display": title,
                "count": self.counts[str(name)],
                "alarming": name in queue.ALARMING and self.counts[str(name)],
            }


@admin.register(RightsRequest)
class RequestAdmin(WorkspaceAdmin):
    """The queue and the workspace; every change goes through a service, so the admin itself changes nothing."""

    list_display = ("reference", "what", "person", "due", "progress", "assigned", "received")
    list_display_links = ("reference",)
    list_filter = (ViewFilter, "right", "state")
    list_per_page = 50
    ordering = ("due_at", "pk")
    search_fields = ("reference__icontains", "subject_user__email__icontains")
    search_help_text = _("By reference or e-mail address")
    show_full_result_count = False
    actions = ("assign_to_me",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[RightsRequest]:
        """One query for all columns."""
        return queue.listed(super().get_queryset(request))

    def get_paginator(self, request: HttpRequest, queryset: QuerySet[RightsRequest], *args: Any, **kwargs: Any) -> Any:
        """The pages of a view; how many requests it has was counted for its tab already, unless they are narrowed."""
        paginator = super().get_paginator(request, queryset, *args, **kwargs)
        if not set(request.GET) - {ViewFilter.parameter_name, "p", "o"}:
            paginator.__dict__["count"] = getattr(request, COUNTED, None) or queryset.count()
        return paginator

    def get_urls(self) -> list[URLPattern]:
        """Taking in, beside the addresses of the workspace."""
        intake = path(
            "intake/", self.admin_site.admin_view(self.intake_view), name="rights_requests_rightsrequest_intake"
        )
        return [intake, *super().get_urls()]

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

    def has_assign_permission(self, request: HttpRequest) -> bool:
        """Whether the member of staff may take requests."""
        return powers.may_decide(request.user)

    @admin.display(description=_("right"), ordering="right")
    def what(self, filed: RightsRequest) -> Any:
        """The right in one word."""
        return queue.RIGHTS[Right(filed.right)]

    @admin.display(description=_("person"), ordering="subject_user__email")
    def person(self, filed: RightsRequest) -> str:
        """Whose request it is; nothing once the account is gone."""
        return str(filed.subject_user or "")

    @admin.display(description=_("due"), ordering="due_at")
    def due(self, filed: RightsRequest) -> SafeString:
        """How long is left, in words."""
        return pill(queue.due(filed))

    @admin.display(description=_("state"), ordering="state")
    def progress(self, filed: RightsRequest) -> SafeString:
        """The state, and while work is under way how many steps of it are done."""
        written = pill(queue.Pill(str(_("new message")), "urgent")) if getattr(filed, "has_message", False) else ""
        return format_html("{} {} {}", pill(queue.state(filed)), queue.steps_words(filed), written)

    @admin.display(description=_("assigned to"), ordering="assignee__email")
    def assigned(self, filed: RightsRequest) -> str:
        """The colleague who has it in hand."""
        return str(filed.assignee or "")

    @admin.display(description=_("received"), ordering="received_at")
    def received(self, filed: RightsRequest) -> str:
        """The day on which it arrived."""
        return queue.short_day(filed.received_at)

    @admin.action(description=_("Assign to me"), permissions=["assign"])
    def assign_to_me(self, request: HttpRequest, requests: QuerySet[RightsRequest]) -> None:
        """Take the chosen requests one by one; those that cannot be taken are named with the reason."""
        taken = 0
        for filed in requests:
            try:
                assigning.assign(request_id=filed.pk, actor=(me := staff_actor(request)), to=me.user_id)
                taken += 1
            except RequestError as error:
                messages.warning(request, f"{filed.reference}: {error.message}")
        if taken:
            text = ngettext("%(count)d request is yours now.", "%(count)d requests are yours now.", taken)
            messages.success(request, text % {"count": taken})


def pill(words: queue.Pill) -> SafeString:
    """The words as a pill; escaped."""
    return format_html('<span class="pill pill-{}">{}</span>', words.kind, words.label)
