"""Retention as staff see it: what the next sweep deletes, what is held back from it, and each run with its counts."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from privacy.admin.holding_forms import HoldBackForm
from privacy.admin_base import ReadOnlyAdmin, staff_actor
from privacy.desk_pages import Group, desk_page, page_answer
from privacy.models import HeldBack, RetentionCount, RetentionRun
from privacy.retention import holding_back, running
from privacy.retention.holding_back import AlreadyOver, NothingToHoldBack, WrongEnd
from privacy.retention.preview import Line, preview
from privacy.retention.rules import rule_named
from privacy.retention.running import AlreadyRunning, standing_of
from privacy.spreadsheets import csv_file
from privacy.vocabulary import Profile

SEE, HOLD = "privacy.view_retentionrun", "privacy.hold_back"
ORDERS: dict[str, tuple[Any, Callable[[Line], Any], bool]] = {
    "over": (_("Over"), lambda line: line.over, True),
    "what": (_("What"), lambda line: line.rule.title, False),
    "who": (_("Of whom"), lambda line: str(line.profile.label), False),
    "oldest": (_("Oldest"), lambda line: _day(line.oldest) or date.max, False),
    "kept": (_("Kept back"), lambda line: line.kept_back, True),
}
COLUMNS = ("holding", "profile", "term", "over", "oldest", "deleted", "kept_back", "by")


@desk_page(
    "retention/", name="retention_preview", permission=SEE, group=Group.RETENTION,
    title=_("What the next sweep deletes"), says=_("by kind of data and of person; hold back what must stay"),
)  # fmt: skip
def preview_page(request: HttpRequest) -> HttpResponseBase:
    """The list, narrowed and ordered as the address says; words that are not known are passed over."""
    order, profile = request.GET.get("order", "over"), request.GET.get("profile", "")
    lines = _shown(request)
    context = {
        "lines": lines,
        "orders": [(word, label) for word, (label, _key, _down) in ORDERS.items()],
        "order": order if order in ORDERS else "over",
        "profile": profile if profile in Profile.values else "",
        "profiles": Profile.choices,
        "all": "all" in request.GET,
        "held": holding_back.in_force().prefetch_related("digests"),
        "may_hold": request.user.has_perm(HOLD) if hasattr(request.user, "has_perm") else False,
        "last": RetentionRun.objects.first(),
    }
    return page_answer(request, "admin/privacy/retention/preview.html", context, title=_("What the next sweep deletes"))


@desk_page("retention/preview.csv", name="retention_preview_csv", permission=SEE, group=Group.RETENTION)
def preview_csv(request: HttpRequest) -> HttpResponseBase:
    """The same list as a file, guarded as every file that a spreadsheet opens."""
    content = csv_file(COLUMNS, [_row(line) for line in _shown(request)])
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="retention-preview.csv"'
    return answer


def _row(line: Line) -> tuple[str, ...]:
    oldest = line.oldest.isoformat() if line.oldest else ""
    by = (line.owner.chore or "sweep, its owner") if line.owner else "sweep"
    return (line.slug, line.profile.value, line.term, str(line.over), oldest, str(line.goes), str(line.kept_back), by)


@desk_page("retention/hold-back/", name="retention_hold_back", permission=HOLD, group=Group.RETENTION)
def hold_back_page(request: HttpRequest) -> HttpResponseBase:
    """Hold a deletion back: of a kind of data, of a person, or of both, with a reason and an end."""
    wanted = request.GET.get("holding", "")
    form = HoldBackForm(request.POST or None, initial={"holding": wanted if rule_named(wanted) else ""})
    if request.method == "POST" and form.is_valid():
        try:
            holding_back.hold_back(actor=staff_actor(request), **form.asked())
        except (NothingToHoldBack, WrongEnd):
            form.add_error("until", _("Choose a day within the next 366 days."))
        else:
            messages.success(request, _("It stays. The next sweep leaves it in place."))
            return redirect("admin:retention_preview")
    template = "admin/privacy/retention/hold_back.html"
    return page_answer(request, template, {"form": form}, title=_("Hold a deletion back"))


@desk_page("retention/held-back/<int:held_id>/end/", name="retention_let_go", permission=HOLD, group=Group.RETENTION)
def let_go(request: HttpRequest, held_id: int) -> HttpResponseBase:
    """End what is held back, by a button of the list; whoever comes second is told."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not HeldBack.objects.filter(pk=held_id).exists():
        raise Http404
    try:
        holding_back.let_go(actor=staff_actor(request), held_back_id=held_id)
    except AlreadyOver:
        messages.error(request, _("It had ended before you pressed the button."))
    else:
        messages.success(request, _("It is no longer held back. The next sweep deletes what is over."))
    return redirect("admin:retention_preview")


@desk_page("retention/runs/<uuid:run_id>/go-on/", name="retention_go_on", permission=HOLD, group=Group.RETENTION)
def go_on(request: HttpRequest, run_id: UUID) -> HttpResponseBase:
    """Let a run that stopped go on, by a button of the list; whoever comes second is told."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        went_on = running.go_on(actor=staff_actor(request), run_id=run_id)
    except AlreadyRunning:
        went_on = False
    if went_on:
        messages.success(request, _("It goes on where it stopped."))
    else:
        messages.error(request, _("It does not wait for anybody, or another run is under way."))
    return redirect("admin:retention_preview")


def _shown(request: HttpRequest) -> list[Line]:
    profile = request.GET.get("profile", "")
    lines = [line for line in preview() if line.over or "all" in request.GET]
    if profile in Profile.values:
        lines = [line for line in lines if line.profile == profile]
    _label, key, down = ORDERS.get(request.GET.get("order", ""), ORDERS["over"])
    return sorted(lines, key=key, reverse=down)


def _day(instant: datetime | date | None) -> date | None:
    return instant.date() if isinstance(instant, datetime) else instant


class CountInline(admin.TabularInline):  # type: ignore[type-arg] # not generic at run time
    """What a run did with each kind of data of which something was over."""

    model = RetentionCount
    template = "admin/privacy/retention/counts.html"
    extra = 0
    can_delete = False
    fields = ("holding", "profile", "deleted", "kept_back", "left")
    readonly_fields = fields
    verbose_name_plural = _("counts")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A run counts by itself."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was counted stays."""
        return False


@admin.register(RetentionRun)
class RetentionRunAdmin(ReadOnlyAdmin):
    """Each run of the sweep: when, how far, and what it did."""

    list_display = ("started_at", "night", "standing", "rules", "finished_at")
    list_filter = ("state",)
    fields = ("night", "standing", "started_at", "finished_at", "rules")
    readonly_fields = fields
    inlines = [CountInline]  # noqa: RUF012 - as Django types it
    ordering = ("-started_at",)
    show_full_result_count = False

    @admin.display(description=_("state"), ordering="state")
    def standing(self, run: RetentionRun) -> str:
        """Its state; of one under way, whether somebody works on it."""
        return str(standing_of(run))


@admin.register(HeldBack)
class HeldBackAdmin(ReadOnlyAdmin):
    """Every deletion that is or was held back; persons stand in it as codes."""

    list_display = ("id", "holding", "reason", "since", "until", "ended_early")
    list_filter = ("reason",)
    fields = ("holding", "subject_digest", "reason", "since", "until", "ended_early")
    readonly_fields = fields
    ordering = ("-since",)
