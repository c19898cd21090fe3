"""The pages of shared cards: what one gives, who looked, what one is given (promise P8.1)."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import GrantNotFound, LongestAlready, SharingRefused
from accounts.services import actor_of
from accounts.sharing import selectors, services
from accounts.sharing.forms import ShareForm
from accounts.signed_in import SignedInRequest

AFTER = "after"


@require_safe
@login_required
def overview(request: SignedInRequest) -> HttpResponse:
    """Who can see a card of mine now, and who could before."""
    person = request.user.pk
    return render(
        request,
        "accounts/sharing/overview.html",
        {
            "now": selectors.given_now(person),
            "before": selectors.given_before(person, _after(request)),
            "received": selectors.received_count(person),
            "stopped": not selectors.may_be_shown(person),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def give(request: SignedInRequest) -> HttpResponse:
    """Share my card with somebody."""
    person = request.user.pk
    form = ShareForm(request.POST or None, own=selectors.own_parts(person))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            grant = services.share(
                actor=actor_of(person), viewer_email=said["email"], parts=said["parts"], days=said["days"]
            )
        except SharingRefused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("Your card is shared."))
            return redirect("accounts:sharing_given", grant_id=grant.pk)
    return render(request, "accounts/sharing/give.html", {"form": form})


@require_safe
@login_required
def given(request: SignedInRequest, grant_id: UUID) -> HttpResponse:
    """One card of mine: who sees what until when, and each time they looked."""
    try:
        grant = selectors.given(request.user.pk, grant_id)
    except GrantNotFound as missing:
        raise Http404 from missing
    looks = selectors.looks_at(grant, _after(request))
    return render(request, "accounts/sharing/given.html", {"grant": grant, "looks": looks})


@require_POST
@login_required
def extend(request: SignedInRequest, grant_id: UUID) -> HttpResponse:
    """Let a card of mine be seen for longer."""
    try:
        services.extend(actor=actor_of(request.user.pk), grant_id=grant_id)
    except GrantNotFound as missing:
        raise Http404 from missing
    except LongestAlready as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("Your card is shared for longer."))
    return redirect("accounts:sharing_given", grant_id=grant_id)


@require_POST
@login_required
def end(request: SignedInRequest, grant_id: UUID) -> HttpResponse:
    """Take a card of mine back."""
    try:
        services.end(actor=actor_of(request.user.pk), grant_id=grant_id)
    except GrantNotFound as missing:
        raise Http404 from missing
    messages.success(request, _("It has ended. Nobody sees this card any more."))
    return redirect("accounts:sharing")


@require_safe
@login_required
def received(request: SignedInRequest) -> HttpResponse:
    """The cards that others share with me."""
    cards, after = selectors.received(request.user.pk, _after(request))
    return render(request, "accounts/sharing/received.html", {"cards": cards, "after": after})


@require_safe
@login_required
def card(request: SignedInRequest, grant_id: UUID) -> HttpResponse:
    """A card that is shared with me; that I looked is put on record."""
    try:
        shown = services.look(actor=actor_of(request.user.pk), grant_id=grant_id)
    except GrantNotFound as missing:
        raise Http404 from missing
    return render(request, "accounts/sharing/card.html", {"card": shown})


@require_POST
@login_required
def refuse(request: SignedInRequest, grant_id: UUID) -> HttpResponse:
    """Give back a card that somebody shares with me."""
    try:
        services.refuse(actor=actor_of(request.user.pk), grant_id=grant_id)
    except GrantNotFound as missing:
        raise Http404 from missing
    messages.success(request, _("You do not see this card any more."))
    return redirect("accounts:sharing_received")


def _after(request: HttpRequest) -> str:
    return request.GET.get(AFTER, "")
