"""Shows people who are signed in that the policy changed, until they say that they have seen it."""

from typing import Any

from django.template import Context, Library

from privacy.policy import versions

register = Library()


@register.inclusion_tag("components/policy_banner.html", takes_context=True)
def policy_banner(context: Context) -> dict[str, Any]:
    """The newest material change that the reader has not seen; nothing for visitors, at the cost of no query."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {"change": versions.unseen_change(user.pk), "request": request, "csrf_token": context.get("csrf_token")}
