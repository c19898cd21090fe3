"""Makes the rules of the data map and the policy's drift Django's system checks, and conditions of a start."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - as Django calls it
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from privacy.data_map import checks
from privacy.data_map.registry import registry
from privacy.keys.registered import unregistered
from privacy.policy.drift import HOW, differences
from privacy.retention import enforcers
from privacy.staging import mark
from privacy.staging import plan as staging_plan


@register("privacy")
def declarations_are_complete(app_configs: object = None, **kwargs: Any) -> list[Error]:
    """Every rule that needs no database; runs with each `check`, and before each `migrate` and `runserver`."""
    return checks.run_static()


@register("privacy")
def retention_is_enforced(app_configs: object = None, **kwargs: Any) -> list[Error]:
    """E040: every rule of retention with a term has somebody who enforces it, and says from when it counts."""
    hint = "The sweep deletes what it can; name another with privacy.retention.enforcers.owned."
    return [
        Error(f"nobody enforces the retention of {slug}: {why}", hint=hint, id="privacy.E040")
        for slug, why in enforcers.faults()
    ]


@register("privacy")
def keys_can_be_exchanged(app_configs: object = None, **kwargs: Any) -> list[Error]:
    """E060: every column with digests or wrapped secrets says so, or an exchange of keys would pass it over."""
    hint = "Say so with privacy.keys.registered: digests_in, plain_hashes_in or wrapped_in."
    return [
        Error(f"nobody says under which key {column} is", hint=hint, id="privacy.E060") for column in unregistered()
    ]


@register("privacy", Tags.database)
def tables_let_go(app_configs: object = None, databases: Sequence[str] | None = None, **kwargs: Any) -> list[Error]:
    """E041: no table that the sweep deletes from refuses every deletion; `check --database default`."""
    if not databases or _migrations_wait():
        return []
    hint = "Put AppendOnlyForItsTerm into a migration, or say in the declaration that it is kept for good."
    return [
        Error(f"the table {table} refuses to let go of what is over", hint=hint, id="privacy.E041")
        for table in enforcers.refusing_tables()
    ]


@register("privacy", Tags.database)
def paths_are_indexed(app_configs: object = None, databases: Sequence[str] | None = None, **kwargs: Any) -> list[Error]:
    """Every path to a subject is indexed; runs with `check --database default`, once the tables are as they should be.

    `migrate` runs it too, before it makes the tables or the index that is missing: then there is nothing to say yet.
    """
    return [] if not databases or _migrations_wait() else list(checks.unindexed(registry))


@register("privacy", Tags.database)
def policy_says_what_is_true(
    app_configs: object = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """W001: the published policy says what code and registers hold; `check --database default`."""
    if not databases or _migrations_wait():
        return []
    return [Warning(str(found), hint=HOW, id="privacy.W001") for found in differences() or ()]


@register("privacy", Tags.database, deploy=True)
def policy_is_published(
    app_configs: object = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """E030, E031: a policy is published, and says what is true; `check --deploy --database default`."""
    if not databases or _migrations_wait():
        return []
    found = differences()
    if found is None:
        return [Error("no version of the privacy policy is published", hint=HOW, id="privacy.E031")]
    return [Error(str(difference), hint=HOW, id="privacy.E030") for difference in found]


@register("privacy", Tags.database)
def silent_transactions_end(
    app_configs: object = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """W066: the database drops whoever falls silent in the middle of a transaction; `check --database default`.

    We ask for it when we connect; a pool of connections keeps that to itself and has to ask by itself.
    """
    if not databases:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        patience = cursor.fetchone()[0]
    hint = "Let the pool say it: connect_query='SET idle_in_transaction_session_timeout = 10000' (pgbouncer)."
    said = "a process that stops in the middle of a transaction would hold its locks for ever"
    return [Warning(said, hint=hint, id="privacy.W066")] if patience == "0" else []


def _migrations_wait() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@register("privacy")
def copies_can_be_made(app_configs: object = None, **kwargs: Any) -> list[Error]:
    """E061: for every field that a copy for trying out makes up it is known how (privacy.staging)."""
    hint = "Say in privacy.staging.makers how, or have the model left out with emptied_in_copies."
    return [Error(f"nothing can be made up for {what}", hint=hint, id="privacy.E061") for what in staging_plan.faults()]


@register("privacy", Tags.database)
def a_copy_is_no_site(app_configs: object = None, databases: Sequence[str] | None = None, **kwargs: Any) -> list[Error]:
    """E062: a copy for trying out is never taken for the site's database, nor the other way round."""
    found = mark.fault() if databases and not _migrations_wait() else ""
    return [Error(found, hint="See docs/how-to/make-a-staging-copy.md.", id="privacy.E062")] if found else []


def refuse_unsound_start() -> None:
    """Raise ImproperlyConfigured, naming each fault, unless every declaration is complete.

    Called when a server or a worker starts, since those run no system checks by themselves.
    """
    if found := checks.run_static():
        faults = "\n".join(f"{error.id}: {error.msg}" for error in found)
        raise ImproperlyConfigured(f"the data map is not sound:\n{faults}")
