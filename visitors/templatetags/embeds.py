"""Puts a film or a picture of another site on a page, behind words of ours until the reader wants it (P11.4)."""

from typing import Any

from django import template

from visitors.embeds import ONCE, facade

register = template.Library()


@register.inclusion_tag("components/embed.html", takes_context=True)
def embed(context: dict[str, Any], name: str, address: str, link: str, title: str, about: str = "") -> dict[str, Any]:
    """`{% embed "tour" frame_address page_address title about %}`.

    `name` tells it from others on the page, `address` is what the frame loads, `link` where one can see it on the other
    site, `about` says in a sentence what it shows.
    """
    request = context["request"]
    shown = {"address": address, "link": link, "title": title, "about": about, "once": ONCE}
    return {**shown, "request": request, "facade": facade(request, name, address)}
