"""The answer of somebody who signed in where the browser had chosen: the account takes that over, or it does not."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from consent import choices, deciding, reading, scopes
from consent.views.choosing import refused, stale
from privacy import limits
from privacy.way_back import way_back


@require_POST
def adopt(request: HttpRequest) -> HttpResponse:
    """Take this browser's choice into the account, or leave it; the browser keeps its own either way.

    409 for an old notice, 422 for whoever is not signed in or has nothing to take over, 429 too often.
    """
    consent = choices.of(request)
    try:
        if request.POST.get("act") != "leave":
            act = reading.adoption_of(request.POST.dict(), consent)
            if not limits.allows(request, "consent"):
                return refused(request, 429)
            deciding.decide(who=reading.who_of(request, consent), act=act)
            messages.success(request, _("Your account now has the choice of this browser."))
    except deciding.StaleNotice:
        return stale(request)
    except (reading.Unreadable, deciding.UnknownPurpose):
        return refused(request, 422)
    scopes.known(request)
    return redirect(way_back(request, reverse("consent:settings")))
