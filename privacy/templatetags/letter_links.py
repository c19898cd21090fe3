"""Links in letters: only where we wrote the address, for a name or a sentence of somebody may hold one too."""

import re
from collections.abc import Collection

from django import template
from django.utils.html import urlize
from django.utils.safestring import SafeString

register = template.Library()
_LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>')


@register.simple_tag
def with_links(text: str, site_url: str, others: Collection[str] = ()) -> SafeString:
    """The text, escaped, with links to pages of ours and to `others`; every other address stays what it is: text.

    A mail that comes from us must not carry somebody else's link because they call themselves by one (A16).
    """

    def kept(found: re.Match[str]) -> str:
        href = found[1].replace("&amp;", "&")
        ours = href == site_url or href.startswith((f"{site_url}/", f"{site_url}?"))
        return found[0] if ours or href in others else found[2]

    return SafeString(_LINK.sub(kept, urlize(text, autoescape=True)))
