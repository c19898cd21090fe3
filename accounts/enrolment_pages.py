"""The pages on which a person sees who enrolled them, and takes over what waits under a work address."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import claiming, selectors, services
from accounts.forms import ClaimCodeForm, ClaimForm
from accounts.signed_in import SignedInRequest
from accounts.vocabulary import ENROLMENT_DAYS

# The work address to which this browser had a code sent.
CLAIMED = "accounts_claim"


@require_safe
@login_required
def enrolments(request: SignedInRequest) -> HttpResponse:
    """Who enrolled the person, what was said of them, who decides about it, whom to ask, and until when it is kept."""
    context = {"enrolments": selectors.enrolments_of(request.user.pk), "kept_days": ENROLMENT_DAYS}
    return render(request, "accounts/enrolments.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def claim(request: SignedInRequest) -> HttpResponse:
    """Have a code sent to a work address; the answer is the same whether anybody was enrolled there or not."""
    person = request.user.pk
    form = ClaimForm(request.POST or None)
    if form.is_valid():
        address = form.cleaned_data["work_email"]
        claiming.send_code(actor=services.actor_of(person), user_id=person, address=address)
        request.session[CLAIMED] = address
        return redirect("accounts:claim_code")
    return render(request, "accounts/claim.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def claim_code(request: SignedInRequest) -> HttpResponse:
    """Take the code, and give the account what waits under the work address."""
    person, address = request.user.pk, request.session.get(CLAIMED)
    if not address:
        return redirect("accounts:claim")
    form = ClaimCodeForm(request.POST or None)
    if form.is_valid():
        given = {"address": address, "code": form.cleaned_data["code"]}
        if claiming.check_code(actor=services.actor_of(person), user_id=person, **given):
            del request.session[CLAIMED]
            messages.success(request, _("Your enrolment belongs to your account now."))
            return redirect("accounts:enrolments")
        form.add_error("code", _("That code does not count. Look at the newest message, or have a new one sent."))
    return render(request, "accounts/claim_code.html", {"form": form, "address": address})
