"""Ways to pass a page on that run nothing of anybody else's: plain links, and the address to copy (P11.4)."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings

register = template.Library()

# Where a plain link opens a form with the address filled in; nothing is asked of them before somebody follows it.
ELSEWHERE = (
    ("LinkedIn", "https://www.linkedin.com/sharing/share-offsite/", lambda page, _title: {"url": page}),
    ("Mastodon", "https://mastodon.social/share", lambda page, title: {"text": f"{title} {page}"}),
)


@register.inclusion_tag("components/share.html", takes_context=True)
def share(context: dict[str, Any], title: str) -> dict[str, Any]:
    """`{% share title %}`: the page's own address, by mail and on two networks; only on pages for everybody.

    The address is the page's path on this site: what follows a question mark may be the reader's own and stays here.
    """
    page = f"{settings.SITE_URL}{context['request'].path}"
    mail = urlencode({"subject": title, "body": page}).replace("+", "%20")
    return {
        "page": page,
        "mail": f"mailto:?{mail}",
        "elsewhere": [(name, f"{address}?{urlencode(fill(page, title))}") for name, address, fill in ELSEWHERE],
    }
