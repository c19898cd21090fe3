"""Doors by which we come to know who asks: the choice of ways, an address, and the code that was sent to it."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, translate_url
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from privacy.way_back import way_back
from rights_requests import people
from rights_requests.forms import AddressForm, CodeForm
from rights_requests.services import proving
from rights_requests.vocabulary import ProofPurpose


@require_safe
def who(request: HttpRequest) -> HttpResponse:
    """Ways to show who one is; each leads back to where the person wanted to go."""
    if people.party_of(request) is not None:
        return redirect(_onward(request))
    return render(request, "rights_requests/who.html", {"next": _onward(request)})


@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest) -> HttpResponse:
    """Which address a code is to be sent to; the answer is the same for every address."""
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        sent = proving.send_code(address=form.cleaned_data["email"], purpose=_purpose(request))
        people.await_code(request.session, sent)
        return redirect(_with_next("rights_requests:code", request))
    context = {"form": form, "next": _onward(request), "for_someone": _purpose(request) == ProofPurpose.AGENT}
    return render(request, "rights_requests/address.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The code that came by mail; right, it opens the way for a short while."""
    sent = people.awaited_code(request.session)
    if sent is None:
        return redirect(_with_next("rights_requests:address", request))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["code"]
        if proving.check_code(proof_id=sent.proof_id, address=sent.address, code=given):
            people.remember_proof(request.session, sent.address)
            return redirect(_onward(request))
        form.add_error("code", _("This code does not count. Check it, or have a new one sent: each works once."))
    return render(
        request, "rights_requests/code.html", {"form": form, "address": sent.address, "next": _onward(request)}
    )


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget whose address was proven, on a device that others use too."""
    people.forget_proof(request.session)
    messages.info(request, _("This browser no longer knows who you are."))
    return redirect("rights_requests:new")


def _purpose(request: HttpRequest) -> ProofPurpose:
    """Whoever goes on to ask for someone else may prove any address of theirs."""
    for_someone = _onward(request).startswith(reverse("rights_requests:for_someone"))
    return ProofPurpose.AGENT if for_someone else ProofPurpose.FILE


def _onward(request: HttpRequest) -> str:
    """Where the person was on the way to when we asked who they are: a page of the requests or of the privacy centre.

    In the language that they read now, should they have changed it on the way.
    """
    ours, language = reverse("rights_requests:list"), get_language()
    wanted = way_back(request, ours)
    for code, _name in settings.LANGUAGES:
        with override(code):
            if wanted.startswith((reverse("rights_requests:list"), reverse("visitors:privacy"))):
                return translate_url(wanted, language)
    return ours


def _with_next(name: str, request: HttpRequest) -> str:
    return people.with_next(name, _onward(request))
