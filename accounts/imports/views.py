"""The pages on which a Customer's administrators enrol many people with a file."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.imports import applying, selectors, staging
from accounts.imports.errors import ActRefused, FileRefused, RowsLeftOut
from accounts.imports.forms import DISCARD, DecisionForm, ListForm
from accounts.models import EnrolmentImport
from accounts.portal.gate import AdministratorRequest, administrators_only
from privacy import limits
from privacy.uploads.arriving import receives_files

CSV = "text/csv; charset=utf-8"


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
@receives_files(files=1, bytes_each=settings.IMPORT_MAX_BYTES)
def imports(request: AdministratorRequest) -> HttpResponse:
    """Take a file and go on to what was read in it; list those that came before."""
    posted = request.method == "POST"
    if posted and not limits.allows(request, "import", key=str(request.user.pk)):
        return render(request, "429.html", status=429)
    form = ListForm(request.POST, request.FILES) if posted else ListForm()
    if posted and form.is_valid():
        try:
            file = form.cleaned_data["file"]
            found = staging.stage(actor=request.actor, customer_id=request.customer.pk, file=file)
        except (FileRefused, ActRefused) as refused:
            form.add_error("file", str(refused.message))
        else:
            return redirect("accounts:customer_import", import_id=found.pk)
    context = {
        "form": form,
        "customer": request.customer,
        "lists": selectors.imports_of(request.customer.pk),
        "megabytes": settings.IMPORT_MAX_BYTES // 1_000_000,
        "most": settings.IMPORT_MAX_ROWS,
    }
    return render(request, "accounts/imports/start.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def one_import(request: AdministratorRequest, import_id: UUID) -> HttpResponse:
    """What was read, line by line, and the word on it; then how far it is."""
    found = _found(request, import_id)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            _act(request, found, form)
        except ActRefused as refused:
            form.add_error("leave_refused" if isinstance(refused, RowsLeftOut) else None, str(refused.message))
        else:
            return redirect("accounts:customer_import", import_id=found.pk)
    found = _found(request, import_id)
    shown = selectors.shown(found, request.GET.get("page", ""))
    return render(request, "accounts/imports/one.html", {"shown": shown, "form": form, "customer": request.customer})


@require_safe
@administrators_only
def import_progress(request: AdministratorRequest, import_id: UUID) -> HttpResponse:
    """The part of an import's page that changes, for a page that is open."""
    shown = selectors.shown(_found(request, import_id))
    return render(request, "accounts/imports/progress.html", {"shown": shown, "renewed": True})


@require_safe
@administrators_only
def import_report(request: AdministratorRequest, import_id: UUID) -> HttpResponseBase:
    """The lines that were not taken, as a file to correct and send again."""
    lines = selectors.report(_found(request, import_id))
    return _as_file(StreamingHttpResponse((line.encode() for line in lines), content_type=CSV), "not-taken.csv")


@require_safe
@administrators_only
def import_example(request: AdministratorRequest) -> HttpResponseBase:
    """A small file to begin from."""
    return _as_file(HttpResponse(selectors.example(), content_type=CSV), "people.csv")


def _act(request: AdministratorRequest, found: EnrolmentImport, form: DecisionForm) -> None:
    actor, customer_id = request.actor, request.customer.pk
    if form.cleaned_data["act"] == DISCARD:
        staging.discard(actor=actor, import_id=found.pk, customer_id=customer_id)
        messages.success(request, _("The list is discarded, and what we read of it is deleted. Nobody was enrolled."))
    else:
        leave = form.cleaned_data["leave_refused"]
        applying.confirm(actor=actor, import_id=found.pk, customer_id=customer_id, leave_refused=leave)


def _found(request: AdministratorRequest, import_id: UUID) -> EnrolmentImport:
    try:
        return selectors.import_of(request.customer.pk, import_id)
    except EnrolmentImport.DoesNotExist as error:
        raise Http404 from error


def _as_file(answer: HttpResponseBase, name: str) -> HttpResponseBase:
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
