"""docs/reference/holdings.md: the data map as a page, holding by holding, as the declarations say it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from privacy.data_map.describe import describe
from tests.guards.reference.markdown import MADE, Page, code, plain, table
from tests.guards.sources import ROOT

HEAD = (
    f"# The data map\n\n{MADE} the `personal_data` of the apps: each model by its name. The words are explained"
    " in [how to declare a model](../how-to/declare-a-model.md);"
    " `manage.py data_map` prints the same.\n\n"
)
MARKS = {
    "rectifiable": "may be corrected",
    "provided": "given by the person",
    "free_text": "free text",
    "third_person": "names others",
}


def page(root: Path = ROOT) -> Page:
    """The page; what a declaration lacks the system checks say (`privacy.E012`)."""
    found = describe()
    # Erasure keeps an order of its own, of which only parents and children are fixed.
    found["holdings"].sort(key=lambda one: str(one["slug"]))
    made = Page(HEAD)
    made.text += table(
        ("holding", "model", "erasure", "how long"),
        (
            (
                f"[{one['title']}](#{one['slug']})",
                code(one["model"]),
                code(one["erase"]),
                plain(one["retention"]["words"]),
            )
            for one in found["holdings"]
        ),
    )
    for one in found["holdings"]:
        made.text += "".join(_holding(one))
    made.text += "\n## Stores outside the database\n\n" + table(
        ("store", "what lies there", "why it is declared"),
        ((code(store["name"]), store["title"], store["because"]) for store in found["stores"]),
    )
    made.text += "\n## Nobody’s data\n\n" + table(
        ("model", "because"), ((code(entry["model"]), entry["because"]) for entry in found["nobody"])
    )
    return made


def _holding(one: dict[str, Any]) -> Iterator[str]:
    yield f"\n## {one['slug']}\n\n**{one['title']}.** {one['description']}\n\n"
    reached = ", ".join(f"{way['identifier']} by {code(way['path'])}" for way in one["reached_by"])
    retention = one["retention"]
    yield f"- Model `{one['model']}`, table `{one['table']}`; reached by {reached}\n"
    yield f"- For {', '.join(one['purposes'])}; on {one['basis']}; from {one['source'] or 'the person'}\n"
    yield f"- Seen by {', '.join(one['recipients']) or 'nobody else'}\n"
    yield f"- Kept: {retention['words']} (profile {retention['profile']}); erasure: `{one['erase']}`\n\n"
    yield table(
        ("field", "word", "category", "in the copy", "besides"),
        (
            (
                code(rule["name"]),
                rule["word"],
                rule.get("category", ""),
                "yes" if rule["exported"] else "no",
                _besides(rule),
            )
            for rule in one["fields"]
        ),
    )


def _besides(rule: dict[str, Any]) -> str:
    said = [words for flag, words in MARKS.items() if rule.get(flag)]
    said += [f"seen by {rule['shared_with']}"] if "shared_with" in rule else []
    said += [f"is an identifier: {rule['identifies']}"] if "identifies" in rule else []
    said += [f"file in the store {code(rule['store'])}"] if "store" in rule else []
    said += [str(rule["why"])] if "why" in rule else []
    return "; ".join(said)
