"""Files as they come out of spreadsheets: every encoding and separator, and for what cannot be read a clear report."""

from io import BytesIO
from typing import Any

import pytest
from django.db import connection

from accounts.attributes import LONGEST_TEXT
from accounts.imports import errors, judging, staging
from accounts.imports.reading import Sheet, open_sheet
from accounts.imports.selectors import report
from accounts.imports.sentences import WHY, sentence
from accounts.imports.vocabulary import SHOWN_CHARACTERS, Reason
from accounts.models import CustomerAdministrator, EnrolmentImport, ImportRow
from tests.customer_factories import make_administrator
from tests.import_factories import HEADER, make_import

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P1.3")]
FRENCH = "Prénom;Adresse e-mail professionnelle;Magasin\r\nZoé;zoe@magasin.example;Orléans Nº 2\r\n"
ARABIC = "الاسم الأول,البريد الإلكتروني,المتجر\nليلى,layla@shop.example,الدوحة\n"


def sheet_of(text: str | bytes, encoding: str = "utf-8") -> Sheet:
    return open_sheet(BytesIO(text if isinstance(text, bytes) else text.encode(encoding)))


def said(sheet: Sheet) -> list[str]:
    """Name and address of every row, and its facts."""
    columns = sheet.columns
    return [
        "/".join([cells[columns.nickname], cells[columns.work_email], *(cells[place] for place in columns.facts)])
        for _line, cells in sheet.rows
        if cells is not None
    ]


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("cp1252", "cp1252")],
)
def test_encodings_are_told_apart(encoding: str, found: str) -> None:
    sheet = sheet_of(FRENCH, encoding)
    assert (sheet.encoding, sheet.separator) == (found, ";")
    assert said(sheet) == ["Zoé/zoe@magasin.example/Orléans Nº 2"]


def test_bytes_that_windows_does_not_know_are_read_as_latin_1_and_said() -> None:
    assert sheet_of(HEADER.encode() + b"Zo\xe9\x81,z@x.example,\n").encoding == "latin-1"


def test_names_of_columns_in_three_languages() -> None:
    assert said(sheet_of(ARABIC)) == ["ليلى/layla@shop.example/الدوحة"]
    assert said(sheet_of("E-MAIL , First_Name\nx@y.example,Ann\n")) == ["Ann/x@y.example"]
    family = sheet_of("Nom,Prénom,E-mail\nDurand,Zoé,zoe@x.example\n")
    assert (said(family), family.columns.facts) == (["Zoé/zoe@x.example/Durand"], {0: "Nom"})


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("name,mail\nA,a@x.example", ","),
        ("name;mail\nA;a@x.example", ";"),
        ("name\tmail\nA\ta@x.example", "\t"),
        ("sep=|\nname|mail\nA|a@x.example", "|"),
        ("sep=\t\nname\tmail\nA\ta@x.example", "\t"),
        ('"name","e-mail","a b"\nA,a@x.example,', ","),
    ],
)
def test_separators_are_found(text: str, separator: str) -> None:
    sheet = sheet_of(text)
    assert sheet.separator == separator
    assert said(sheet)[0].startswith("A/a@x.example")


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    text = '\n\nname,mail,note\r\n\r\nA,a@x.example,"two\r\nlines"\r\n,,\r\nB,b@x.example,\r\n'
    assert [line for line, _cells in sheet_of(text).rows] == [5, 8]


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", errors.NobodyInIt),
        (b"\xef\xbb\xbf\r\n\r\n", errors.NobodyInIt),
        (b"PK\x03\x04\x14\x00\x06\x00\x08\x00", errors.NoText),
        (b"\xff\xfen\x00a\x00m", errors.NoText),
        (b"ann,ann@x.example\nbob,bob@x.example\n", errors.ColumnMissing),
        (b"name,address of the shop\n", errors.ColumnMissing),
        (b"name,mail,store,store\n", errors.ColumnTwice),
        (b"name,mail,=1+1\n", errors.ColumnName),
        (b"name,mail" + b",a" * 60, errors.ColumnsMany),
        (b'"name,mail\nA,a@x.example\n', errors.QuoteOpen),
    ],
)
def test_what_is_no_list_of_people_is_refused_before_anything_is_read(content: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal) as raised:
        sheet_of(content)
    assert isinstance(raised.value, errors.FileRefused)
    assert "%(" not in raised.value.message


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (HEADER + 'Ann,"ann@x.example,\nBob,bob@x.example,\n', errors.QuoteOpen),
        (HEADER + 'Ann,"ann@x.example,\n' + "Bob,bob@x.example,\n" * 30, errors.QuoteOpen),
        (HEADER + "x" * 20_001, errors.LineLong),
        (HEADER + "Ann\0,ann@x.example,\n", errors.NoText),
    ],
)
def test_a_file_that_cannot_be_told_apart_is_refused_with_the_line(content: str, refusal: type[Exception]) -> None:
    sheet = sheet_of(content)
    with pytest.raises(refusal) as raised:
        list(sheet.rows)
    assert "line 2" in str(getattr(raised.value, "message", "")).lower() or refusal is errors.NoText


