"""The door by which a person adds a file that shows what they say: only to their own request, as long as it is open."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from privacy import limits
from privacy.uploads.arriving import receives_files
from privacy.uploads.limits import DEFAULT
from rights_requests.errors import NotFound, RequestError
from rights_requests.forms import ProofForm
from rights_requests.models import RightsRequest
from rights_requests.people import party, party_required
from rights_requests.selectors import request_of, takes_proofs
from rights_requests.services import evidence
from rights_requests.vocabulary import EvidenceKind


@party_required
@receives_files(files=1, bytes_each=DEFAULT.file_bytes)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for one file, and keep it sealed; files are opened only so often, for that costs us work."""
    filed = _own(request, reference)
    if not takes_proofs(filed):
        messages.info(request, _("This request takes no more files. This page says where it stands."))
        return redirect("rights_requests:detail", reference=filed.reference)
    posted = request.method == "POST"
    if posted and not limits.allows(request, "file"):
        return render(request, "429.html", status=429)
    form = ProofForm(request.POST, request.FILES) if posted else ProofForm()
    if posted and form.is_valid() and _kept(request, filed, form):
        messages.success(request, _("We have your file. Only the people who look at your request can open it."))
        return redirect("rights_requests:detail", reference=filed.reference)
    return render(request, "rights_requests/add_proof.html", {"filed": filed, "form": form})


def _kept(request: HttpRequest, filed: RightsRequest, form: ProofForm) -> bool:
    """Whether the file was kept; why not is said at the form."""
    try:
        file = form.cleaned_data["file"]
        evidence.keep(request_id=filed.pk, actor=party(request).actor, kind=EvidenceKind.PROOF, file=file)
    except RequestError as error:
        form.add_error("file", error.message)
        return False
    return True


def _own(request: HttpRequest, reference: str) -> RightsRequest:
    try:
        return request_of(party(request), reference)
    except NotFound as error:
        raise Http404 from error
