"""New migrations leave the release that still runs alive, and hold no table long, or say in a closed form why not.

`python -m tests.guards.migrating` looks at all of them; no database is asked. What a migration says:

    class Migration(migrations.Migration):
        old_code_runs = {"RemoveField privacy.job.lane": "not used since privacy.0021_lanes"}
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.contrib.postgres import operations as postgres
from django.contrib.postgres.functions import TransactionNow
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Value
from django.db.models.expressions import CombinedExpression
from django.db.models.fields import NOT_PROVIDED
from django.db.models.functions import Coalesce, Concat, Lower, Now, Upper

from privacy.online_indexes import AddIndexAgain
from tests.guards.sources import ROOT, Finding

# The newest of each app when the rule began: no release had been installed anywhere.
BEFORE = {
    "accounts": "0011_retention_unused_accounts",
    "consent": "0003_mailings",
    "privacy": "0019_looking_reading",
    "rights_requests": "0019_looking_finer_permissions",
    "visitors": "0003_audience",
}
# The reasons there are; {} is a migration, as in privacy.0021_lanes.
NOT_USED = "not used since {}"
NEW_TABLE = "made by {}"
SMALL = "small table"
OBEYED = "old code obeys it"
BATCHES = "in batches"
NAMED = re.compile(r"(not used since|made by) ([a-z_]+)\.(\d{4}_\w+)")
VARCHAR = re.compile(r"varchar\((\d+)\)")
# One reason of each group must be given.
Needs = tuple[tuple[str, ...], ...]
BREAKS: Needs = ((NOT_USED,),)
LOCKS: Needs = ((SMALL, NEW_TABLE),)
TIGHTENS: Needs = ((OBEYED, NEW_TABLE),)
UNSEEN: Needs = ((OBEYED, NEW_TABLE), (SMALL, BATCHES, NEW_TABLE))
# For these there is no reason, only another way.
NEVER: Needs = (("add the new one, fill it, and remove the old one a release later",),)
FILLED: Needs = (("null=True, or db_default, by which the database fills it in",),)
# Exactly these: what is made of one of them may do more.
HARMLESS = {
    *(migrations.CreateModel, migrations.AlterModelOptions, migrations.AlterModelManagers, migrations.RemoveIndex),
    *(migrations.RenameIndex, migrations.AlterModelTableComment, postgres.ValidateConstraint),
    *(postgres.AddIndexConcurrently, AddIndexAgain, postgres.RemoveIndexConcurrently),
}
SIMPLE: dict[type[Operation], Needs] = {
    migrations.DeleteModel: BREAKS,
    migrations.RemoveField: BREAKS,
    migrations.RenameModel: NEVER,
    migrations.RenameField: NEVER,
    migrations.AlterModelTable: NEVER,
    migrations.AddIndex: LOCKS,
    postgres.AddConstraintNotValid: TIGHTENS,
    migrations.AddConstraint: TIGHTENS + LOCKS,
    migrations.AlterUniqueTogether: TIGHTENS + LOCKS,
    # Adds a column that must be filled.
    migrations.AlterOrderWithRespectTo: FILLED,
}
# Of a default made of these alone PostgreSQL keeps one value for all rows there are; of any other it writes each anew.
STEADY = {Value, Now, TransactionNow, CombinedExpression, Coalesce, Concat, Lower, Upper}
WHY: dict[Needs, str] = {
    BREAKS: "the release that still runs reads and writes it",
    NEVER: "the release that still runs knows the old name",
    FILLED: "the release that still runs adds rows without it",
    LOCKS: "nobody can write to the table meanwhile: AddIndexAgain, an AddIndexConcurrently that can be repeated;"
    " AddConstraintNotValid and later validate; or a default that is one for all rows",
    TIGHTENS: "the release that still runs must not be refused",
    UNSEEN: "this gate cannot look into it",
}


@dataclass(frozen=True)
class Place:
    """One operation: in which migration, as the how-manieth, on the tables as they were before and are after."""

    migration: migrations.Migration
    number: int
    operation: Operation
    before: ProjectState
    after: ProjectState

    @property
    def key(self) -> str:
        """How the migration names it when it gives a reason."""
        words = vars(self.operation)
        model = str(words.get("model_name") or words.get("name") or "").lower()
        if not model:
            return f"{type(self.operation).__name__} {self.number}"
        thing = words.get("name") if words.get("model_name") else None
        named = words.get("index") or words.get("constraint")
        thing = thing or (named.name if named is not None else None) or words.get("old_name")
        return ".".join(filter(None, [f"{type(self.operation).__name__} {self.migration.app_label}", model, thing]))

    @property
    def model(self) -> str:
        """The model it is about, in small letters."""
        return str(getattr(self.operation, "model_name", "") or getattr(self.operation, "name", "")).lower()

    @property
    def label(self) -> str:
        """The same with its app."""
        return f"{self.migration.app_label}.{self.model}"

    def field(self, state: ProjectState) -> "models.Field[Any, Any]":
        """The field that the operation names, as it is in a state."""
        model = state.apps.get_model(self.migration.app_label, self.model)
        found: models.Field[Any, Any] = model._meta.get_field(vars(self.operation)["name"])
        return found


def needs(place: Place) -> Needs:
    """Which reasons the operation has to have; none for what old code does not notice."""
    operation = place.operation
    if type(operation) in HARMLESS:
        return ()
    if type(operation) in LOOKED_INTO:
        return LOOKED_INTO[type(operation)](place)
    return SIMPLE.get(type(operation), UNSEEN)


def _of_new_field(place: Place) -> Needs:
    field = place.field(place.after)
    if field.many_to_many or field.column is None:
        return ()
    if not field.null and field.db_default is NOT_PROVIDED and not field.generated:
        return FILLED
    written = field.generated or not _is_steady(field.db_default)
    tied = field.db_index or field.unique or _ties(field) or field.db_check(connection)
    return LOCKS if written or tied else ()


def _of_changed_field(place: Place) -> Needs:
    old, new = place.field(place.before), place.field(place.after)
    if old.column != new.column:
        return NEVER
    asked: Needs = ()
    # Where old code leaves the value to the database.
    refused = old.db_default is not NOT_PROVIDED and new.db_default is NOT_PROVIDED and not new.null
    checked = new.db_check(connection) not in {None, old.db_check(connection)}
    pointed = bool(_ties(new)) and _ties(new) != _ties(old)
    narrowed = _narrows(old.db_type(connection), new.db_type(connection))
    if (old.null and not new.null) or checked or pointed or narrowed:
        asked += TIGHTENS + LOCKS
    if refused:
        asked += TIGHTENS
    if (new.unique and not old.unique) or (new.db_index and not old.db_index) or _sorting(old) != _sorting(new):
        asked += LOCKS
    if old.unique and not new.unique:
        asked += BREAKS
    return tuple(dict.fromkeys(asked))


def _of_removed_constraint(place: Place) -> Needs:
    """Old code may say ON CONFLICT about what is unique; of any other constraint it does not notice the end."""
    state = place.before.models[place.migration.app_label, place.model]
    gone = state.get_constraint_by_name(vars(place.operation)["name"])
    return BREAKS if isinstance(gone, models.UniqueConstraint) else ()


def _ties(field: "models.Field[Any, Any]") -> str:
    """The table to which a constraint of the database ties the column; empty for none."""
    is_tied = isinstance(field, models.ForeignKey) and field.db_constraint
    return str(field.related_model._meta.db_table) if is_tied else ""  # type: ignore[union-attr] # a state's model


def _is_steady(default: Any) -> bool:
    return not hasattr(default, "flatten") or all(type(part) in STEADY for part in default.flatten())


def _sorting(field: "models.Field[Any, Any]") -> object:
    return field.db_parameters(connection).get("collation")


def _narrows(old: str | None, new: str | None) -> bool:
    """Whether the column's type changes into one that is not just wider."""
    if old == new or old is None:
        return False
    before, after = VARCHAR.fullmatch(old), VARCHAR.fullmatch(new or "")
    if before and after:
        return int(after[1]) < int(before[1])
    return not (before and new == "text")


