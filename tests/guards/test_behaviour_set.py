"""Every holding keeps its promise: what is exported comes out, erasure leaves none, others stay untouched."""

import json
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, models
from django.utils import timezone

from accounts.models import User
from privacy.data_map import residue
from privacy.data_map.declarations import Erase, Holding, Word
from privacy.data_map.erase import erase_all
from privacy.data_map.reach import quote, rows
from privacy.data_map.registry import Registry, registry
from privacy.data_map.subject import Subject, subject_of_user
from privacy.package.build import PackageInfo, build_package
from privacy.package.open import plaintext
from privacy.vocabulary import Right
from tests.factories import make_user, visitor_ref
from tests.holdings import FACTORIES

HOLDINGS = sorted(registry.holdings)
TEXTUAL = (models.CharField, models.TextField, models.JSONField)


def subject_of(user: User) -> Subject:
    """The person behind an account, who also has the browser of their visits."""
    return replace(subject_of_user(user.pk), visitor_refs=frozenset({visitor_ref(user)}))


def without_factory(declared: Registry) -> set[str]:
    """Holdings that no factory makes rows for, so that nothing about them would be tested."""
    return set(declared.holdings) - set(FACTORIES)


def column(holding: type[Holding], name: str) -> str:
    """The column of a field."""
    return str(holding.model()._meta.get_field(name).column)


def exported_texts(holding: type[Holding]) -> list[str]:
    """The exported fields that can hold text of anybody's making, and are shown as they are."""
    fields = [(holding.model()._meta.get_field(name), rule) for name, rule in holding.exported()]
    return [
        field.name
        for field, rule in fields
        if isinstance(field, TEXTUAL) and not rule.third_person and not getattr(field, "choices", None)
    ]


def stored(holding: type[Holding], keys: list[Any]) -> list[dict[str, Any]]:
    """Rows by primary key, as the database has them: values by column."""
    table, pk = quote(holding.model()._meta.db_table), quote(str(holding.model()._meta.pk.column))
    with connection.cursor() as cursor:
        sql = f"SELECT to_jsonb(t)::text FROM {table} t WHERE {pk}::text = ANY(%s) ORDER BY {pk}::text"
        cursor.execute(sql, [[str(key) for key in keys]])
        return [json.loads(row) for (row,) in cursor.fetchall()]


def everything(holding: type[Holding]) -> str:
    """Every row of the holding's table as text, without what the data map keeps."""
    kept = {column(holding, name) for name, rule in holding.rules().items() if rule.word is Word.KEPT}
    all_keys = list(holding.model()._base_manager.values_list("pk", flat=True))
    left = [{name: value for name, value in row.items() if name not in kept} for row in stored(holding, all_keys)]
    return json.dumps(left)


def package_lines(holding: type[Holding], subject: Subject, folder: Path) -> list[dict[str, Any]]:
    """What the subject's package says of one holding."""
    path = folder / f"{uuid4()}.1.part"
    about = PackageInfo("TEST-1", Right.ACCESS, timezone.now(), "en")
    built = build_package(subject=subject, path_part=path, about=about, now=timezone.now())
    with zipfile.ZipFile(BytesIO(b"".join(plaintext(path, built.key)))) as archive:
        name = f"data/{holding.slug()}.jsonl"
        text = archive.read(name).decode() if name in archive.namelist() else ""
    return [json.loads(line) for line in text.splitlines()]


def test_every_holding_has_a_factory() -> None:
    assert without_factory(registry) == set()
    assert set(FACTORIES) <= set(registry.holdings) | set(registry.nobodies)


def test_a_holding_without_a_factory_would_be_noticed() -> None:
    planted = Registry()
    planted.holdings["visitors.guestbook"] = next(iter(registry.holdings.values()))
    assert without_factory(planted) == {"visitors.guestbook"}


@pytest.mark.promise("P5.1")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("label", HOLDINGS)
def test_what_is_exported_comes_out_of_the_package(label: str, tmp_path: Path) -> None:
    holding = registry.holdings[label]
    user, canary, other_canary = make_user(), f"canary{uuid4().hex[:12]}", f"other{uuid4().hex[:12]}"
    made = [row.pk for row in FACTORIES[label](user, canary)]
    FACTORIES[label](make_user(), other_canary)
    subject = subject_of(user)
    reached = set(rows(holding, subject).values_list("pk", flat=True))
    assert made
    assert set(made) <= reached

    lines = package_lines(holding, subject, tmp_path)

    assert len(lines) == (len(reached) if any(holding.exported()) else 0)
    assert other_canary not in json.dumps(lines)
    texts = exported_texts(holding)
    said = [{name: line[name] for name in texts} for line in lines]
    for row in stored(holding, made):
        expected = {name: row[column(holding, name)] for name in texts}
        assert expected in said or not lines
        plain = {name: value for name, value in expected.items() if canary not in json.dumps(value).lower()}
        # What the factory could not fill with the canary is at least the row's own value, and comes out as such.
        assert not texts or len(plain) < len(texts) or not any(plain.values())


@pytest.mark.promise("P5.3")
@pytest.mark.django_db
@pytest.mark.parametrize("label", HOLDINGS)
def test_erasure_leaves_none_twice_over_and_touches_nobody_else(label: str) -> None:
    holding = registry.holdings[label]
    user, other = make_user(), make_user()
    canary = f"canary{uuid4().hex[:12]}"
    made = [row.pk for row in FACTORIES[label](user, canary)]
    FACTORIES[label](other, f"other{uuid4().hex[:12]}")
    subject, other_subject = subject_of(user), subject_of(other)
    others = {
        known: stored(known, list(rows(known, other_subject).values_list("pk", flat=True)))
        for known in registry.holdings.values()
    }

    erase_all(subject)

    left = stored(holding, made)
    assert len(left) == (0 if holding.erase is Erase.DELETE_ROW else len(made))
    assert canary not in everything(holding).lower()
    assert not any(erase_all(subject).values())
    for known, before in others.items():
        assert stored(known, list(rows(known, other_subject).values_list("pk", flat=True))) == before
    assert others[holding]


@pytest.mark.promise("P5.3")
@pytest.mark.django_db
def test_after_an_erasure_of_everything_no_identifier_is_left_anywhere() -> None:
    user = make_user()
    # The account's own factory gives it another address, which nobody has confirmed.
    for label in set(HOLDINGS) - {"accounts.user"}:
        FACTORIES[label](user, f"canary{uuid4().hex[:12]}")
    subject = subject_of(user)
    assert {hit.table for hit in residue.scan(subject.identifiers())} >= {"accounts_user", "post_office_email"}
    for store in registry.stores.values():
        store.erase(subject)
    erase_all(subject)
    connection.check_constraints()
    assert [hit for hit in residue.scan(subject.identifiers()) if not hit.planned] == []
