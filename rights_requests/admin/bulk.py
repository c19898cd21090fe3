"""The door to what is done with many requests at once: choose, see what will happen to each, say it once, read on."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from privacy.admin_base import staff_actor
from rights_requests.desk import bulk, powers
from rights_requests.desk.bulk import BULK, BulkAct, BulkForm
from rights_requests.errors import TooManyChosen
from rights_requests.models import RightsRequest
from rights_requests.services import assigning
from rights_requests.services.many import MOST_AT_ONCE, Chosen, each

Requests = QuerySet[RightsRequest]
QUEUE = "admin:rights_requests_rightsrequest_changelist"
_FOLDER = "admin/rights_requests/rightsrequest"
# That the whole list is meant, and not the rows that were ticked.
_ALL = "select_across"


class BulkActs(ModelAdmin):  # type: ignore[type-arg] # not generic at run time
    """What staff do with many rows of the queue; never erase, approve or refuse."""

    def get_urls(self) -> list[URLPattern]:
        """Where a bulk act is sent once its page was read."""
        view = self.admin_site.admin_view(self.bulk_view)
        return [path("bulk/<slug:name>/", view, name="rights_requests_rightsrequest_bulk"), *super().get_urls()]

    def has_assign_permission(self, request: HttpRequest) -> bool:
        """Whether the member of staff may take requests, and do anything else with them."""
        return powers.may_decide(request.user)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list; Django takes "all of this list" only with a row, so it is given one that is nobody's."""
        if request.POST.get(_ALL) == "1" and not request.POST.getlist(ACTION_CHECKBOX_NAME):
            given = request.POST.copy()
            given[ACTION_CHECKBOX_NAME] = _ALL
            request.POST = given  # type: ignore[assignment] # what Django's own code does too
        return super().changelist_view(request, extra_context)

    @admin.action(description=_("Assign to me"), permissions=["assign"])
    def assign_to_me(self, request: HttpRequest, requests: Requests) -> None:
        """Take the chosen requests one by one; those that cannot be taken are named with the reason."""
        me = staff_actor(request)
        try:
            chosen = bulk.as_seen(bulk.few(requests))
        except TooManyChosen as error:
            messages.error(request, str(error.message))
            return
        outcomes = each(
            chosen=chosen, actor=me, do=lambda pk, actor: assigning.take(request_id=pk, actor=actor), done=""
        )
        for outcome in outcomes:
            if not outcome.done:
                messages.warning(request, f"{outcome.chosen.reference}: {outcome.message}")
        if taken := sum(outcome.done for outcome in outcomes):
            text = ngettext("%(count)d request is yours now.", "%(count)d requests are yours now.", taken)
            messages.success(request, text % {"count": taken})

    @admin.action(description=BULK["assign"].label, permissions=["assign"])
    def assign(self, request: HttpRequest, requests: Requests) -> HttpResponse | None:
        """Ask who shall have the chosen requests."""
        return self._ask(request, BULK["assign"], requests)

    @admin.action(description=BULK["extend"].label, permissions=["assign"])
    def extend(self, request: HttpRequest, requests: Requests) -> HttpResponse | None:
        """Ask why the chosen requests take longer."""
        return self._ask(request, BULK["extend"], requests)

    @admin.action(description=BULK["remind"].label, permissions=["assign"])
    def remind(self, request: HttpRequest, requests: Requests) -> HttpResponse | None:
        """Show who would be reminded."""
        return self._ask(request, BULK["remind"], requests)

    def bulk_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """Do it to each, and say of each what happened; sent twice it finds everything done."""
        if name not in BULK:
            raise Http404
        if not powers.may_decide(request.user):
            raise PermissionDenied
        act, chosen = BULK[name], list(_chosen(request.POST.getlist("chosen")))
        if request.method != "POST" or not chosen:
            return redirect(QUEUE)
        form = act.form(request.POST)
        if len(chosen) > MOST_AT_ONCE or not form.is_valid():
            return self._ask(request, act, RightsRequest.objects.filter(pk__in=[c.request_id for c in chosen]), form)
        outcomes = each(chosen=chosen, actor=staff_actor(request), do=act.doing(form.cleaned_data), done=act.done)
        done = sum(outcome.done for outcome in outcomes)
        return self._answer(request, "bulk_done.html", act, {"outcomes": outcomes, "done": done})

    def _ask(
        self, request: HttpRequest, act: BulkAct, requests: Requests, form: BulkForm | None = None
    ) -> HttpResponse:
        try:
            few = bulk.few(requests)
        except TooManyChosen as error:
            messages.error(request, str(error.message))
            return redirect(request.get_full_path() if form is None else reverse(QUEUE))
        lines = bulk.lines(act, few, staff_actor(request))
        possible = sum(line.possible for line in lines)
        context = {"form": form or act.form(), "lines": lines, "possible": possible}
        return self._answer(request, "bulk.html", act, context, status=200 if form is None else 409)

    def _answer(
        self, request: HttpRequest, template: str, act: BulkAct, context: dict[str, Any], status: int = 200
    ) -> HttpResponse:
        whole = {**self.admin_site.each_context(request), "opts": self.opts, "act": act, "back": _back(request)}
        return TemplateResponse(request, f"{_FOLDER}/{template}", {**whole, **context}, status=status)


def _chosen(values: Iterable[str]) -> Iterable[Chosen]:
    """What the page named, as "id reference mark"; anything else is left out."""
    for value in values:
        parts = value.split(" ")
        try:
            request_id, reference, seen = parts
            yield Chosen(UUID(request_id), reference, seen)
        except ValueError:
            continue


def _back(request: HttpRequest) -> str:
    """The list from which the requests were chosen: tab, filters and order, and what was searched for."""
    return f"{reverse(QUEUE)}?{request.POST.get('back') or request.GET.urlencode()}"
