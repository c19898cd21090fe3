"""Two texts are compared word by word, and what is the same is never told as a change."""

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
    rows = {row.cells[0][0].text: row for row in change.tables[0].rows}
    assert {name: row.kind for name, row in rows.items()} == {"Visits": ADDED, "Mail": SAME, "Notes": REMOVED}
    assert [piece.text for piece in rows["Mail"].cells[1]] == ["30", "60", "days"]


def test_a_table_with_another_column_is_told_cell_by_cell() -> None:
    old = text(clause("kept", "<p>x</p>", "kept"), kept=table(("mail", "Mail")))
    new = text(clause("kept", "<p>x</p>", "kept"), kept=table(("mail", "Mail", "30 days")))
    (change,) = compared(old, new)
    assert [piece.kind for cell in change.tables[0].rows[0].cells for piece in cell] == [SAME, ADDED]


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
