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

from privacy.admin_base import ReadOnlyAdmin, staff_actor
from privacy.uploads.arriving import receives_files
from privacy.uploads.limits import DEFAULT
from privacy.uploads.serving import file_answer
from privacy.vocabulary import Right
from rights_requests.admin.bulk import BulkActs
from rights_requests.admin.listing import COUNTED, CountedFilter, QueueList, ViewFilter, searched_for
from rights_requests.admin.own_views import OwnViews
from rights_requests.desk import acting, person, powers, queue, wordings
from rights_requests.desk.act import Act, offer
from rights_requests.desk.acts import ACTS
from rights_requests.desk.intake import IntakeForm
from rights_requests.desk.workspace import workspace
from rights_requests.errors import RequestError
from rights_requests.models import RightsRequest
from rights_requests.services import evidence


@admin.register(RightsRequest)
class RequestAdmin(BulkActs, OwnViews, ReadOnlyAdmin):
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
        written = pill(queue.Pill(str(_("new message")), "urgent")) if getattr(filed, "has_message", False) else ""
        return format_html("{} {} {}", pill(queue.state(filed)), queue.steps_words(filed), written)

    @admin.display(description=_("assigned to"))
    def assigned(self, filed: RightsRequest) -> str:
        """The colleague who has it in hand."""
        return str(filed.assignee or "")

    @admin.display(description=_("age"), ordering="received_at")
    def age(self, filed: RightsRequest) -> str:
        """How long ago it reached us; of what is done, how long it took."""
        return queue.age(filed)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The workspace of one request; that it was opened goes on record."""
        filed = self._filed(request, object_id)
        acting.record_view(request=filed, actor=staff_actor(request))
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
        acting.record_view(request=filed, actor=staff_actor(request))
        return self._page(request, filed, form, name)

    def file_view(self, request: HttpRequest, request_id: UUID, evidence_id: UUID) -> HttpResponse:
        """One file of the request, marked with who looks; only for those who may decide."""
        filed = self._filed(request, str(request_id))
        if not powers.may_decide(request.user):
            raise PermissionDenied
        if not filed.evidence.filter(pk=evidence_id).exists():
            raise Http404
        try:
            shown = evidence.show(evidence_id=evidence_id, actor=staff_actor(request))
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
