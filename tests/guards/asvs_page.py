"""The page of the map of ASVS: what is not met first, then what others see to, what does not arise, and what is met."""

from collections.abc import Iterator, Mapping, Sequence

from tests.guards.asvs_map import CHAPTERS, Row, levels

HEAD = """# What OWASP ASVS asks, and what shows it

Made from [`asvs.toml`](asvs.toml) by `python -m tests.guards.asvs`: version 5.0 of the Application Security
Verification Standard, levels 1 and 2 whole, and what is met of level 3. The numbers are the standard's, the words are
ours: read [the standard](https://github.com/OWASP/ASVS/tree/master/5.0/en) for what exactly is asked. `make check`
fails when a requirement is missing here, has neither proof nor reason, or names a test or a place that is not there.

That a test is named says that it holds what is asked, as far as a test can. It was written by those who wrote the site:
nobody from outside has verified it.
"""
# In this order, the worst first.
STATES = {
    "not_met": "Not met",
    "operator": "The operator sees to it",
    "not_here": "Does not arise",
    "met": "Met",
}


def as_page(rows: Sequence[Row], elsewhere: Mapping[str, str]) -> str:
    """The page as text; `elsewhere` are the chapters of which nothing arises, with the reason."""
    parts = [HEAD, "\n".join(_counts(rows, elsewhere))]
    for state in ("not_met", "operator", "not_here"):
        lines = [f"## {STATES[state]}\n", "| | level | what is asked | why | what there is |", "|---|---|---|---|---|"]
        lines += [_line(row.number, row.level, row.asks, row.reason, _shown(row)) for row in rows if row.state == state]
        if state == "not_here":
            lines += [_line(f"{one}.*", "1–2", CHAPTERS[one], why, "–") for one, why in elsewhere.items()]
        parts.append("\n".join(lines))
    parts += [part for chapter in CHAPTERS if (part := _met(chapter, rows))]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _counts(rows: Sequence[Row], elsewhere: Mapping[str, str]) -> Iterator[str]:
    """How many there are of each state and level, whole chapters included."""
    left = [level for number, level in levels().items() if number.partition(".")[0] in elsewhere]
    yield "| | level 1 | level 2 | level 3 |"
    yield "|---|---|---|---|"
    for state, words in STATES.items():
        found = [row.level for row in rows if row.state == state]
        found += [level for level in left if level < 3] if state == "not_here" else []
        yield _line(words.lower(), *(found.count(level) for level in (1, 2, 3)))


def _met(chapter: str, rows: Sequence[Row]) -> str:
    """What is met of one chapter; empty where nothing is."""
    met = [row for row in rows if row.state == "met" and row.number.startswith(f"{chapter}.")]
    head = [f"## Met: V{chapter} {CHAPTERS[chapter]}\n", "| | level | what is asked | shown by |", "|---|---|---|---|"]
    return "\n".join([*head, *(_line(row.number, row.level, row.asks, _shown(row)) for row in met)]) if met else ""


def _line(*cells: object) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def _shown(row: Row) -> str:
    """Each test by its words, leading to its file; then places."""
    links = [f"[{_words(test)}](../../{test.partition('::')[0]})" for test in row.tests]
    return "; ".join([*links, *(f"[{place}](../../{place})" for place in row.places)]) or "–"


def _words(test: str) -> str:
    return test.partition("::")[2].removeprefix("test_").replace("_", " ")
