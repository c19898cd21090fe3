"""The staff's door to requests: the queue, the workspace of one request, its acts and its files."""

from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from privacy.admin_base import ListRecordedMixin, ReadOnlyAdmin, looking_actor, staff_actor
from privacy.uploads.arriving import receives_files
from privacy.uploads.limits import DEFAULT
from privacy.uploads.serving import file_answer
from privacy.vocabulary import Right
from rights_requests.desk import acting, powers, queue, wordings
from rights_requests.desk.act import Act, offer
from rights_requests.desk.acts import ACTS
from rights_requests.desk.intake import IntakeForm
from rights_requests.desk.workspace import workspace
from rights_requests.errors import RequestError
from rights_requests.models import RightsRequest
from rights_requests.services import assigning, evidence

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
class RequestAdmin(ListRecordedMixin, ReadOnlyAdmin):
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
        """The workspace's acts and files, each at an address of its own."""
        act = path(
            "<uuid:request_id>/act/<slug:name>/",
            self.admin_site.admin_view(self.act_view),
            name="rights_requests_rightsrequest_act",
        )
        file = path(
            "<uuid:request_id>/file/<uuid:evidence_id>/",
            self.admin_site.admin_view(self.file_view),
            name="rights_requests_rightsrequest_file",
        )
        intake = path(
            "intake/", self.admin_site.admin_view(self.intake_view), name="rights_requests_rightsrequest_intake"
        )
        return [act, file, intake, *super().get_urls()]

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

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The workspace of one request; that it was opened goes on record."""
        filed = self._filed(request, object_id)
        acting.record_view(request=filed, actor=looking_actor(request))
        return self._page(request, filed)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What happened is on the workspace itself."""
        return redirect(workspace_url(self._filed(request, object_id)))

    @receives_files(files=1, bytes_each=DEFAULT.file_bytes)
    def act_view(self, request: HttpRequest, request_id: UUID, name: str) -> HttpResponse:
        """Do one act; whatever speaks against it is said at the form, and that the workspace was seen is on record."""
        filed = self._filed(request, str(request_id))
        chosen = self._chosen(request, filed, name)
        if request.method != "POST":
            return redirect(workspace_url(filed))
        if chosen.step_up and powers.powers(filed, request.user).offers(name):
            _ask_again_who_it_is(request)
        form = chosen.form(request.POST, request.FILES, filed=filed)
        if form.is_valid():
            try:
                done = acting.act(chosen=chosen, request=filed, actor=staff_actor(request), given=form.cleaned_data)
                messages.success(request, done)
                return redirect(workspace_url(filed))
            except RequestError as error:
                form.add_error(None, error.message)
        filed = self._filed(request, str(request_id))
        acting.record_view(request=filed, actor=looking_actor(request))
        return self._page(request, filed, form, name)

    def file_view(self, request: HttpRequest, request_id: UUID, evidence_id: UUID) -> HttpResponse:
        """One file of the request, marked with who looks; only for those who may see evidence."""
        filed = self._filed(request, str(request_id))
        if not powers.may_see_evidence(request.user):
            raise PermissionDenied
        if not filed.evidence.filter(pk=evidence_id).exists():
            raise Http404
        try:
            shown = evidence.show(evidence_id=evidence_id, actor=looking_actor(request))
        except RequestError as error:
            messages.error(request, str(error.message))
            return redirect(workspace_url(filed))
        inline = shown.media_type == "image/jpeg"
        return file_answer(shown.content, media_type=shown.media_type, name=shown.name, inline=inline)

    def _filed(self, request: HttpRequest, object_id: str) -> RightsRequest:
        """The request with people and plan; raises Http404, and PermissionDenied for staff who may not see it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        filed: RightsRequest | None = self.get_object(request, object_id)
        if filed is None:
            raise Http404
        return filed

    def _chosen(self, request: HttpRequest, filed: RightsRequest, name: str) -> Act:
        """The act of this name; raises PermissionDenied, or Http404 for an act that does not exist."""
        chosen = ACTS[Right(filed.right)].get(name)
        if chosen is None:
            raise Http404
        if not powers.may_decide(request.user):
            raise PermissionDenied
        return chosen

    def _page(
        self, request: HttpRequest, filed: RightsRequest, wrong: forms.Form | None = None, tried: str = ""
    ) -> TemplateResponse:
        """The workspace, with the form that could not be carried out if there is one."""
        work = workspace(filed, request.user)
        wording = wordings.chosen(filed, request.GET.get("wording", ""))
        initial = {"plan_hash": work.plan.hash if work.plan else "", "wording": wording}
        offered = {act.name: wrong if tried == act.name else None for act in work.powers.acts}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": filed.reference,
            "work": work,
            "wrong": wrong,
            "tried": tried,
            "lost": wrong if tried not in offered else None,
            "in_front": [
                offer(act, act_url(filed, act.name), filed, offered[act.name], initial) for act in work.powers.in_front
            ],
            "beside": [
                offer(act, act_url(filed, act.name), filed, offered[act.name], initial) for act in work.powers.beside
            ],
        }
        template = "admin/rights_requests/rightsrequest/workspace.html"
        return TemplateResponse(request, template, context, status=409 if wrong else 200)


def pill(words: queue.Pill) -> SafeString:
    """The words as a pill; escaped."""
    return format_html('<span class="pill pill-{}">{}</span>', words.kind, words.label)


def workspace_url(filed: RightsRequest) -> str:
    """The address of a request's workspace."""
    return reverse("admin:rights_requests_rightsrequest_change", args=[filed.pk])


def act_url(filed: RightsRequest, name: str) -> str:
    """The address to which an act on the request is posted."""
    return reverse("admin:rights_requests_rightsrequest_act", args=[filed.pk, name])


@reauthentication_required
def _ask_again_who_it_is(request: HttpRequest) -> None:
    """Raise allauth's ReauthenticationRequired unless the person proved who they are a short while ago."""
