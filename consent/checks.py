"""Makes a notice that is behind the catalogue a system check: what is asked must be what is done (P11.1)."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - as Django calls it
from django.db import connection

from consent import notices
from consent.models import NoticeVersion, Party

HOW = "Run manage.py sync_catalogue, then publish the question (manage.py publish_notice, or in the admin)."


@register("consent", Tags.database)
def notice_says_what_is_true(
    app_configs: object = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """W001: each difference between the published notice and the catalogue; `check --database default`."""
    return [Warning(said, hint=HOW, id="consent.W001") for said in _differences(databases)]


@register("consent", Tags.database, deploy=True)
def notice_is_published(
    app_configs: object = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """E001: the same as errors, before a deployment: `check --deploy --database default`."""
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
