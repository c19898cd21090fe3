"""Template tags that read the table of public pages, and the one that names the style sheets."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string
from django.templatetags.static import static

from visitors.site_pages import BY_VIEW, MENU, Place, Section, SitePage, pages_by_section, place_of_addresses

register = template.Library()


@register.inclusion_tag("components/public_head.html", takes_context=True)
def public_head(context: dict[str, Any]) -> dict[str, Any]:
    """`{% public_head %}` → what a page says of itself in its head; most on those of the table."""
    request = context.get("request")
    page = page_of(request)
    if request is None or page is None:
        return {"page": None}
    return {
        "page": page,
        "in_languages": context.get("in_languages"),
        "address": settings.SITE_URL + request.path,
        "site_url": settings.SITE_URL,
        "site_name": context.get("site_name"),
        "publisher": settings.PUBLISHER,
        "picture": settings.SITE_URL + static("img/share.png"),
    }


@register.simple_tag
def site_menu() -> tuple[SitePage, ...]:
    """`{% site_menu as pages %}` → what the head of every page leads to."""
    return MENU


@register.simple_tag
def site_sections() -> list[tuple[Section, list[SitePage]]]:
    """`{% site_sections as sections %}` → every public page, by section."""
    return pages_by_section()


@register.simple_tag(takes_context=True)
def footer_sections(context: dict[str, Any]) -> str:
    """`{% footer_sections %}` → every public page, by section, as the foot of every page has it; made once."""
    make = _footer.__wrapped__ if settings.DEBUG else _footer
    return make(place_of_addresses(), embedded_mail=bool(context.get("embedded_mail")))


@lru_cache(maxsize=64)
def _footer(place: Place, *, embedded_mail: bool) -> str:
    """The same for everybody who reads it in this language: of what a page costs it was a quarter."""
    del place
    return render_to_string(
        "components/footer_sections.html", {"sections": pages_by_section(), "embedded_mail": embedded_mail}
    )


@register.simple_tag
def centre_pages() -> list[SitePage]:
    """`{% centre_pages as pages %}` → the pages on what we do with data."""
    return dict(pages_by_section())[Section.CENTRE]


@register.simple_tag
def site_page(name: str) -> SitePage:
    """`{% site_page "sales" as one %}` → the row of a page of this app."""
    return BY_VIEW[f"visitors:{name}"]


@register.simple_tag
def style_sheets() -> list[str]:
    """`{% style_sheets as addresses %}` → the one sheet that was made of all, or each by itself where none was made."""
    made = getattr(staticfiles_storage, "bundles", {})
    return [static(name) for name in made] or [static(name) for name in settings.STYLE_SHEETS]


@register.filter
def beside(columns: Sequence[Any], row: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """`{% for column, cell in columns|beside:row %}` → each value with the heading of its column."""
    return zip(columns, row, strict=True)


def page_of(request: Any) -> SitePage | None:
    """The row of the page that is asked for."""
    match = getattr(request, "resolver_match", None)
    return BY_VIEW.get(match.view_name) if match else None
