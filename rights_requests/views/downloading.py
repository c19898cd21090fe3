"""Door to download a package: behind fresh re-authentication, with a token that is good for one download."""

from allauth.account.decorators import reauthentication_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from rights_requests import pages
from rights_requests.errors import AddressUnsettled, NotFound, PackageDamaged, PackageGone, TokenExpired, TokenUsed
from rights_requests.forms import DownloadForm
from rights_requests.models import Package, RightsRequest
from rights_requests.package_answer import package_answer
from rights_requests.people import has_account, party, party_required
from rights_requests.selectors import request_of
from rights_requests.services.downloading import mint_token, open_download
from rights_requests.services.waiting import settles_at


@party_required
@reauthentication_required(enabled=has_account)
@require_http_methods(["GET", "HEAD", "POST"])
def download(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Say what the package is and until when; hand it over when the button is pressed."""
    filed = _own(request, reference)
    package = pages.open_package(filed)
    if package is None:
        return _gone(request, filed)
    if request.method == "POST":
        return _hand_over(request, filed, package)
    return _offer(request, filed, package)


def _hand_over(request: HttpRequest, filed: RightsRequest, package: Package) -> HttpResponseBase:
    form = DownloadForm(request.POST)
    token = form.cleaned_data["token"] if form.is_valid() else ""
    try:
        stream, name, size = open_download(package_id=package.pk, by=party(request), token=token)
    except (TokenUsed, TokenExpired) as error:
        return _offer(request, filed, package, refused=error)
    except AddressUnsettled:
        return _offer(request, filed, package, status=409)
    except PackageGone:
        return _gone(request, filed)
    except PackageDamaged:
        return render(request, "rights_requests/download_damaged.html", {"filed": filed}, status=500)
    return package_answer(stream, name, size)


def _offer(
    request: HttpRequest,
    filed: RightsRequest,
    package: Package,
    refused: TokenUsed | TokenExpired | None = None,
    status: int = 200,
) -> HttpResponse:
    token = mint_token(package_id=package.pk, holder=party(request).label)
    context = {
        "filed": filed,
        "package": package,
        "downloads": pages.downloads_of(package),
        "form": DownloadForm(initial={"token": token}),
        "refused": refused,
        "used": isinstance(refused, TokenUsed),
        "waits_until": settles_at(filed.subject_user_id),
    }
    return render(request, "rights_requests/download.html", context, status=409 if refused else status)


def _gone(request: HttpRequest, filed: RightsRequest) -> HttpResponse:
    """410 for a package that was destroyed; 404 for one that never was (not ready, or not an access request)."""
    past: Package | None = getattr(filed, "package", None)
    if past is None:
        raise Http404
    return render(request, "rights_requests/download_gone.html", {"filed": filed, "package": past}, status=410)


def _own(request: HttpRequest, reference: str) -> RightsRequest:
    try:
        return request_of(party(request), reference)
    except NotFound as error:
        raise Http404 from error
