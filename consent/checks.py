"""What must hold of the settings of this app before the site starts."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

# An address has at most 64 characters before the @ (RFC 5321, 4.5.3.1.1): the name, a plus, and the token of 52.
LONGEST_NAME = 64 - 1 - 52


@register("consent")
def bounces_have_an_address(**kwargs: object) -> list[CheckMessage]:
    """E001: the address to which messages come back, if there is one, takes a token behind its name."""
    address = settings.BOUNCE_ADDRESS
    if not address:
        return []
    try:
        validate_email(address)
    except ValidationError:
        return [Error("BOUNCE_ADDRESS is no e-mail address.", id="consent.E001")]
    if len(address.rpartition("@")[0]) > LONGEST_NAME:
        hint = f"Use at most {LONGEST_NAME} characters before the @: a plus and a token come behind them."
        return [Error("BOUNCE_ADDRESS is too long.", hint=hint, id="consent.E001")]
    return []
