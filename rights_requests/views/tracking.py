"""Doors of the follow link: for a person whose account is gone, or who does not want to sign in."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from privacy.unshared import unshared
from rights_requests import pages
from rights_requests.errors import NotFound
from rights_requests.models import RightsRequest
from rights_requests.selectors import by_follow_token
from rights_requests.verification import receipt_file


@require_safe
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """State, timeline and receipt of a request; shows nothing about the person and offers no act."""
    context = {**pages.whole(_named_by(token)), "token": token}
    return unshared(render(request, "rights_requests/follow.html", context))


@require_safe
def follow_progress(request: HttpRequest, token: str) -> HttpResponse:
    """The part of a request's page that changes, for a page that is open to renew.

    The person's own page asks here too: an erasure ends the sign-in, and the page must still be able to say "done".
    """
    filed = _named_by(token)
    own = request.user.is_authenticated and filed.subject_user_id == request.user.pk
    context = {**pages.progress(filed), "token": token, "own": own, "renewed": True}
    return unshared(render(request, "rights_requests/progress.html", context))


@require_safe
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """The signed receipt as a file to keep; the verify page says whether it is genuine."""
    filed = _named_by(token)
    issued = getattr(filed, "receipt", None)
    if issued is None:
        raise Http404
    answer = JsonResponse(receipt_file(issued), json_dumps_params={"indent": 2, "ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="receipt-{filed.reference}.json"'
    return unshared(answer)


def _named_by(token: str) -> RightsRequest:
    try:
        return by_follow_token(token)
    except NotFound as error:
        raise Http404 from error
