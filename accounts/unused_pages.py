"""The page behind the link in the messages about an account that is not used: keep it, or close it now."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import services, unused, unused_links
from privacy.unshared import unshared


@require_http_methods(["GET", "HEAD", "POST"])
def unused_page(request: HttpRequest, token: str) -> HttpResponse:
    """Ask first, since programs that look into mail follow links; keep or close the account when a button is pressed.

    Good signed out: the address is the key.
    """
    notice = unused.notice_of(unused_links.named_by(token))
    if notice is None:
        return unshared(render(request, "accounts/unused_gone.html", status=404))
    if request.method != "POST":
        return unshared(render(request, "accounts/unused.html", {"notice": notice}))
    actor = services.actor_of(notice.user_id)
    if request.POST.get("act") == "keep":
        unused.keep(actor=actor, user_id=notice.user_id)
        return unshared(render(request, "accounts/unused_kept.html"))
    if request.POST.get("act") == "close" and unused.close_now(actor=actor, user_id=notice.user_id):
        return unshared(render(request, "accounts/unused_closed.html"))
    messages.error(request, _("Nothing was done. Press one of the two buttons, or write to us."))
    return unshared(redirect("accounts:unused", token=token))
