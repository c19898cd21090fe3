"""The door by which a subscription ends: for its reader, and for the mail program of its reader (RFC 8058).

It stands alone because it is the one page of ours that is exempt from the cross-site check: a mail program posts
without a cookie, so it could never pass. Whoever wanted to forge the form would need the signed address, and whoever
has that may end the subscription anyway.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt  # noqa: TID251 - RFC 8058, as said above
from django.views.decorators.http import require_http_methods

from consent import selectors, services
from consent.links import Use, named_by
from consent.vocabulary import State, Way
from privacy.unshared import unshared
from visitors.newsletter_pages import about, gone, in_language_of


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, token: str) -> HttpResponse:
    """A page with one button; a mail program may press it for its reader, and is not led on elsewhere."""
    named = named_by(token, Use.END)
    rows = selectors.named_rows(named)
    if named is None or not rows:
        return gone(request)
    if request.method != "POST" and (elsewhere := in_language_of(request, rows)):
        return redirect(elsewhere)
    if request.method == "POST":
        one_click = request.POST.get("List-Unsubscribe") == "One-Click"
        services.end(named=named, way=Way.ONE_CLICK if one_click else Way.LINK)
        rows = selectors.named_rows(named)
    context = {**about(rows), "ended": all(row.state == State.ENDED for row in rows)}
    return unshared(render(request, "visitors/newsletter/end.html", context))
