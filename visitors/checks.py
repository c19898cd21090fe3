"""Reminds whoever deploys the site of what the legal notice still lacks."""

from django.conf import settings
from django.core.checks import CheckMessage, Info, register

# What the law of France wants of every site of a company, in the order of the notice.
WANTED = ("form", "address", "registration", "director", "phone", "host_name", "host_address", "host_phone")


@register("visitors", deploy=True)
def legal_notice_is_complete(app_configs: object = None, **kwargs: object) -> list[CheckMessage]:
    """I001: the notice shows only what is set, so what is not set is missing there."""
    missing = [f"PUBLISHER_{fact.upper()}" for fact in WANTED if not settings.PUBLISHER[fact]]
    if not missing:
        return []
    return [
        Info(
            f"The legal notice does not say everything: {', '.join(missing)}.",
            hint="Set what applies to your company in the environment; see .env.example.",
            id="visitors.I001",
        )
    ]
