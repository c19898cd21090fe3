"""Doors of the privacy centre: what one can do, what we hold and why, and what we hold about the one who asks."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from privacy.package import statements
from privacy.policy.register import register
from rights_requests import figures as counting
from rights_requests.authority import COMPLAINT_AUTHORITY
from rights_requests.people import has_account, party, party_required
from rights_requests.regimes import HOME
from rights_requests.regimes.places import choices
from visitors import centre, my_data
from visitors.mine import facts, lines
from visitors.mine.sections import Section
from visitors.selectors import held_data, held_elsewhere, rights_offered

TERM_MONTHS = HOME.clock.answer.amount
# The same for everybody: kept by browsers and asked for anew, so that coming back costs a 304.
public = cache_control(public=True, max_age=0)


@require_safe
@public
def privacy_centre(request: HttpRequest) -> HttpResponse:
    """What would you like to do, how long it takes, whom to reach, and the way to everything else (Art. 12 GDPR)."""
    told = {"term_months": TERM_MONTHS, "authority": COMPLAINT_AUTHORITY, "cookies": register.trackers.values()}
    return render(request, "visitors/privacy.html", {"rights": rights_offered(), **told})


@require_safe
@public
def held(request: HttpRequest) -> HttpResponse:
    """What we hold about people, and why: the data map in plain words (P0.2)."""
    return _page(request, "held", held=held_data(), elsewhere=held_elsewhere())


@require_safe
@public
def recipients(request: HttpRequest) -> HttpResponse:
    """Who receives what from us, by kind and by name (P7.4)."""
    return _page(request, "recipients", declared=centre.declared_receivers(), registered=centre.registered_receivers())


@require_safe
@public
def places(request: HttpRequest) -> HttpResponse:
    """Where data lies and where it may go, with what protects it there (P3.2)."""
    registered = centre.registered_receivers()
    return _page(request, "places", registered=registered, transfers=statements.TRANSFERS, elsewhere=held_elsewhere())


@require_safe
@public
def retention(request: HttpRequest) -> HttpResponse:
    """How long everything is kept, by the kind of people it is about (P3.1)."""
    return _page(request, "retention", kept=centre.kept_by_profile())


@require_safe
@public
def safeguards(request: HttpRequest) -> HttpResponse:
    """How data is kept safe: what is so, and nothing else (P4.1)."""
    days = {"package_days": settings.PACKAGE_LIFETIME_DAYS, "evidence_days": settings.EVIDENCE_DAYS}
    return _page(request, "safeguards", **days)


@require_safe
@public
def authorities(request: HttpRequest) -> HttpResponse:
    """The authority of each country and the term of its law; the reader's own first, once they say where they live."""
    code = request.GET.get("place", "")
    asked = {"code": code, "chosen": centre.place(code), "choices": choices()}
    ours = {"authority": COMPLAINT_AUTHORITY, "term_months": TERM_MONTHS}
    return _page(request, "authorities", places=centre.places(), **asked, **ours)


@require_safe
@public
def figures(request: HttpRequest) -> HttpResponse:
    """How many asked for what and how we answered, counted as the page is opened."""
    told = {"years": counting.years(), "smallest": counting.SMALLEST, "step": counting.STEP}
    return _page(request, "figures", **told)


@party_required
@reauthentication_required(enabled=has_account)
@require_safe
def mine_held(request: HttpRequest) -> HttpResponse:
    """What we hold about the one who asks, who looked at it, and a button for each right beside each piece (P5.1)."""
    return _page(request, "mine", mine=my_data.of(party(request).subject))


@party_required
@reauthentication_required(enabled=has_account)
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Everything that is about the one who asks, in one place: a fact for each thing, and the way to all of it."""
    return _page(request, "mine_start", facts=facts.facts_of(party(request)))


@party_required
@reauthentication_required(enabled=has_account)
@require_safe
def mine_section(request: HttpRequest, section: Section) -> HttpResponse:
    """One list about the one who asks, page by page, the newest first."""
    found = lines.page(party(request).subject, section.sources, request.GET.get("after", ""))
    return _page(request, "mine_section", section=section, found=found)


def _page(request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    return render(request, f"visitors/centre/{name}.html", context)
