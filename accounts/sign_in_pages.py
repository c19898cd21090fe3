"""The pages about who signed in: the history, “this was not me”, signing out everywhere; and keeping a second step."""

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import remove_webauthn
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import not_me_links, second_steps, services, sign_in_history, sign_ins
from accounts.adapter import SECOND_STEP_WORDS
from accounts.signed_in import SignedInRequest
from privacy.unshared import unshared


@require_safe
@login_required
def history(request: SignedInRequest) -> HttpResponse:
    """When, where and on what somebody signed in to this account."""
    this_one = request.session.get(sign_ins.IN_SESSION, "")
    page, rows = sign_in_history.page_of(request.user.pk, request.GET.get("page"), this_one=this_one)
    context = {"page": page, "rows": rows, "kept_days": settings.SIGN_IN_DAYS}
    return render(request, "accounts/sign_ins.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def not_me(request: HttpRequest, token: str) -> HttpResponse:
    """Ask first, since programs that look into mail follow links; make the account safe when the button is pressed.

    Good signed out: the address is the key.
    """
    found = sign_in_history.named(not_me_links.named_by(token))
    if found is None:
        return unshared(render(request, "accounts/not_me_gone.html", status=404))
    if request.method != "POST":
        return unshared(render(request, "accounts/not_me.html", {"found": found}))
    person = found.row.user_id
    secured = sign_ins.disown(actor=services.actor_of(person), sign_in_id=found.row.pk)
    if secured and request.user.is_authenticated and request.user.pk == person:
        logout(request)
    return unshared(redirect("accounts:not_me", token=token))


@require_POST
@login_required
def sign_out_everywhere(request: SignedInRequest) -> HttpResponse:
    """Sign the account out of every browser, this one too."""
    sign_ins.sign_out_everywhere(actor=services.actor_of(request.user.pk), user_id=request.user.pk)
    logout(request)
    messages.success(request, _("You are signed out everywhere."))
    return redirect("account_login")


@require_POST
@login_required
def recovery_codes_file(request: SignedInRequest) -> HttpResponse:
    """The recovery codes as a file, for the page that shows them once: whoever asks has to know all of them already."""
    held = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.RECOVERY_CODES).first()
    codes = held.wrap().get_unused_codes() if held else []
    if not codes or request.POST.get("codes", "").split() != codes:
        return redirect("mfa_index")
    name = 'attachment; filename="recovery-codes.txt"'
    text = "".join(f"{code}\n" for code in codes)
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers={"Content-Disposition": name})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def remove_passkey(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Take a passkey away, unless it is the last second step of somebody who needs one (promise P6.1)."""
    passkey = get_object_or_404(Authenticator, pk=pk, user=request.user, type=Authenticator.Type.WEBAUTHN)
    if not second_steps.may_go(passkey):
        messages.error(request, str(SECOND_STEP_WORDS["cannot_delete_authenticator"]))
        return redirect("mfa_list_webauthn")
    answer: HttpResponseBase = remove_webauthn(request, pk=pk)
    return answer
