"""Doors of the company's pages and of the small files that every browser and crawler asks for."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import is_valid_path
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from visitors.kept import keepable
from visitors.selectors import held_example
from visitors.shelf import SHELF, SHOPS
from visitors.site_pages import SitePage, every_address, first_pages


@require_safe
@cache_control(public=True, max_age=0)
@keepable
def home(request: HttpRequest) -> HttpResponse:
    """What Occicor does, and the way to one's own data."""
    return render(request, "visitors/home.html", {"example": held_example(), "shelf": SHELF, "week": SHOPS})


@require_safe
@cache_control(public=True, max_age=0)
@keepable
def page(request: HttpRequest, page: SitePage) -> HttpResponse:
    """One of the pages that differ in their words and drawings only."""
    context = {"page": page, "shelf": SHELF, "week": SHOPS, "publisher": settings.PUBLISHER}
    return render(request, page.template, context)


@require_safe
@cache_control(public=True, max_age=86400)
def robots(request: HttpRequest) -> HttpResponse:
    """Personal pages are nobody's search result."""
    context = {"site_url": settings.SITE_URL, "first_pages": first_pages()}
    return render(request, "visitors/robots.txt", context, content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=86400)
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page, for crawlers."""
    context = {"addresses": [settings.SITE_URL + address for address in every_address()]}
    return render(request, "visitors/sitemap.xml", context, content_type="application/xml; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=86400)
def humans(request: HttpRequest) -> HttpResponse:
    """A welcome for people who look behind the page."""
    return render(request, "visitors/humans.txt", content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=86400)
def favicon(request: HttpRequest) -> HttpResponse:
    """Where the mark is, for browsers that ask for it at the old address."""
    return redirect(static("img/favicon.svg"))


@require_safe
def english(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Lead /en/… on to the same page without a prefix, for good; English has none. Only to an address of this site."""
    address = f"/{rest}/" if rest else "/"
    # No address of ours begins with two slashes, as that of another site would.
    if not is_valid_path(address):
        raise Http404
    query = request.META["QUERY_STRING"]
    return redirect(f"{address}?{query}" if query else address, permanent=True)
