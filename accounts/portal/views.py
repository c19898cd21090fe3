"""The pages of the portal; what is not the Customer's own is not there."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_countries import countries

from accounts import enrolling
from accounts.errors import EnrolmentRefused
from accounts.models import Enrolment
from accounts.portal import looking, selectors
from accounts.portal.forms import EnrolForm, SaidForm, SearchForm
from accounts.portal.gate import AdministratorRequest, administrators_only
from accounts.portal.selectors import Person
from accounts.vocabulary import ENROLMENT_DAYS
from privacy import limits
from privacy.mail.address import contact_address
from privacy.mail.language import spoken


@require_safe
@administrators_only
def start(request: AdministratorRequest) -> HttpResponse:
    """The Customer's own facts, and the way to its people."""
    context = {
        "customer": request.customer,
        "country": countries.name(request.customer.country),
        "language": dict(settings.LANGUAGES)[spoken(request.customer.language)],
        "desk": selectors.desk_of(request.customer),
        "privacy_contact": contact_address(),
    }
    return render(request, "accounts/portal/start.html", context)


@require_safe
@administrators_only
def people(request: AdministratorRequest) -> HttpResponse:
    """The people whom the Customer enrolled, to look for one."""
    form = SearchForm({"standing": selectors.CURRENT, **request.GET.dict()})
    page = selectors.people_of(request.customer, **form.asked(), page=request.GET.get("page"))
    context = {"customer": request.customer, "form": form, "page": page, "kept_days": ENROLMENT_DAYS}
    return render(request, "accounts/portal/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def enrol(request: AdministratorRequest) -> HttpResponse:
    """Enrol one person, who is written to at once."""
    posted = request.method == "POST"
    if posted and not limits.allows(request, "enrol", key=str(request.user.pk)):
        return render(request, "429.html", status=429)
    form = EnrolForm(request.POST if posted else None, actor=request.actor, customer=request.customer)
    if posted and form.is_valid() and (made := _enrolled(request, form)):
        messages.success(request, _("%(name)s is enrolled. We have written to them.") % {"name": made.nickname})
        return redirect("accounts:customer_person", enrolment_id=made.pk)
    return render(request, "accounts/portal/enrol.html", {"customer": request.customer, "form": form})


@require_safe
@administrators_only
def person(request: AdministratorRequest, enrolment_id: UUID) -> HttpResponse:
    """What the Customer told us of one person; the look is on record for the person."""
    context = {"customer": request.customer, "person": _looked_at(request, enrolment_id), "kept_days": ENROLMENT_DAYS}
    return render(request, "accounts/portal/person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def change(request: AdministratorRequest, enrolment_id: UUID) -> HttpResponse:
    """Say anew what the Customer says of a person."""
    shown = _looked_at(request, enrolment_id)
    if shown.stopped or shown.enrolment.ended_at:
        return redirect("accounts:customer_person", enrolment_id=enrolment_id)
    form = SaidForm.of(shown.enrolment, request.POST if request.method == "POST" else None)
    if form.is_valid() and _changed(request, form, enrolment_id):
        messages.success(request, _("What you said is saved."))
        return redirect("accounts:customer_person", enrolment_id=enrolment_id)
    return render(request, "accounts/portal/change.html", {"person": shown, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def end(request: AdministratorRequest, enrolment_id: UUID) -> HttpResponse:
    """Say what the end of an enrolment brings and when, and end it."""
    shown = _looked_at(request, enrolment_id)
    if request.method == "POST":
        enrolling.end_enrolment(actor=request.actor, enrolment_id=enrolment_id)
        messages.success(request, _("The enrolment has ended."))
    if request.method == "POST" or shown.enrolment.ended_at:
        return redirect("accounts:customer_person", enrolment_id=enrolment_id)
    context = {"person": shown, "kept_days": ENROLMENT_DAYS, "goes_at": selectors.goes_if_ended_today()}
    return render(request, "accounts/portal/end.html", context)


def _looked_at(request: AdministratorRequest, enrolment_id: UUID) -> Person:
    try:
        return looking.look_at(actor=request.actor, customer=request.customer, enrolment_id=enrolment_id)
    except Enrolment.DoesNotExist as error:
        raise Http404 from error


def _enrolled(request: AdministratorRequest, form: EnrolForm) -> Enrolment | None:
    """Who was enrolled; why somebody was not is said at the address."""
    try:
        address = form.cleaned_data["work_email"]
        return enrolling.enrol(actor=request.actor, customer_id=request.customer.pk, work_email=address, **form.said())
    except EnrolmentRefused as refusal:
        form.add_error("work_email", refusal.message)
        return None


def _changed(request: AdministratorRequest, form: SaidForm, enrolment_id: UUID) -> bool:
    """Whether it was written; why not is said above the form."""
    try:
        enrolling.change_enrolment(actor=request.actor, enrolment_id=enrolment_id, **form.said())
    except EnrolmentRefused as refusal:
        form.add_error(None, refusal.message)
        return False
    return True
