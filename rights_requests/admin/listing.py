"""The list of the queue: its tabs and filters with their counts, in a fixed number of queries, each by an index."""

from collections.abc import Iterator
from typing import Any, Literal
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from rights_requests.desk import own_views, queue, search
from rights_requests.desk.own_views import OwnView, SaveForm
from rights_requests.desk.tally import MOST, in_words, tally
from rights_requests.models import RightsRequest
from rights_requests.services.many import MOST_AT_ONCE
from rights_requests.services.saving import kept_part

Requests = QuerySet[RightsRequest]
# Where a request to the queue keeps how many rows the list has, and what a search found.
COUNTED, SEARCHED = "queue_counted", "queue_searched"


class ViewFilter(admin.SimpleListFilter):
    """The tabs above the queue: open requests unless another view is chosen; a search looks behind all of them."""

    title = _("view")
    parameter_name = "view"
    template = "admin/rights_requests/rightsrequest/tabs.html"
    tabs = True

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.user_id = UUID(str(request.user.pk))
        self.searches = bool(request.GET.get("q", "").strip())

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The views of the queue."""
        return [(name, view.title) for name, view in queue.VIEWS.items()]

    def queryset(self, request: HttpRequest, queryset: Requests) -> Requests:
        """The requests of the chosen view; while something is searched for, all."""
        return queryset if self.searches else queryset.filter(queue.condition(self.chosen, self.user_id))

    @property
    def chosen(self) -> str:
        """The name of the view that is shown."""
        return chosen_view(self.value())

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Each tab with its address and its count; none is the present one while something is searched for."""
        for name, title in self.lookup_choices:
            count = changelist.counts[str(name)]
            yield {
                "selected": name == self.chosen and not self.searches,
                "query_string": changelist.get_query_string({self.parameter_name: name}, remove=["q", "p", "o"]),
                "display": title,
                "count": in_words(count),
                "alarming": name in queue.ALARMING and count,
            }


class CountedFilter(admin.ChoicesFieldListFilter):
    """A filter by a closed list of words, each with how many requests it would show beside the other filters."""

    def get_facet_queryset(self, changelist: Any) -> Any:
        """The counts under the names by which Django's filter asks for them."""
        return {f"{number}__c": count for number, count in enumerate(changelist.facets[self.field_path])}


class QueueList(ChangeList):
    """The list itself: at most MOST requests of what was chosen are counted and shown; the rest is a search away."""

    most_at_once = MOST_AT_ONCE

    def _get_default_ordering(self) -> tuple[str, ...]:
        """What is due first on top; of what is done, what was done last."""
        return queue.order(self.view)

    def get_ordering_field_columns(self) -> dict[int, Literal["desc", "asc"]]:
        """By which column the list is ordered; of the usual order the first one, the rest settles what is equal."""
        columns = super().get_ordering_field_columns()
        return columns if ORDER_VAR in self.params else dict(list(columns.items())[:1])

    @property
    def view(self) -> str:
        """The name of the view that is shown."""
        return chosen_view(self.filter_params.get(ViewFilter.parameter_name, [""])[0])

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Requests:
        """The requests with all that a line shows."""
        return queue.listed(super().get_queryset(request, exclude_parameters))

    def get_results(self, request: HttpRequest) -> None:
        """Count the tabs and the list itself in one query, then read the page."""
        self.user_id = UUID(str(request.user.pk))
        self.counts = tally({**queue.views(self.user_id), COUNTED: self.queryset})
        setattr(request, COUNTED, self.counts[COUNTED])
        self.narrowed_by_search = getattr(request, SEARCHED, None)
        super().get_results(request)
        self._count_facets(request)
        self.own_views: list[OwnView] = own_views.own_views(self.user_id)
        self.kept = kept_part(request.GET.urlencode())
        self.save_form = SaveForm(initial={"query": self.kept})

    @property
    def cut_off(self) -> str:
        """How many requests are shown where there are more; empty where all are."""
        return formats.number_format(MOST, use_l10n=True, force_grouping=True) if self.counts[COUNTED] >= MOST else ""

    def _count_facets(self, request: HttpRequest) -> None:
        """How many requests each choice of each filter would show, in one query."""
        counted = [spec for spec in self.filter_specs if isinstance(spec, CountedFilter)]
        sets: dict[tuple[str, int], Requests] = {}
        for spec in counted:
            base = self._without(spec, request).order_by(queue.order_of_filter(spec.field_path, self.view))
            for number, (word, _title) in enumerate(spec.field.flatchoices):
                empty = spec.field_path == "state" and not self.query and not queue.can_hold(self.view, str(word))
                sets[spec.field_path, number] = base.none() if empty else base.filter(**{spec.field_path: word})
        found = tally({str(number): requests for number, requests in enumerate(sets.values())})
        self.facets: dict[str, list[str]] = {spec.field_path: [] for spec in counted}
        for number, (path, _choice) in enumerate(sets):
            self.facets[path].append(in_words(found[str(number)]))

    def _without(self, left_out: Any, request: HttpRequest) -> Requests:
        requests: Requests = RightsRequest.objects.all()
        for spec in self.filter_specs:
            narrowed = requests if spec is left_out else spec.queryset(request, requests)
            requests = requests if narrowed is None else narrowed
        searched = searched_for(request)
        return requests if searched is None else requests.filter(pk__in=searched.requests.values("pk"))


def chosen_view(value: Any) -> str:
    """The view of this name; the one that is shown first for any other."""
    return str(value) if value in queue.VIEWS else queue.DEFAULT_VIEW


def searched_for(request: HttpRequest) -> search.Found | None:
    """What the search of this request to the queue found, looked up once; None where nothing is searched for."""
    term = request.GET.get("q", "").strip()
    if not term:
        return None
    found: search.Found | None = getattr(request, SEARCHED, None)
    if found is None:
        found = search.found(RightsRequest.objects.all(), term)
        setattr(request, SEARCHED, found)
    return found
