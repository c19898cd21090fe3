"""The residue scan: what it finds, in which kinds of columns, and what it knows to be somebody else's."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from privacy.data_map import residue
from privacy.data_map.registry import Registry
from privacy.data_map.residue import Hit

pytestmark = pytest.mark.django_db

EMAIL = "ann@x.org"
NUMBER = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")


def plant(column: str, *values: Any, table: str = "planted", schema: str = "public") -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE TABLE {schema}."{table}" (id int, {column})')
        for value in values:
            cursor.execute(f'INSERT INTO {schema}."{table}" VALUES (1, %s)', [value])


def hits(*identifiers: str) -> list[Hit]:
    return residue.scan(frozenset(identifiers or [EMAIL]), declared=Registry())


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("found text", "Ann@X.org"),
        ("found varchar(50)", "write to ANN@x.ORG now"),
        ("found char(50)", EMAIL),
        ("found json", '{"a": {"Ann@x.org": 1}}'),
        ("found jsonb", '{"a": ["x", "\\nann@x.org"]}'),
        ("found text[]", ["other", EMAIL]),
        ("found varchar(40)[]", [EMAIL]),
        ("found bytea", b"\x01ann@x.org\xff"),
        ("found tsvector", "'ann@x.org':1"),
    ],
)
def test_an_address_is_found_in_every_kind_of_column_that_can_hold_text(column: str, value: object) -> None:
    plant(column, value)
    assert hits() == [Hit("planted", "found", 1, planned=False)]


def test_xml_is_searched_where_the_server_knows_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_config() WHERE name = 'CONFIGURE' AND setting LIKE '%libxml%'")
        knows_it = bool(cursor.fetchone())
    plant("found xml", *(["<a><b>ann@x.org</b></a>"] if knows_it else []))
    assert hits() == ([Hit("planted", "found", 1, planned=False)] if knows_it else [])


@pytest.mark.parametrize("kind", ["text", "varchar(40)"])
def test_a_domain_is_searched_as_what_it_stands_for(kind: str) -> None:
    connection.cursor().execute(f"CREATE DOMAIN address AS {kind}")
    connection.cursor().execute("CREATE DOMAIN work_address AS address")
    plant("found work_address", EMAIL)
    assert hits() == [Hit("planted", "found", 1, planned=False)]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("found uuid", str(NUMBER)),
        ("found uuid[]", f"{{{NUMBER}}}"),
        ("found text", f"/admin/accounts/user/{NUMBER}/change/"),
        ("found jsonb", f'{{"user": "{NUMBER.hex}"}}'),
        ("found text", str(NUMBER).upper()),
        ("found text", f"user-{NUMBER}"),
        ("found text", f"copies/copy_{NUMBER.hex}_old.pdf"),
        ("found text", f"a.{NUMBER}.7.sealed"),
    ],
)
def test_the_number_of_an_account_is_found_in_every_form(column: str, value: object) -> None:
    plant(column, value)
    found = hits(str(NUMBER), NUMBER.hex) if "[]" not in column else hits(str(NUMBER))
    assert found == [Hit("planted", "found", 1, planned=False)]


def test_an_internet_address_is_found_in_an_inet_column() -> None:
    plant("found inet", "192.0.2.77")
    assert hits("192.0.2.77") == [Hit("planted", "found", 1, planned=False)]


@pytest.mark.parametrize(
    "text",
    [
        "Ann <ann@x.org>",
        "mailto:ann@x.org?subject=a",
        "to=ann@x.org&b",
        "'ann@x.org'",
        "ann@x.org.",
        "ann@x.org, bob",
        "next=%2Fa%3Fto%3Dann%40x.org",
        "to%3Dann@x.org",
        "- ann@x.org -",
        "(ann@x.org)",
        "a\nann@x.org\nb",
        "…ann@x.org",
        "ann@x.org_old.pdf",
    ],
)
def test_an_address_is_found_whatever_stands_around_it(text: str) -> None:
    plant("found text", text)
    assert hits() == [Hit("planted", "found", 1, planned=False)]


@pytest.mark.parametrize(
    "text", ["joann@x.org", "jo.ann@x.org", "jo+ann@x.org", "ann@x.org.uk", "ann@x.organic", "ann@y.org"]
)
def test_another_persons_longer_address_is_no_hit(text: str) -> None:
    plant("found text", text)
    assert hits() == []


def test_signs_with_a_meaning_of_their_own_in_patterns_are_taken_literally() -> None:
    plant("found text", "axb@x.org", "a-b@x.org", "a_b@xyorg")
    assert hits("a.b@x.org", "a_b@x.org", "a%b@x.org", "(a+b)*@x.org") == []
    connection.cursor().execute("INSERT INTO planted VALUES (1, 'now (a+b)*@x.org here')")
    assert hits("(a+b)*@x.org") == [Hit("planted", "found", 1, planned=False)]


@pytest.mark.parametrize("text", ["émile@x.org", "ÉMILE@x.org"])
def test_letters_beyond_ascii_are_found_in_either_case(text: str) -> None:
    plant("found text", text)
    assert hits("émile@x.org") == [Hit("planted", "found", 1, planned=False)]


@pytest.mark.parametrize(
    ("identifier", "text"),
    [
        ("o'brien@x.org", "<p>o&#x27;brien@x.org</p>"),
        ("ann+a@x.org", "?to=ann+a%40x.org"),
        ("ann@exämple.org", "ann@xn--exmple-cua.org"),
        ("ann@exämple.org", "ann@exa\u0308mple.org"),
        ("ann@exa\u0308mple.org", "ann@exämple.org"),
    ],
)
def test_an_address_is_found_as_pages_links_and_mail_write_it(identifier: str, text: str) -> None:
    plant("found text", text)
    assert hits(identifier) == [Hit("planted", "found", 1, planned=False)]


def test_rows_are_counted_per_column_and_all_identifiers_in_one_go() -> None:
    connection.cursor().execute("CREATE TABLE planted (a text, b text, c uuid)")
    connection.cursor().execute(
        "INSERT INTO planted VALUES ('ann@x.org', 'ann@x.org', NULL), (NULL, 'bob@x.org', NULL), ('x', 'y', %s)",
        [NUMBER],
    )
    assert hits(EMAIL, "bob@x.org", str(NUMBER)) == [
        Hit("planted", "a", 1, planned=False),
        Hit("planted", "b", 2, planned=False),
        Hit("planted", "c", 1, planned=False),
    ]


def test_tables_with_odd_names_in_other_schemas_and_materialized_views_are_searched() -> None:
    connection.cursor().execute('CREATE SCHEMA "old %s"')
    with connection.cursor() as cursor:
        cursor.execute('CREATE TABLE "old %s"."What?" ("odd ""%" text)')
        cursor.execute("""INSERT INTO "old %s"."What?" VALUES ('ann@x.org')""")
        cursor.execute('CREATE MATERIALIZED VIEW seen AS SELECT * FROM "old %s"."What?"')
    assert hits() == [Hit("old %s.What?", 'odd "%', 1, planned=False), Hit("seen", 'odd "%', 1, planned=False)]


def test_a_table_with_more_columns_than_a_call_takes_arguments_is_searched() -> None:
    columns = ", ".join(f"c{number} text" for number in range(250))
    connection.cursor().execute(f"CREATE TABLE planted ({columns})")
    connection.cursor().execute("INSERT INTO planted (c249) VALUES ('ann@x.org')")
    assert hits() == [Hit("planted", "c249", 1, planned=False)]


def test_what_the_data_map_keeps_is_told_as_planned() -> None:
    plant("found text", EMAIL)
    assert residue.scan(frozenset([EMAIL]), allowed={"planted": {"found"}}, declared=Registry()) == [
        Hit("planted", "found", 1, planned=True)
    ]


def test_where_tables_are_named_nothing_else_is_searched() -> None:
    plant("found text", EMAIL)
    assert residue.scan(frozenset([EMAIL]), tables={"accounts_user"}) == []
    assert [hit.table for hit in residue.scan(frozenset([EMAIL]), tables={"planted"})] == ["planted"]


def test_kept_columns_are_those_declared_so_in_rows_that_stay() -> None:
    kept = residue.kept_columns()
    assert "actor" in kept["privacy_auditentry"]
    assert "object_id" not in kept["privacy_auditentry"]
    assert "accounts_user" not in kept


def test_an_identifier_that_would_be_found_by_chance_is_refused() -> None:
    with pytest.raises(ValueError, match="fewer than 4"):
        hits("ann")


def test_nobody_is_looked_for_without_identifiers() -> None:
    plant("found text", EMAIL)
    assert residue.scan(frozenset(), declared=Registry()) == []
