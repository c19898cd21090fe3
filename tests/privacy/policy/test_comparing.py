"""Two texts are compared word by word, and what is the same is never told as a change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.policy.comparing import ADDED, REMOVED, SAME, Line, compared, pieces, shortened, split, words_of


def side(line: Line, without: str) -> str:
    """The line as one of the two texts has it."""
    return " ".join(piece.text for piece in line if piece.kind != without)


def clause(name: str, body: str, *tables: str, title: str = "Title") -> dict[str, object]:
    return {"id": name, "title": title, "summary": "In short.", "body": body, "tables": list(tables)}


def table(*rows: tuple[str, ...]) -> dict[str, object]:
    return {
        "title": "Kept",
        "columns": ["What", "How long"],
        "rows": [{"key": row[0], "cells": list(row[1:])} for row in rows],
    }


def text(*clauses: dict[str, object], **tables: dict[str, object]) -> dict[str, object]:
    return {"clauses": list(clauses), "tables": tables}


def test_one_word_that_changes_is_one_word_removed_and_one_added() -> None:
    old, new = (text(clause("kept", f"<p>We keep it {time} days.</p><p>Always.</p>")) for time in ("30", "60"))
    (change,) = compared(old, new)
    assert change.differs
    (changed,) = [line for line in change.lines if len(line) > 1]
    assert [(piece.kind, piece.text) for piece in changed] == [
        (SAME, "We keep it"),
        (REMOVED, "30"),
        (ADDED, "60"),
        (SAME, "days."),
    ]


def test_a_text_compared_with_itself_shows_no_change() -> None:
    same = text(clause("kept", "<p>One.</p><ul><li>Two.</li></ul>", "kept"), kept=table(("mail", "Mail", "30 days")))
    assert [change.differs for change in compared(same, same)] == [False]


def test_paragraphs_and_clauses_that_come_and_go_are_told_whole() -> None:
    old = text(clause("a", "<p>One.</p><p>Two.</p>"), clause("b", "<p>Gone.</p>"))
    new = text(clause("c", "<p>Fresh.</p>"), clause("a", "<p>Zero.</p><p>One.</p><p>Two.</p>"))
    changes = {change.id: change for change in compared(old, new)}
    assert [(name, change.kind) for name, change in changes.items()] == [("c", ADDED), ("a", SAME), ("b", REMOVED)]
    assert [piece.text for line in changes["a"].lines for piece in line if piece.kind == ADDED] == ["Zero."]
    assert all(piece.kind == REMOVED for line in changes["b"].lines for piece in line)


def test_tables_are_compared_line_by_line_by_what_the_line_is_about() -> None:
    old = text(
        clause("kept", "<p>x</p>", "kept"), kept=table(("mail", "Mail", "30 days"), ("notes", "Notes", "1 year"))
    )
    new = text(
        clause("kept", "<p>x</p>", "kept"), kept=table(("visits", "Visits", "1 day"), ("mail", "Mail", "60 days"))
    )
    (change,) = compared(old, new)
    rows = {row[0][0].text: row for row in change.tables[0].rows}
    assert {name: row[0][0].kind for name, row in rows.items()} == {"Visits": ADDED, "Mail": SAME, "Notes": REMOVED}
    assert [piece.text for piece in rows["Mail"][1]] == ["30", "60", "days"]


def test_a_table_with_another_column_is_told_cell_by_cell() -> None:
    old = text(clause("kept", "<p>x</p>", "kept"), kept=table(("mail", "Mail")))
    new = text(clause("kept", "<p>x</p>", "kept"), kept=table(("mail", "Mail", "30 days")))
    (change,) = compared(old, new)
    assert [piece.kind for cell in change.tables[0].rows[0] for piece in cell] == [SAME, ADDED]


@pytest.mark.parametrize("part", ["title", "columns"])
def test_what_a_table_and_its_columns_are_called_is_compared_too(part: str) -> None:
    was, now = table(("mail", "Mail", "30 days")), table(("mail", "Mail", "30 days"))
    now[part] = {"title": "Kept for you", "columns": ["What", "For how long"]}[part]
    (change,) = compared(*(text(clause("a", "<p>x</p>", "kept"), kept=kept) for kept in (was, now)))
    assert change.differs
    (found,) = change.tables
    added = [piece.text for line in (found.title, *found.columns) for piece in line if piece.kind == ADDED]
    assert added == {"title": ["for you"], "columns": ["For how"]}[part]


def test_a_table_that_its_clause_no_longer_carries_is_told_as_gone() -> None:
    kept = table(("mail", "Mail", "30 days"))
    (change,) = compared(text(clause("a", "<p>x</p>", "kept"), kept=kept), text(clause("a", "<p>x</p>"), kept=kept))
    assert {piece.kind for row in change.tables[0].rows for cell in row for piece in cell} == {REMOVED}


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ((True, "21"), (True, "21"), [SAME]),
        ((True, "21"), (True, "22"), [REMOVED, ADDED]),
        ((False, ""), (True, "21"), [ADDED]),
        ((True, "21"), (False, "21"), [REMOVED]),
        ((False, "21"), (False, "22"), []),
    ],
)
def test_whether_a_clause_is_an_addition_and_which_law_asks_for_it_is_compared_as_readers_see_it(
    old: tuple[bool, str], new: tuple[bool, str], kinds: list[str]
) -> None:
    was, now = (
        text({**clause("a", "<p>x</p>"), "addition": addition, "articles": articles})
        for addition, articles in (old, new)
    )
    (change,) = compared(was, now)
    assert [piece.kind for piece in change.law] == kinds
    assert change.differs == (kinds not in ([], [SAME]))


def test_marks_and_entities_are_no_words() -> None:
    assert words_of('<p>Law &amp; <strong>order</strong>, <a href="to:x">here</a>.</p><ul><li>Two</li></ul>') == [
        "Law", "&", "order,", "here.", "Two",
    ]  # fmt: skip


def test_a_sign_behind_a_space_that_does_not_break_stays_with_its_word() -> None:
    assert split("Nos services\u202f; les vôtres") == ["Nos", "services\u202f;", "les", "vôtres"]


def test_a_short_account_shows_a_few_words_around_the_difference() -> None:
    old, new = (split(f"one two three four five six {word} seven eight nine ten eleven") for word in ("A", "B"))
    assert shortened(old, new) == (
        "… three four five six A seven eight nine ten …",
        "… three four five six B seven eight nine ten …",
    )
    assert shortened([], ["new"]) == ("", "new")
    assert len(split(shortened([], ["word"] * 100)[1])) < 30


WORDS = st.lists(st.sampled_from(["we", "keep", "it", "30", "60", "days", "never"]), max_size=12)


@given(WORDS, WORDS)
def test_whatever_the_texts_are_both_can_be_read_out_of_the_comparison(old: list[str], new: list[str]) -> None:
    line = pieces(old, new)
    assert side(line, ADDED).split() == old
    assert side(line, REMOVED).split() == new
    assert (old == new) == all(piece.kind == SAME for piece in line)
