"""The pages of an account that are ours; signing in, passwords and second steps are allauth's."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import selectors, services
from accounts.forms import ProfileForm
from accounts.signed_in import SignedInRequest


@require_safe
@login_required
def overview(request: SignedInRequest) -> HttpResponse:
    """What a person can do with their account, and how it stands."""
    return render(request, "accounts/overview.html", {"overview": selectors.overview_of(request.user.pk)})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: SignedInRequest) -> HttpResponse:
    """Show and change what a person tells us about themselves."""
    person = request.user.pk
    form = ProfileForm(request.POST or None, instance=selectors.profile_of(person))
    if request.method == "POST" and form.is_valid():
        services.update_profile(actor=services.actor_of(person), user_id=person, **form.cleaned_data)
        messages.success(request, _("Your profile is saved."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form})
