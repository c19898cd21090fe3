"""The officer's page of reading: who looked at how many people's data, what of it was unusual, and what came of it."""

from django.contrib import messages
from django.contrib.auth.models import PermissionsMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy.admin_base import staff_actor
from privacy.desk_pages import Group, desk_page, page_answer
from privacy.forms import VerdictForm
from privacy.models import ReadingDay
from privacy.reading import closing, findings
from privacy.reading.findings import LineOfDay
from privacy.vocabulary import LookReason, ReadingVerdict

VIEW = "privacy.view_readingday"
TITLE = _("Reading")
SHOWN_DAYS = 14


@desk_page(
    "reading/",
    name="reading",
    permission=VIEW,
    group=Group.WATCH,
    title=TITLE,
    says=_("Who looked at people’s data, and what was unusual"),
)
def reading(request: HttpRequest) -> HttpResponse:
    """What is to be looked into, today so far, and the last days."""
    today = sorted(closing.days_of(timezone.localdate()), key=lambda row: -row.people)
    context = {
        "open": findings.to_look_into()[:100],
        "today": today,
        "days": findings.last_days(SHOWN_DAYS)[:500],
    }
    return page_answer(request, "admin/privacy/reading.html", context, title=TITLE)


@desk_page("reading/<int:reading_id>/", name="reading_day", permission=VIEW, group=Group.WATCH)
def reading_day(request: HttpRequest, reading_id: int) -> HttpResponse:
    """One day of one colleague, look by look, and the word of whoever looked into it."""
    row = ReadingDay.objects.select_related("staff", "looked_into_by").filter(pk=reading_id).first()
    if row is None:
        raise Http404
    form = VerdictForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            verdict = ReadingVerdict(form.cleaned_data["verdict"])
            findings.look_into(actor=staff_actor(request), day_id=reading_id, verdict=verdict)
            messages.success(request, _("It is on record that you looked into it."))
            return redirect("admin:reading")
        except findings.SettledBefore:
            messages.warning(request, _("A colleague looked into it a moment ago. Their word stands."))
            return redirect(request.path)
        except findings.NotYours:
            form.add_error(None, _("Somebody else must look into this: nobody judges their own reading."))
            status = 403
    return page_answer(request, "admin/privacy/reading_day.html", _day(request, row, form), title=TITLE, status=status)


def _day(request: HttpRequest, row: ReadingDay, form: VerdictForm) -> dict[str, object]:
    user = request.user
    may = isinstance(user, PermissionsMixin) and user.has_perm(findings.MAY) and user.pk != row.staff_id
    words = {word.value: word.label for word in LookReason}
    return {
        "row": row,
        "one": [row],
        "lines": [(line, _url(line), words.get(line.why, line.why)) for line in findings.lines_of(row)],
        "reasons": [(words.get(why, why), count) for why, count in row.reasons.items()],
        "form": form if row.flags and row.looked_into_at is None and may else None,
        "own": user.pk == row.staff_id,
    }


def _url(line: LineOfDay) -> str:
    """The page of the thing that was looked at, where the desk has one; opening it is a look too."""
    try:
        return reverse(f"admin:{line.kind.replace('.', '_')}_change", args=[line.about]) if line.kind else ""
    except NoReverseMatch:
        return ""