BAD = f"""{HEADER}Ann,ann@x.example,Lyon
,b@x.example,
Bob,,
Bob,bob at x.example,
Eve,еve@x.example,
=1+1,c@x.example,
Cy,=c@x.example,
Cy,c@x.example,=HYPERLINK("x")
see evil.example,d@x.example,
Dan,d@x.example,{"y" * 301}
Dan,d@x.example,,stray
"Dan"x,d@x.example,
Ann,ann@x.example,Lyon
Flo,flo@x.example,Metz
Flo,FLO@x.example,Nice
{"z" * 61},e@x.example,
+33,f@x.example,
Gil,g@x.example,+33 1 23
"""


def test_every_line_that_is_not_taken_says_why_and_nothing_of_it_is_lost() -> None:
    found = make_import(BAD)
    rows = {row.line: row for row in ImportRow.objects.all()}
    reasons = {line: row.reason for line, row in rows.items() if row.verdict == "refused"}
    expected = (
        "no_name no_address address look_alike formula formula formula name fact cells quotes repeated contradicted"
        " contradicted name formula"
    )
    assert reasons == dict(zip(range(3, 19), expected.split(), strict=True))
    assert (found.new, found.refused, found.lines) == (2, 16, 18)
    assert [rows[line].other_line for line in (14, 15, 16)] == [2, 16, 15]
    assert (rows[5].nickname, rows[5].work_email) == ("Bob", "bob at x.example")
    assert rows[9].facts == {"store": '=HYPERLINK("x")'}
    assert (rows[9].about, rows[11].about) == ("store", "store")
    assert rows[19].facts == {"store": "+33 1 23"}


def test_a_long_list_is_not_compared_row_by_row() -> None:
    people = "\n".join(f"Ann,ann{number}@x.example" for number in range(staging.AT_ONCE + 1))
    found = make_import(f"first name,work e-mail\n{people}\n")
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'accounts_importrow'")
        assert cursor.fetchone()[0] > staging.AT_ONCE
        cursor.execute(f"EXPLAIN {judging.REPEATED}", {"source": found.pk})
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Nested Loop" not in plan


def test_of_many_lines_with_one_address_each_names_one_that_says_something_else() -> None:
    lines = ["Ada,a@x.example", "Ben,a@x.example", "Ada,a@x.example", "Cia,a@x.example", "Dan,d@x.example"]
    make_import("\n".join(["first name,work e-mail", *lines]))
    told = list(ImportRow.objects.order_by("line").values_list("line", "reason", "other_line"))
    wrong = "contradicted"
    assert told == [(2, wrong, 3), (3, wrong, 2), (4, wrong, 3), (5, wrong, 2), (6, "", None)]


@pytest.mark.parametrize("reason", [str(reason) for reason in Reason])
def test_every_reason_has_words(reason: str) -> None:
    assert reason in WHY
    assert "%(" not in sentence(reason, about="store", line=4)


@pytest.mark.parametrize(
    ("limit", "text", "refusal"),
    [
        ({"IMPORT_MAX_ROWS": 1}, HEADER + "A,a@x.example,\nB,b@x.example,\n", errors.TooManyPeople),
        ({}, HEADER, errors.NobodyInIt),
        ({}, HEADER + 'A,a@x.example,\nB,"b@x.example,\n', errors.QuoteOpen),
    ],
)
def test_of_a_file_that_is_refused_nothing_stays(
    limit: dict[str, Any], text: str, refusal: type[Exception], settings: Any
) -> None:
    for name, value in limit.items():
        setattr(settings, name, value)
    by: CustomerAdministrator = make_administrator()
    with pytest.raises(refusal):
        make_import(text, by=by)
    assert not ImportRow.objects.exists()
    assert not EnrolmentImport.objects.exists()


def test_what_the_report_shows_is_refused_again_until_it_is_corrected() -> None:
    long = "x" * (LONGEST_TEXT + 50)
    rows = f"=Lina,a@x.example,\nBob,=b@x.example,\nCy,c@x.example,{long}\nDi,d@x.example,Lyon 3,and,more\n"
    first = make_import(HEADER + rows)
    assert first.refused == 4
    back = "".join(report(first))
    assert "'=Lina,a@x.example" in back
    assert "Di,d@x.example,Lyon 3,and,more\r\n" in back
    second = make_import(back)
    reasons = [list(found.rows.order_by("line").values_list("reason", flat=True)) for found in (first, second)]
    assert reasons[0] == reasons[1] == ["formula", "formula", "fact", "cells"]
    assert SHOWN_CHARACTERS > LONGEST_TEXT


@pytest.mark.parametrize("cell", ["\\N", "\\.", '"a\rb"', "'=1"])
def test_a_cell_that_means_something_to_the_database_is_a_text_like_any_other(cell: str) -> None:
    found = make_import(f"{HEADER}{cell},{cell},{cell}\nLina,lina@shop.example,{cell}\n")
    assert found.lines == 2
    assert ImportRow.objects.filter(source=found, line__isnull=False).count() == 2
