"""The pages of an account that are ours; signing in, passwords and second steps are allauth's."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import changed_address, profile_history, selectors, services
from accounts.administering import customer_of
from accounts.changed_address import CannotTakeBack
from accounts.errors import ProfileMoved
from accounts.forms import ProfileForm
from accounts.profile_history import is_restricted
from accounts.signed_in import SignedInRequest
from privacy.unshared import unshared


@require_safe
@login_required
def overview(request: SignedInRequest) -> HttpResponse:
    """What a person can do with their account, and how it stands."""
    person = request.user.pk
    context = {"overview": selectors.overview_of(person), "customer": customer_of(person)}
    return render(request, "accounts/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: SignedInRequest) -> HttpResponse:
    """Show and change what a person tells us about themselves, and what was changed in it (Art. 16 GDPR)."""
    person = request.user.pk
    form = ProfileForm(request.POST or None, instance=selectors.profile_of(person))
    if request.method == "POST" and form.is_valid():
        try:
            services.update_profile(actor=services.actor_of(person), user_id=person, **form.cleaned_data)
        except ProfileMoved:
            form.say_what_moved(selectors.profile_of(person))
        else:
            messages.success(request, _("Your profile is saved."))
            return redirect("accounts:profile")
    changes = profile_history.changes_of(selectors.profile_of(person))
    more = {"changes": changes, "kept_days": settings.PROFILE_HISTORY_DAYS, "restricted": is_restricted(person)}
    return render(request, "accounts/profile.html", {"form": form, **more})


@require_POST
@login_required
def put_back(request: SignedInRequest, change_id: int) -> HttpResponse:
    """Let a field of the profile say again what it said before."""
    person = request.user.pk
    if services.put_back(actor=services.actor_of(person), user_id=person, change_id=change_id) is None:
        raise Http404
    messages.success(request, _("Your profile says again what it said before."))
    return redirect("accounts:profile")


@require_POST
@login_required
def forget_change(request: SignedInRequest, change_id: int) -> HttpResponse:
    """Forget what a field of the profile said before; what is gone already is no mistake."""
    person = request.user.pk
    services.forget_change(actor=services.actor_of(person), user_id=person, change_id=change_id)
    messages.success(request, _("It is forgotten. Your profile stays as it is."))
    return redirect("accounts:profile")


@require_http_methods(["GET", "HEAD", "POST"])
def take_address_back(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whoever reads the mailbox that was left whether the change was theirs, and take it back; no sign-in."""
    try:
        former = changed_address.named_by(token)
        if request.method == "POST":
            if changed_address.take_back(token=token) == request.user:
                logout(request)  # its session is gone already; the browser must not go on with it
            return unshared(render(request, "accounts/address_is_back.html", {"email": former.email}))
    except CannotTakeBack:
        return unshared(render(request, "accounts/address_stays.html", status=404))
    return unshared(render(request, "accounts/take_address_back.html", {"former": former}))
