"""Doors for apps to what a request brings: the package with one's data, and the signed receipt of a deletion."""

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from privacy.api.callers import require_recent_proof
from privacy.api.door import door
from privacy.api.problems import Kind
from privacy.api.schema import answers
from rights_requests import pages
from rights_requests.api.caller import own
from rights_requests.errors import PackageGone
from rights_requests.package_answer import package_answer
from rights_requests.services.downloading import mint_token, open_download
from rights_requests.verification import receipt_file

TAG = ["Requests"]


@extend_schema(
    operation_id="request_download",
    summary="Download your data",
    description=(
        "The package as a ZIP file. Every download is on record and told by e-mail, so it is no GET. It needs a recent"
        " proof of who you are, as on the site. While a change of your address can be taken back, none is made."
    ),
    tags=TAG,
    request=None,
    responses=answers({(200, "application/zip"): bytes}, Kind.REAUTHENTICATE, Kind.CONFLICT, Kind.GONE),
)
@door("POST")
def download(request: Request, reference: str) -> HttpResponseBase:
    """Hand the package over; 410 once it was destroyed, 404 where there never was one."""
    filed, who = own(request, reference)
    require_recent_proof(request)
    package = pages.open_package(filed)
    if package is None:
        raise PackageGone if getattr(filed, "package", None) else NotFound
    token = mint_token(package_id=package.pk, holder=who.label)
    stream, name, size = open_download(package_id=package.pk, by=who, token=token)
    return package_answer(stream, name, size)


@extend_schema(
    operation_id="request_receipt",
    summary="Read the receipt of a deletion",
    tags=TAG,
    responses=answers({200: dict}),
)
@door("GET")
def receipt(request: Request, reference: str) -> Response:
    """The receipt with its signature, as the page gives it to keep."""
    filed, _who = own(request, reference)
    issued = getattr(filed, "receipt", None)
    if issued is None:
        raise NotFound
    return Response(receipt_file(issued))
