"""The pages of the portal on which a Customer makes, renews and ends the keys of its systems."""

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts import keys
from accounts.errors import KeyRefused
from accounts.models import ApiKey
from accounts.portal.gate import AdministratorRequest, administrators_only
from accounts.vocabulary import Scope


def _makes_one(request: HttpRequest) -> bool:
    """Whether somebody makes a key, for which they show once more who they are."""
    return request.method == "POST"


class KeyForm(forms.Form):
    """A key to make."""

    use_required_attribute = False
    name = forms.CharField(
        max_length=60,
        label=gettext_lazy("Which system is it for?"),
        help_text=gettext_lazy("A name by which you know it again, such as “staff list of the shops”. Name no person."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Enter the name of the system.")},
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What may it do?"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick at least one thing that the system may do.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
@reauthentication_required(enabled=_makes_one)
def all_keys(request: AdministratorRequest) -> HttpResponse:
    """The keys of the Customer, and a new one; its secret is shown this once."""
    form = KeyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = keys.make(actor=request.actor, customer_id=request.customer.pk, **form.cleaned_data)
            return _shown_once(request, *made)
        except KeyRefused as refusal:
            form.add_error(None, refusal.message)
    context = {"customer": request.customer, "form": form, "keys": keys.keys_of(request.customer)}
    return render(request, "accounts/portal/keys.html", context)


@require_POST
@administrators_only
@reauthentication_required
def renew(request: AdministratorRequest, key_id: UUID) -> HttpResponse:
    """Another secret for a key, shown this once; the one before counts no more."""
    try:
        made = keys.renew(actor=request.actor, customer_id=request.customer.pk, key_id=key_id)
    except ApiKey.DoesNotExist as error:
        raise Http404 from error
    return _shown_once(request, *made)


@require_POST
@administrators_only
@reauthentication_required
def end(request: AdministratorRequest, key_id: UUID) -> HttpResponse:
    """End a key at once."""
    try:
        keys.end(actor=request.actor, customer_id=request.customer.pk, key_id=key_id)
    except ApiKey.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("The key has ended. Nothing can be asked with it any more."))
    return redirect("accounts:customer_keys")


def _shown_once(request: AdministratorRequest, key: ApiKey, secret: str) -> HttpResponse:
    return render(request, "accounts/portal/key_shown.html", {"key": key, "secret": secret})
