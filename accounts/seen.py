"""Keeps when a session was last in use: written once a minute, and at once when it comes from somewhere else."""

from collections.abc import Callable
from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

# What the list of sessions says of a session may be so old.
WRITTEN_AFTER = timedelta(minutes=1)


class SeenMiddleware:
    """The library's own middleware, which reads the account once more and writes the row at every single page.

    Nothing else changes: a session from another address or browser is written, and told of, at once.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Note the look, and answer."""
        if request.session.session_key and request.user.is_authenticated and not _is_known(request):
            UserSession.objects.create_from_request(request)
        return self.get_response(request)


def _is_known(request: HttpRequest) -> bool:
    """Whether the row says all this already; one query, by the session's key."""
    longest = UserSession._meta.get_field("user_agent").max_length
    return bool(
        UserSession.objects.filter(
            session_key=request.session.session_key,
            user_id=request.user.pk,
            ip=get_adapter().get_client_ip(request),
            user_agent=request.META.get("HTTP_USER_AGENT", "")[:longest],
            last_seen_at__gt=timezone.now() - WRITTEN_AFTER,
        ).exists()
    )
