"""Pages of consent: how it stands, what was chosen before, receipts, and every text that was ever shown."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consent import choices, history, receipts
from privacy.unshared import unshared


@require_safe
def settings_page(request: HttpRequest) -> HttpResponse:
    """Every purpose with what belongs to it and how it stands; the one place to change any choice."""
    consent = choices.of(request)
    consent.is_shown = True
    return render(request, "consent/settings.html", {"consent": consent})


@require_safe
def past(request: HttpRequest) -> HttpResponse:
    """What this account, or this browser, chose before, newest first, each with its receipt."""
    return render(request, "consent/history.html", {"lines": history.of(choices.of(request)), "limit": history.SHOWN})


@require_safe
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """The receipt of one choice, for whoever has its address; 404 for any other address."""
    event = receipts.find(token)
    if event is None:
        raise Http404
    return unshared(render(request, "consent/receipt.html", history.about(event)))


@require_safe
def receipt_data(request: HttpRequest, token: str) -> HttpResponse:
    """The same for machines: JSON-LD after ISO/IEC TS 27560."""
    event = receipts.find(token)
    if event is None:
        raise Http404
    answer = JsonResponse(receipts.as_json_ld(event), json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Type"] = "application/ld+json"
    answer["Content-Disposition"] = f'attachment; filename="consent-receipt-{event.key}.jsonld"'
    return unshared(answer)


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Every version of what we ask, newest first; public."""
    return render(request, "consent/notices.html", {"versions": history.versions()})


@require_safe
def notice(request: HttpRequest, number: int) -> HttpResponse:
    """One version as it was shown, with its hash and its pictures; 404 for a number that was never published."""
    version = history.version(number)
    if version is None:
        raise Http404
    return render(request, "consent/notice.html", {"version": version, "pictures": history.pictures(version)})


@require_safe
def picture(request: HttpRequest, picture_id: int) -> HttpResponse:
    """How a version looked."""
    found = history.picture(picture_id)
    if found is None:
        raise Http404
    return HttpResponse(bytes(found.png), content_type="image/png")
