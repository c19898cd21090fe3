"""Doors of the newsletter: asking for it, saying yes by a link, choosing without signing in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from consent import selectors, services
from consent.forms import ChoicesForm, SubscribeForm
from consent.links import Named, Use, named_by
from consent.models import Subscription
from consent.vocabulary import State, Topic, Way
from privacy import limits
from privacy.unshared import unshared
from rights_requests.people import party_of
from visitors.newsletter_pages import about, gone, language_of
from visitors.services import ANYBODY


@require_http_methods(["GET", "HEAD", "POST"])
def newsletter(request: HttpRequest) -> HttpResponse:
    """Ask who wants what; the answer is the same for every address. `?topic=…` ticks a topic beforehand."""
    typed = {"topics": request.GET.getlist("topic"), "email": getattr(request.user, "email", "")}
    form = SubscribeForm(request.POST or None, initial=typed)
    status = 200
    if request.method == "POST" and form.is_valid():
        if limits.allows(request, "subscribe"):
            _ask(request, form)
            return redirect("visitors:newsletter_sent")
        form.refuse_for_now()
        status = 429
    return render(request, "visitors/newsletter/ask.html", {"form": form}, status=status)


def _ask(request: HttpRequest, form: SubscribeForm) -> None:
    address, party = form.cleaned_data["email"], party_of(request)
    asked = services.Asked(
        address=address,
        topics=tuple(form.cleaned_data["topics"]),
        language=get_language() or "",
        words=form.shown,
    )
    sends = limits.allows(request, "subscribe_mail", key=address)
    services.ask(actor=party.actor if party else ANYBODY, asked=asked, sends=sends)


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """That the mailbox is to be looked into; the same whoever asked for whom."""
    return render(request, "visitors/newsletter/sent.html")


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """A page with one button: programs that only open links in mails confirm nothing. Pressed twice, it is the same."""
    named = named_by(token, Use.CONFIRM)
    if named is not None and request.method == "POST":
        services.confirm(named=named)
    rows = [row for row in selectors.named_rows(named) if row.state != State.ENDED]
    if not rows:
        return gone(request)
    pending = (row for row in rows if row.state == State.PENDING)
    waiting = sorted(pending, key=lambda row: Topic.values.index(row.topic))
    asking = bool(waiting) and request.method != "POST"
    stopped = [] if asking else [row.get_topic_display() for row in waiting]
    shown = waiting if asking else [row for row in rows if row.state == State.CONFIRMED]
    context = {**about(shown), "asking": asking, "stopped": stopped}
    return unshared(render(request, "visitors/newsletter/confirm.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest, token: str) -> HttpResponse:
    """Which messages somebody gets, in which language; and the end of all of them."""
    named = named_by(token, Use.CHOICES)
    rows = selectors.named_rows(named)
    if named is None or not rows:
        return gone(request)
    form = ChoicesForm(request.POST or None, initial=_chosen(rows))
    saved = request.method == "POST" and ("end" in request.POST or form.is_valid())
    if saved:
        _choose(request, named, form)
        form = ChoicesForm(initial=_chosen(selectors.named_rows(named)))
    context = {"form": form, "topics": form.initial["topics"], "saved": saved}
    return unshared(render(request, "visitors/newsletter/choices.html", context))


def _choose(request: HttpRequest, named: Named, form: ChoicesForm) -> None:
    if "end" in request.POST:
        services.end(named=named, way=Way.CHOICES)
    else:
        services.choose(named=named, **form.cleaned_data, words=form.shown)


def _chosen(rows: list[Subscription]) -> dict[str, object]:
    return {"topics": selectors.live_topics(rows), "language": language_of(rows)}
