"""Door by which a person sends the document that two of our people asked for: what to cover, and why."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from privacy import limits
from privacy.uploads.arriving import receives_files
from privacy.uploads.limits import DEFAULT
from rights_requests.errors import NotFound, RequestError
from rights_requests.forms import DocumentForm
from rights_requests.people import party, party_required
from rights_requests.selectors import request_of
from rights_requests.services import doubting


@party_required
@receives_files(files=1, bytes_each=DEFAULT.file_bytes)
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for one picture, and keep it sealed until somebody has looked at it."""
    asker, posted = party(request), request.method == "POST"
    try:
        filed = request_of(asker, reference)
    except NotFound as error:
        raise Http404 from error
    asked = doubting.asked_of(filed)
    if asked is None:
        messages.info(request, _("We need nothing from you at this moment. This page says where your request stands."))
        return redirect("rights_requests:detail", reference=filed.reference)
    if posted and not limits.allows(request, "file"):
        return render(request, "429.html", status=429)
    form = DocumentForm(request.POST, request.FILES) if posted else DocumentForm()
    if posted and form.is_valid():
        try:
            doubting.show(request_id=filed.pk, party=asker, file=form.cleaned_data["file"])
            messages.success(request, _("Thank you. One of our people looks at it, and then it is destroyed."))
            return redirect("rights_requests:detail", reference=filed.reference)
        except RequestError as error:
            form.add_error("file", error.message)
    context = {"filed": filed, "form": form, "asked": asked, "days": settings.EVIDENCE_DAYS}
    return render(request, "rights_requests/show_document.html", context)
