"""The door of every choice: one form, with and without script, that carries no cookie before somebody chose.

It stands alone because it is exempt from the usual check against forged forms, which would need a cookie first; where
the form comes from is asked of the browser instead (consent.origin).
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt  # noqa: TID251 - asked of the browser, as said above
from django.views.decorators.http import require_POST

from consent import choices, cookies, deciding, reading, scopes
from consent.choices import Consent
from consent.origin import is_ours
from privacy import limits
from privacy.way_back import way_back

# Nearly everybody chooses once and is done: so many a minute from one network are nobody's flood.
FEW = 3


@csrf_exempt
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Save a choice and go back to the page; 403 from elsewhere, 409 old notice, 422 unreadable, 429 too often."""
    if not is_ours(request):
        return refused(request, 403)
    if request.POST.get("act") == "choose":
        return redirect("consent:settings")
    consent = choices.of(request)
    try:
        act = reading.act_of(request.POST.dict(), consent)
        if not limits.allows(request, "consent", few=FEW):
            return refused(request, 429)
        decided = deciding.decide(who=reading.who_of(request, consent), act=act)
    except deciding.StaleNotice:
        return stale(request)
    except (reading.Unreadable, deciding.UnknownPurpose):
        return refused(request, 422)
    answer = _saved(request, decided)
    keep(answer, consent, decided)
    return answer


def keep(answer: HttpResponse, consent: Consent, decided: deciding.Decided) -> None:
    """Have the browser keep what was decided in it; an account's choice leaves the browser's own as it was.

    From here on the request stands under the new choice: what was withdrawn leaves the browser with this answer.
    """
    if consent.user_id:
        consent.account = decided.choice
        scopes.known(consent.request)
        return
    consent.device = decided.choice
    cookies.remember(answer, decided.choice)
    if decided.ref is not None:
        cookies.remember_ref(answer, decided.ref)
    elif consent.ref is not None:
        cookies.forget_ref(answer)


def wants_data(request: HttpRequest) -> bool:
    """Whether a program of ours asks, and not a form."""
    return "application/json" in request.headers.get("Accept", "")


def _saved(request: HttpRequest, decided: deciding.Decided) -> HttpResponse:
    if wants_data(request):
        return JsonResponse({"saved": True, "states": decided.choice.states})
    answer = redirect(way_back(request, reverse("consent:settings")))
    answer.status_code = 303
    return answer


def refused(request: HttpRequest, status: int) -> HttpResponse:
    """Nothing was saved; why, for a person or for a program."""
    if wants_data(request):
        return JsonResponse({"saved": False, "status": status}, status=status)
    return render(request, f"consent/refused_{status}.html", status=status)


def stale(request: HttpRequest) -> HttpResponse:
    """The notice changed while the page was open: the present one, to choose again."""
    if wants_data(request):
        return JsonResponse({"saved": False, "status": 409}, status=409)
    return render(request, "consent/settings.html", {"is_stale": True, "consent": choices.of(request)}, status=409)
