"""The gate over new migrations finds what would break the release that still runs, and lets through what would not."""

from typing import Any

import pytest
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models.functions import Now, Random

from privacy.online_indexes import AddIndexAgain
from tests.guards import migrating

THING = migrations.CreateModel(
    "Thing",
    fields=[
        ("id", models.BigAutoField(primary_key=True)),
        ("name", models.CharField(max_length=50)),
        ("note", models.TextField(null=True)),
        ("size", models.IntegerField(db_default=1)),
        ("code", models.CharField(max_length=9, unique=True)),
        ("other", models.ForeignKey("self", models.CASCADE, null=True, db_constraint=False)),
    ],
    options={"constraints": [models.UniqueConstraint(fields=["note"], name="note_once")]},
)
SHORT = models.Index(fields=["name"], name="thing_name")
NAMED = models.CheckConstraint(condition=~models.Q(name=""), name="thing_named")
KNOWN = {"shop.0001_begin": frozenset({"shop.thing"}), "shop.0002_lanes": frozenset[str]()}
SINGLE = models.UniqueConstraint(fields=["name"], name="thing_once")


def found(*operations: Any, **said: str) -> list[str]:
    """What the gate says of a migration of the app `shop`, which has one table with rows in it."""
    state = ProjectState()
    THING.state_forwards("shop", state)
    migration = migrations.Migration("0003_next", "shop")
    migration.operations = list(operations)
    migration.old_code_runs = {key.replace("__", " ").replace("_0_", "."): reason for key, reason in said.items()}
    return [finding.message for finding in migrating.of_migration(migration, state, KNOWN)]


BREAK = {
    "field removed": (migrations.RemoveField("thing", "note"), "reads and writes it"),
    "model removed": (migrations.DeleteModel("Thing"), "reads and writes it"),
    "field renamed": (migrations.RenameField("thing", "note", "remark"), "knows the old name"),
    "model renamed": (migrations.RenameModel("Thing", "Item"), "knows the old name"),
    "table renamed": (migrations.AlterModelTable("thing", "things"), "knows the old name"),
    "column renamed": (migrations.AlterField("thing", "note", models.TextField(null=True, db_column="x")), "old name"),
    "not null without a default": (migrations.AddField("thing", "much", models.IntegerField(default=1)), "without it"),
    "column with index": (migrations.AddField("thing", "a", models.IntegerField(null=True, db_index=True)), "nobody"),
    "not null later": (migrations.AlterField("thing", "note", models.TextField()), "must not be refused"),
    "narrower": (migrations.AlterField("thing", "name", models.CharField(max_length=20)), "must not be refused"),
    "another type": (migrations.AlterField("thing", "name", models.IntegerField()), "nobody can write"),
    "unique later": (migrations.AlterField("thing", "name", models.CharField(max_length=50, unique=True)), "nobody"),
    "index": (migrations.AddIndex("thing", SHORT), "AddIndexConcurrently"),
    "constraint": (migrations.AddConstraint("thing", NAMED), "must not be refused"),
    "constraint for new rows": (AddConstraintNotValid("thing", NAMED), "must not be refused"),
    "unique together": (migrations.AlterUniqueTogether("thing", {("name", "note")}), "nobody can write"),
    "default of each row": (
        migrations.AddField("thing", "key", models.UUIDField(db_default=RandomUUID())),
        "nobody can write",
    ),
    "default of each row that may be empty": (
        migrations.AddField("thing", "luck", models.FloatField(null=True, db_default=Random() * 2)),
        "nobody can write",
    ),
    "column tied to a table": (
        migrations.AddField("thing", "a", models.ForeignKey("thing", models.CASCADE, null=True, db_index=False)),
        "nobody can write",
    ),
    "column tied later": (
        migrations.AlterField("thing", "other", models.ForeignKey("self", models.CASCADE, null=True)),
        "must not be refused",
    ),
    "order of rows": (migrations.AlterOrderWithRespectTo("thing", "other"), "adds rows without it"),
    "never below nothing": (
        migrations.AlterField("thing", "size", models.PositiveIntegerField(db_default=1)),
        "must not be refused",
    ),
    "no default any more": (migrations.AlterField("thing", "size", models.IntegerField()), "must not be refused"),
    "sorted otherwise": (
        migrations.AlterField("thing", "name", models.CharField(max_length=50, db_collation="C")),
        "nobody can write",
    ),
    "not unique any more": (
        migrations.AlterField("thing", "code", models.CharField(max_length=9)),
        "reads and writes it",
    ),
    "what is unique no more": (migrations.RemoveConstraint("thing", "note_once"), "reads and writes it"),
    "an operation made of a harmless one": (
        type("Drop", (RemoveIndexConcurrently,), {})("thing", "thing_name"),
        "cannot look into it",
    ),
    "statement": (migrations.RunSQL("SELECT 1"), "cannot look into it"),
    "function": (migrations.RunPython(migrations.RunPython.noop), "cannot look into it"),
    "behind the state": (
        migrations.SeparateDatabaseAndState(database_operations=[migrations.RunSQL("DROP TABLE a")]),
        "cannot look into it",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BREAK)
def test_what_would_break_the_running_release_is_found(case: str) -> None:
    operation, words = BREAK[case]
    assert any(words in message for message in found(operation)), found(operation)


HARMLESS: dict[str, list[Any]] = {
    "field that may be empty": [migrations.AddField("thing", "much", models.IntegerField(null=True))],
    "field that the database fills": [migrations.AddField("thing", "much", models.IntegerField(db_default=1))],
    "field that the database fills with the time": [
        migrations.AddField("thing", "at", models.DateTimeField(db_default=Now()))
    ],
    "wider": [migrations.AlterField("thing", "name", models.CharField(max_length=90))],
    "wider without end": [migrations.AlterField("thing", "name", models.TextField())],
    "choices": [migrations.AlterField("thing", "name", models.CharField(max_length=50, choices=[("a", "A")]))],
    "index beside the work": [AddIndexConcurrently("thing", SHORT)],
    "the same, as often as it takes": [AddIndexAgain("thing", SHORT)],
    "options": [migrations.AlterModelOptions("thing", {"ordering": ["name"]})],
    "names of the state only": [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RenameField("thing", "note", "remark")])
    ],
    "index of a table made with it": [
        migrations.CreateModel("New", [("id", models.BigAutoField(primary_key=True)), ("name", models.TextField())]),
        migrations.AddIndex("new", models.Index(fields=["name"], name="new_name")),
    ],
}


