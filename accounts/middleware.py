"""Signs staff out whose session has lasted too long or was not used for a while, and says so without losing a word."""

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from accounts import staff_sessions
from accounts.staff_sessions import Ended

WHY = {
    Ended.IDLE: _(
        "You were signed out: nothing was done here for %(minutes)d minutes. Sign in, and you are back on this page."
    ),
    Ended.LONG: _(
        "You were signed out: a sign-in of our staff lasts %(hours)d hours at most. Sign in, and you are back on this"
        " page."
    ),
}
# What a script asks by itself, such as how far a job is, is no sign that somebody sits there.
BY_SCRIPT = "empty"


class StaffSessionMiddleware:
    """Looks at each request of staff, once the cross-site check has let it through.

    Who only reads goes on as a stranger: what asks for a sign-in sends there and comes back. Who sent something gets it
    shown once more, for nothing of it was done. People who are no staff keep their session as it was.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Nothing is done here: see `process_view`."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """End the session if its time is over; None where the page may answer."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not getattr(request.user, "is_staff", False):
            return None
        if staff_sessions.IN_SESSION not in request.session:
            staff_sessions.begin(request.session)
            request.session.set_expiry(staff_sessions.longest())
        why = staff_sessions.ended(request.session)
        if why is None:
            if request.headers.get("Sec-Fetch-Dest") != BY_SCRIPT:
                staff_sessions.use(request.session)
            return None
        logout(request)
        said = WHY[why] % {"minutes": settings.STAFF_IDLE_MINUTES, "hours": settings.STAFF_SESSION_HOURS}
        if request.method == "POST":
            context = {"why": said, "typed": list(_typed(request)), "next": request.path}
            return TemplateResponse(request, "accounts/session_ended.html", context, status=403)
        messages.warning(request, said)
        return None


def _typed(request: HttpRequest) -> Iterator[str]:
    """What somebody wrote, in sentences: not what they chose, and no password."""
    for name, values in request.POST.lists():
        if "password" not in name:
            yield from (value for value in values if len(value.split()) > 1)
