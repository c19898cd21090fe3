"""What was thought about the dangers of each processing: the list, the note with its versions, and writing the next."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from privacy.admin_base import staff_actor
from privacy.desk_pages import Group, desk_page, page_answer
from privacy.registers import alarms, assessments
from privacy.registers.assessing import WrittenMeanwhile, write
from privacy.registers.assessment_form import AssessmentForm
from privacy.vocabulary import PROCESSINGS

VIEW = "privacy.view_impactassessment"
WRITE = "privacy.add_impactassessment"
TITLE = _("Assessments of the impact")


@desk_page(
    "registers/assessments/",
    name="registers_assessments",
    permission=VIEW,
    group=Group.REGISTERS,
    title=TITLE,
    says=_("What each processing could do to people, and what we do against it (Art. 35)"),
    alarm=alarms.of_assessments,
)
def assessments_page(request: HttpRequest) -> HttpResponse:
    """Every processing with the note that counts."""
    notes = assessments.newest()
    lines = [
        {
            "code": code,
            "title": capfirst(str(title)),
            "note": assessments.as_json(notes[code]) if code in notes else None,
        }
        for code, title in PROCESSINGS
    ]
    return page_answer(request, "admin/registers/assessments.html", {"lines": lines}, title=TITLE)


@desk_page(
    "registers/assessments/<slug:processing>/", name="registers_assessment", permission=VIEW, group=Group.REGISTERS
)
def assessment_page(request: HttpRequest, processing: str) -> HttpResponse:
    """The note about one processing; posted, its next version. Raises Http404 for a processing that is none."""
    if processing not in dict(PROCESSINGS):
        raise Http404
    found = assessments.versions(processing)
    last = found[0] if found else None
    posted = request.method == "POST"
    form = AssessmentForm(request.POST) if posted else AssessmentForm.begun(last)
    if posted and _written(request, processing, form):
        return redirect("admin:registers_assessment", processing)
    context = {
        "found": found,
        "last": assessments.as_json(last) if last else None,
        "form": form if request.user.has_perm(WRITE) else None,
    }
    title = capfirst(str(dict(PROCESSINGS)[processing]))
    return page_answer(request, "admin/registers/assessment.html", context, title=title, status=_status(form))


def _written(request: HttpRequest, processing: str, form: AssessmentForm) -> bool:
    """Save what was sent; a colleague's version in between is told, and what was written stays in the form.

    Raises PermissionDenied for whoever may only look.
    """
    if not request.user.has_perm(WRITE):
        raise PermissionDenied
    if not form.is_valid():
        return False
    given: dict[str, Any] = {"processing": processing, "based_on": form.cleaned_data["based_on"], "note": form.note()}
    try:
        written = write(actor=staff_actor(request), **given)
    except WrittenMeanwhile:
        if newest := assessments.newest().get(processing):
            form.rebase(newest)
        return False
    messages.success(request, _("Version %(version)s of the note counts from now on.") % {"version": written.version})
    return True


def _status(form: AssessmentForm) -> int:
    return 409 if form.is_bound and form.non_field_errors() else 200
