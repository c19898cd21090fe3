"""Door by which an account is closed: what goes and what stays, and from there into the erasure (Art. 17 GDPR)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from privacy.closing import cautions
from privacy.vocabulary import Right
from rights_requests import pages
from rights_requests.people import party
from rights_requests.questions.table import QUESTIONS


@require_safe
@login_required
def close_account(request: HttpRequest) -> HttpResponse:
    """Show the plan and what to settle first; the one button leads to the check of an erasure of just this plan."""
    asker = party(request)
    first = pages.open_requests(asker).get(Right.ERASURE)
    if first:
        return render(request, "rights_requests/already.html", {"filed": first, "status": pages.status(first)})
    shown = QUESTIONS[Right.ERASURE].context(asker)
    told = list(cautions(asker.user_id)) if asker.user_id else []
    return render(request, "rights_requests/close_account.html", {"cautions": told, **shown})
