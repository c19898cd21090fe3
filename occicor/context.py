"""What every page knows: the site's name, how to reach a person, and whether mail is shown here instead of sent."""

from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Values for every template; reads settings only, so that it works when the database does not."""
    return {
        "site_name": "Occicor",
        "privacy_contact": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        "embedded_mail": getattr(settings, "EMBEDDED_MAIL", False),
    }
