"""Asks for consent on the page, while anything is open; drawn by the server, of the published notice."""

from typing import Any

from django.template import Context, Library

from consent import choices
from consent.vocabulary import ChoiceState

register = Library()


@register.inclusion_tag("components/consent_banner.html", takes_context=True)
def consent_banner(context: Context) -> dict[str, Any]:
    """`{% consent_banner %}` → the notice with its buttons; nothing where nothing is open. No query, once known."""
    request = context.get("request")
    if request is None or not hasattr(request, "consent"):
        return {}
    consent = choices.of(request)
    consent.is_shown = True
    return {"consent": consent, "request": request}


@register.inclusion_tag("components/consent_withdrawal.html", takes_context=True)
def consent_withdrawal(context: Context) -> dict[str, Any]:
    """`{% consent_withdrawal %}` → one button that takes everything back; nothing where nothing is accepted."""
    request = context.get("request")
    if request is None or not hasattr(request, "consent"):
        return {}
    consent = choices.of(request)
    accepts = any(one.state == ChoiceState.GIVEN for one in consent.asked)
    return {"consent": consent, "request": request, "accepts": accepts}
