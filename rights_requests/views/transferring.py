"""Door for the recipient of a transfer: one page, one button, one download; nobody signs in."""

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from privacy.unshared import unshared
from rights_requests.errors import AddressUnsettled, PackageDamaged, PackageGone
from rights_requests.services import transferring


@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, token: str) -> HttpResponseBase:
    """Say what the link is for, and hand the package over once when the button is pressed."""
    try:
        if request.method != "POST":
            transfer = transferring.by_token(token)
            return unshared(render(request, "rights_requests/transfer.html", {"transfer": transfer}))
        stream, name, size = transferring.take(token=token)
    except PackageGone:
        return unshared(render(request, "rights_requests/transfer_gone.html", status=404))
    except AddressUnsettled as error:
        return unshared(render(request, "rights_requests/transfer_waits.html", {"until": error.until}, status=409))
    except PackageDamaged:
        return unshared(render(request, "rights_requests/transfer_damaged.html", status=500))
    answer = StreamingHttpResponse(stream, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Content-Length"] = str(size)
    answer["Cache-Control"] = "no-store, private"
    return answer