LOOKED_INTO: dict[type[Operation], Callable[[Place], Needs]] = {
    migrations.AddField: _of_new_field,
    migrations.AlterField: _of_changed_field,
    migrations.RemoveConstraint: _of_removed_constraint,
}


def places(migration: migrations.Migration, state: ProjectState) -> Iterator[Place]:
    """Each operation on tables that were there before, with the state before and after; `state` moves on."""
    made: set[str] = set()
    for number, operation in enumerate(migration.operations, start=1):
        before = state.clone()
        operation.state_forwards(migration.app_label, state)
        if isinstance(operation, migrations.CreateModel):
            made.add(operation.name.lower())
        inner = (
            operation.database_operations if isinstance(operation, migrations.SeparateDatabaseAndState) else [operation]
        )
        for one in inner:
            place = Place(migration, number, one, before, state.clone())
            if place.model not in made:
                yield place


def of_migration(
    migration: migrations.Migration, state: ProjectState, known: Mapping[str, frozenset[str]]
) -> Iterator[Finding]:
    """What one migration lacks; `known` are those before it, as privacy.0021_lanes, and which models each made."""
    where = f"{migration.app_label}/migrations/{migration.name}.py"
    said: Mapping[str, str] = getattr(migration, "old_code_runs", {})
    left = set(said)
    for place in places(migration, state):
        reasons = [reason.strip() for reason in said.get(place.key, "").split(";") if reason.strip()]
        left.discard(place.key)
        for named in filter(None, map(NAMED.fullmatch, reasons)):
            earlier = f"{named[2]}.{named[3]}"
            if earlier not in known:
                yield Finding(where, 1, f"{place.key}: {earlier} is no migration before this one")
            elif named[1] == "made by" and place.model and place.label not in known[earlier]:
                yield Finding(where, 1, f"{place.key}: {earlier} did not make {place.label}")
        forms = {NAMED.sub(r"\1 {}", reason) for reason in reasons}
        for group in needs(place):
            if not forms & set(group):
                yield Finding(where, 1, f"{place.key}: {_words(place.key, group)}")
    for key in sorted(left):
        yield Finding(where, 1, f"old_code_runs names {key!r}, which is not among the operations that are looked at")


