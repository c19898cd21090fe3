"""Doors at which a stranger may name an address answer after an even time: no clock tells whether we know it."""

import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import MappingProxyType

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# Seconds from the question to the answer: more than the work of the door takes on a machine that is not busy, and that
# of signing up is a password's hash. Signing in is left out: its one hash is nearly all of its work, known or not.
WITH_HASH, WITHOUT = 0.3, 0.1
DOORS: Mapping[str, float] = MappingProxyType(
    {
        "account_signup": WITH_HASH,
        "accounts_api:signup": WITH_HASH,
        "account_reset_password": WITHOUT,
        "account_confirm_password_reset_code": WITHOUT,
        "accounts_api:password_request": WITHOUT,
        "accounts_api:password_reset": WITHOUT,
        "account_email_verification_sent": WITHOUT,
        "accounts_api:verify_email": WITHOUT,
        "account_email": WITHOUT,
        "accounts:claim": WITHOUT,
        "accounts:claim_code": WITHOUT,
        "accounts_api:claim": WITHOUT,
        "accounts_api:claim_with_code": WITHOUT,
        "accounts:sharing_give": WITHOUT,
        "sharing_api:grants": WITHOUT,
        "rights_requests:address": WITHOUT,
        "rights_requests:code": WITHOUT,
        "rights_requests:child": WITHOUT,
        "rights_requests:for_someone": WITHOUT,
        "rights_requests:for_someone_what": WITHOUT,
        "rights_requests:for_someone_check": WITHOUT,
        "visitors:contact": WITHOUT,
        "visitors:newsletter": WITHOUT,
    }
)


class EvenDoorsMiddleware:
    """What is sent to a door is answered no sooner than its time; promise P6.1.

    The work behind each is nearly the same for every address (accounts/same_work.py). What is left, a message more or
    less, is over before the time is. Where a busy machine takes longer nothing waits, and its own unrest hides it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; of who asks too often nothing is looked up, so that answer waits for nothing."""
        began = time.monotonic()
        response = self.get_response(request)
        if request.method == "POST" and response.status_code != HTTPStatus.TOO_MANY_REQUESTS:
            view = request.resolver_match.view_name if request.resolver_match else ""
            time.sleep(max(0.0, settings.EVEN_DOORS * DOORS.get(view, 0.0) - (time.monotonic() - began)))
        return response
