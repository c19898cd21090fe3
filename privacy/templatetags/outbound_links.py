"""The one way to link to another site: said in words, and nothing of this page goes along."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def outbound(address: Any, label: Any) -> SafeString:
    """`{% outbound authority.url authority.name %}`: a link to another site, marked as one.

    With `as link` it can stand inside a sentence: `{% blocktranslate %}… {{ link }} …{% endblocktranslate %}`. The
    browser is told not to say where the reader came from (P7.1); the address is the other site's own, never one of ours
    that leads on.
    """
    return format_html(
        '<a class="outbound" href="{}" rel="external noreferrer">{} <span class="outbound-mark">{}</span></a>',
        str(address),
        str(label),
        _("(another site)"),
    )