def _words(key: str, group: tuple[str, ...]) -> str:
    why = next(text for asked, text in WHY.items() if group in asked)
    choice = " | ".join(group)
    if group in (*NEVER, *FILLED):
        return f"{why}: {choice}"
    return f"{why}. Or say why it is safe: old_code_runs = {{{key!r}: {choice!r}}}"


def findings(root: Path = ROOT) -> Iterator[Finding]:
    """What the migrations since the rule began lack; Django must be set up."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    asked = new_ones(loader, root)
    state, known = ProjectState(), dict[str, frozenset[str]]()
    for leaf in sorted(loader.graph.leaf_nodes()):
        for node in loader.graph.forwards_plan(leaf):
            if (name := ".".join(node)) in known:
                continue
            migration = loader.graph.nodes[node]
            if node in asked:
                yield from of_migration(migration, state, known)
            else:
                migration.mutate_state(state, preserve=False)
            known[name] = made_by(migration)


def new_ones(loader: MigrationLoader, root: Path = ROOT) -> set[tuple[str, str]]:
    """The migrations of our apps, new apps too, but those that there were when the rule began."""
    before = {node for newest in BEFORE.items() for node in loader.graph.forwards_plan(newest)}
    ours = {app.label for app in apps.get_app_configs() if Path(app.path).parent == root}
    return {node for node in loader.graph.nodes if node[0] in ours} - before


def made_by(migration: migrations.Migration) -> frozenset[str]:
    """The models whose tables a migration makes, as privacy.job."""
    made = (one for one in migration.operations if isinstance(one, migrations.CreateModel))
    return frozenset(f"{migration.app_label}.{one.name.lower()}" for one in made)


def main() -> int:
    """Print what is found; the exit status is 1 when anything is."""
    django.setup()
    found = list(findings())
    for finding in found:
        print(finding)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