@pytest.mark.parametrize("case", HARMLESS)
def test_what_it_does_not_notice_passes(case: str) -> None:
    assert found(*HARMLESS[case]) == []


def test_a_reason_of_the_closed_form_is_taken_and_a_wrong_one_is_not() -> None:
    removal = migrations.RemoveField("thing", "note")
    key = "RemoveField__shop_0_thing_0_note"
    assert found(removal, **{key: "not used since shop.0002_lanes"}) == []
    assert "is no migration before this one" in found(removal, **{key: "not used since shop.0004_later"})[0]
    assert "reads and writes it" in found(removal, **{key: "nobody minds"})[0]
    assert "reads and writes it" in found(removal, **{key: migrating.SMALL})[0]
    both = {"AddConstraint__shop_0_thing_0_thing_named": "old code obeys it; small table"}
    assert found(migrations.AddConstraint("thing", NAMED), **both) == []
    assert len(found(migrations.AddConstraint("thing", NAMED))) == 2


def test_whoever_says_which_migration_made_a_table_is_right() -> None:
    key = "AddIndex__shop_0_thing_0_thing_name"
    index = migrations.AddIndex("thing", SHORT)
    assert found(index, **{key: "made by shop.0001_begin"}) == []
    assert "did not make shop.thing" in found(index, **{key: "made by shop.0002_lanes"})[0]


def test_a_new_migration_of_any_app_of_ours_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also of one that did not exist when the rule began, and whatever its name sorts behind."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    assert ("privacy", "0020_watching_jobs") in migrating.new_ones(loader)
    assert ("privacy", "0019_looking_reading") not in migrating.new_ones(loader)
    monkeypatch.setattr(migrating, "BEFORE", {})
    found = {app for app, _name in migrating.new_ones(loader)}
    assert found == {"accounts", "consent", "privacy", "rights_requests", "visitors"}


def test_a_reason_for_nothing_is_found() -> None:
    assert "is not among the operations" in found(AddIndex__shop_0_thing_0_gone="small table")[0]


def test_a_statement_is_named_by_its_place() -> None:
    said = {"RunSQL__2": "old code obeys it; in batches"}
    assert found(migrations.AlterModelOptions("thing", {}), migrations.RunSQL("SELECT 1"), **said) == []
