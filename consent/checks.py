"""What must hold before the site starts: the question asks about what is done, and bounces have an address."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - as Django calls it
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection

from consent import notices
from consent.models import NoticeVersion, Party

# An address has at most 64 characters before the @ (RFC 5321, 4.5.3.1.1): the name, a plus, and the token of 52.
LONGEST_NAME = 64 - 1 - 52
HOW = "Run manage.py sync_catalogue, then publish the question (manage.py publish_notice, or in the admin)."


@register("consent", Tags.database)
def notice_says_what_is_true(
    app_configs: object = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """W001: the published notice says what the catalogue holds; `check --database default`."""
    return [Warning(said, hint=HOW, id="consent.W001") for said in _differences(databases)]


@register("consent", Tags.database, deploy=True)
def notice_is_published(
    app_configs: object = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """E001: the same before a deployment; `check --deploy --database default`."""
    return [Error(said, hint=HOW, id="consent.E001") for said in _differences(databases)]


def _differences(databases: Sequence[str] | None) -> list[str]:
    """In words; nothing before the tables are there, or before a catalogue is."""
    tables = {NoticeVersion._meta.db_table, Party._meta.db_table}
    if not databases or not tables <= set(connection.introspection.table_names()):
        return []
    if not Party.objects.exists():
        return ["the catalogue of trackers is empty"]
    found = notices.differences()
    return [f"{one.place} ({one.language}): “{one.old}” → “{one.new}”" for one in found]


@register("consent")
def bounces_have_an_address(**kwargs: object) -> list[CheckMessage]:
    """E002: the address to which messages come back, if there is one, takes a token behind its name."""
    address = settings.BOUNCE_ADDRESS
    if not address:
        return []
    try:
        validate_email(address)
    except ValidationError:
        hint = "Name a mailbox that also takes name+anything@, or leave it out."
        return [Error("BOUNCE_ADDRESS is no e-mail address.", hint=hint, id="consent.E002")]
    if len(address.rpartition("@")[0]) > LONGEST_NAME:
        hint = f"Use at most {LONGEST_NAME} characters before the @: a plus and a token come behind them."
        return [Error("BOUNCE_ADDRESS is too long.", hint=hint, id="consent.E002")]
    return []
