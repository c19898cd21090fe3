"""What every page shows of consent: the question while anything is open, which choice counts, and how to take it back.

All of it is drawn by the server, of the published notice; without a script it is the same.
"""

from typing import Any

from django.template import Context, Library

from consent import choices, scopes
from consent.vocabulary import ChoiceState

register = Library()
SETTINGS = "consent:settings"


@register.inclusion_tag("components/consent_banner.html", takes_context=True)
def consent_banner(context: Context) -> dict[str, Any]:
    """`{% consent_banner %}` → the notice with its buttons; nothing where nothing is open. No query, once known."""
    request = context.get("request")
    if request is None or not hasattr(request, "consent"):
        return {}
    consent = choices.of(request)
    consent.is_shown = True
    scope = scopes.on(request)
    on_settings = request.resolver_match is not None and request.resolver_match.view_name == SETTINGS
    asks = bool(consent.open) and not scope.asks and not on_settings
    consent.needs_script |= asks or on_settings
    return {
        "consent": consent,
        "scope": scope,
        "asks": asks,
        "request": request,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("components/consent_withdrawal.html", takes_context=True)
def consent_withdrawal(context: Context) -> dict[str, Any]:
    """`{% consent_withdrawal %}` → one button that takes everything back; nothing where nothing is accepted.

    Where a script may save a yes on this very page, it is there for that script to show.
    """
    request = context.get("request")
    if request is None or not hasattr(request, "consent"):
        return {}
    consent = choices.of(request)
    accepts = any(one.state == ChoiceState.GIVEN for one in consent.asked)
    return {"consent": consent, "request": request, "accepts": accepts, "waits": consent.needs_script}


@register.simple_tag(takes_context=True)
def needs_consent_script(context: Context) -> bool:
    """`{% needs_consent_script as needed %}` at the end of a page: whether anything on it changes with a choice."""
    request = context.get("request")
    return request is not None and hasattr(request, "consent") and choices.of(request).needs_script
