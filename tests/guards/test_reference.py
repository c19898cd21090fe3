"""The made pages of the docs: nothing of the code is left out, and a page that is older than the code is found."""

import re
import shutil
from typing import Any

import pytest
from babel.messages.pofile import read_po

from privacy import audit
from privacy.actors import SYSTEM
from tests.guards import docs
from tests.guards.conftest import Planter
from tests.guards.reference import commands, events, index, jobs, pages, settings, system_checks
from tests.guards.reference.markdown import Page
from tests.guards.sources import ROOT

READ = '"""Settings."""\n\nimport environ\n\nenv = environ.Env()\nA = env("TOLD", default="x")\n'
EXAMPLE = "# --- Part ---\n# What it is for.\n#TOLD=x\n"
TERMS = '"""Terms."""\n\n# So long.\nSOME_DAYS = 7\n'


@pytest.fixture
def small(planted: Planter) -> Planter:
    """A project with one setting, told, and one term."""
    planted.write(settings.EXAMPLE, EXAMPLE)
    planted.write(settings.TERMS, TERMS)
    planted.write("occicor/settings/base.py", READ)
    return planted


def lacking(page: Page) -> list[str]:
    return [message for _where, message in page.lacking]


def test_a_setting_that_is_told_stands_on_the_page_with_its_default(small: Planter) -> None:
    made = settings.page(small.root)
    assert made.lacking == []
    assert "| `TOLD` | What it is for. | `x` | `x` | `occicor/settings/base.py` |" in made.text
    assert "| `SOME_DAYS = 7` | So long. |" in made.text


SETTINGS = {
    "read and not told": ("occicor/settings/base.py", READ + 'B = env.bool("MORE")\n', "MORE is read in"),
    "read by the commands and not told": (
        "occicor/embedded/a.py",
        '"""A."""\n\nimport os\n\nA = os.environ.get("MORE")\n',
        "MORE is read in",
    ),
    "told and read by nothing": (settings.EXAMPLE, EXAMPLE + "# Why.\n#MORE=1\n", "MORE in line 5 is read by nothing"),
    "told without a word": (settings.EXAMPLE, "# --- Part ---\n#TOLD=x\n", "TOLD has no word in line 2"),
    "a term without a comment": (settings.TERMS, '"""Terms."""\n\nSOME_DAYS = 7\n', "has no comment above it"),
}


@pytest.mark.parametrize("case", SETTINGS)
def test_a_setting_without_its_words_and_words_without_a_setting_are_found(small: Planter, case: str) -> None:
    where, text, expected = SETTINGS[case]
    small.write(where, text)
    found = lacking(settings.page(small.root))
    assert len(found) == 1
    assert expected in found[0]


def test_a_check_that_does_not_say_what_to_do_is_found(planted: Planter) -> None:
    planted.write(
        "visitors/checks.py",
        '"""Checks."""\n\nfrom django.core.checks import Error, register\n\n\n'
        '@register("visitors")\ndef one() -> list[Error]:\n'
        '    """E009: it holds."""\n    return [Error(f"{one} is wrong.", id="visitors.E009")]\n',
    )
    made = system_checks.page(planted.root)
    assert "| `visitors.E009` | it holds | error: … is wrong. |" in made.text
    assert lacking(made) == ["visitors.E009 says in no hint what to do"]


def test_an_event_without_words_is_found_and_the_words_of_the_page_are_kept(planted: Planter) -> None:
    call = 'audit.record(event="thing.{}", actor=actor)\n'
    body = '"""Things."""\n\nfrom privacy import audit\n\n\ndef do(actor):\n    {}'
    planted.write("visitors/services.py", body.format(call.format("done")))
    found = lacking(events.page(planted.root))
    assert "`thing.done` has no words: write them into its row" in found
    made = events.page(planted.root).text
    row = "| `thing.done` |  | `visitors/services.py` `do` |"
    assert row in made
    planted.write(events.PAGE, made.replace(row, "| `thing.done` | It was done | – |"))
    again = events.page(planted.root)
    assert "| `thing.done` | It was done | `visitors/services.py` `do` |" in again.text
    assert "`thing.done` has no words: write them into its row" not in lacking(again)


def test_a_command_without_a_word_is_found(planted: Planter) -> None:
    planted.write("Makefile", 'help:\n\t@echo "make run     start it"\n\nrun:\n\ntest: run  ## Tests\n\nother:\n')
    made = commands.page(planted.root)
    assert "| `make run` | start it | – |" in made.text
    assert lacking(made) == ["make run has no ## words"]
    assert "`manage.py verify_audit`" in made.text
    assert "`--preview` say what is over, and delete nothing" in made.text


def test_jobs_and_chores_are_told_with_their_steps() -> None:
    made = jobs.page()
    assert made.lacking == []
    erasure = next(line for line in made.text.splitlines() if line.startswith("| `erasure` |"))
    assert "`ledger`, `revoke_sessions`" in erasure
    assert "`store:…`" in erasure


def test_the_list_of_decisions_is_in_order_and_names_what_is_missing(planted: Planter) -> None:
    planted.write("docs/decisions/0003-b.md", "# 0003 Second\n\nStatus: Accepted\n")
    planted.write("docs/decisions/0001-a.md", "# 0001 First\n\nStatus: Accepted\n")
    made = index.decisions(planted.root)
    assert "- [0001 First](0001-a.md)\n- [0003 Second](0003-b.md)\n\nThere is no 0002." in made.text
    planted.write("docs/decisions/0004-c.md", "# Third\n")
    assert lacking(index.decisions(planted.root)) == ["its heading does not begin with 0004"]


def test_a_page_that_says_other_than_the_code_is_found(planted: Planter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGES", {index.PAGE: index.docs})
    planted.write("docs/how-to/a.md", "# Do a thing\n\nIt is done so. And more.\n")
    (planted.root / "docs/README.md").write_text(index.docs(planted.root).text, encoding="utf-8")
    assert list(pages.findings(planted.root)) == []
    assert "- [Do a thing](how-to/a.md): It is done so.\n" in (planted.root / "docs/README.md").read_text(
        encoding="utf-8"
    )
    planted.write("docs/how-to/b.md", "# Do another\n")
    assert [str(finding) for finding in pages.findings(planted.root)] == [
        "docs/README.md:1: says other than the code: `python -m tests.guards.reference` writes it anew"
    ]
    pages.write(planted.root)
    assert list(pages.findings(planted.root)) == []


SOUND = "# Start\n\n[A page](docs/a.md#the-part) and ![a picture](docs/images/a.png)\n"
PAGE = "# A page\n\n## The part\n\nSee `tests/a.py`, and [elsewhere](https://example.org/#x).\n\n```sh\n[no](link.md)\n```\n"
BAD_LINKS = {
    "a dead link": ("docs/a.md", PAGE + "\n[Gone](b.md)\n", "the link to b.md leads nowhere"),
    "a dead anchor": ("README.md", SOUND.replace("#the-part", "#no-part"), "docs/a.md has no heading for #no-part"),
    "a dead anchor of its own": ("docs/a.md", PAGE + "\n[Up](#top)\n", "docs/a.md has no heading for #top"),
    "a page that nobody finds": ("docs/b.md", "# B\n", "no link leads here"),
    "a picture that nobody shows": ("docs/images/b.png", "", "no link leads here"),
    "a file that does not exist": ("docs/a.md", PAGE + "\n`tests/gone.py::test_it`\n", "there is no tests/gone.py"),
    "a way out of the project": ("docs/a.md", PAGE + "\n[Out](../../etc/hosts)\n", "leads nowhere"),
}


@pytest.fixture
def linked(planted: Planter) -> Planter:
    """A project whose two pages and one picture are all found."""
    planted.write("README.md", SOUND)
    planted.write("docs/a.md", PAGE)
    planted.write("docs/images/a.png", "")
    planted.write("tests/a.py", "")
    return planted


def test_sound_links_pass(linked: Planter) -> None:
    assert list(docs.findings(linked.root)) == []


@pytest.mark.parametrize("case", BAD_LINKS)
def test_what_leads_nowhere_is_found(linked: Planter, case: str) -> None:
    where, text, expected = BAD_LINKS[case]
    found = [finding.message for finding in docs.findings(linked.write(where, text))]
    assert len(found) == 1
    assert expected in found[0]


def test_anchors_are_those_that_the_readers_of_the_docs_make(planted: Planter) -> None:
    heading = "# The *look*, and `what` it [costs](a.md)\n\n## Twice\n\n## Twice\n"
    root = planted.write("docs/a.md", heading)
    assert docs.anchors(root / "docs/a.md") == {"the-look-and-what-it-costs", "twice", "twice-1"}


def test_without_its_page_nothing_is_lost_but_the_words(planted: Planter) -> None:
    shutil.copytree(ROOT / "visitors", planted.root / "visitors")
    assert events.words(planted.root) == {}
    assert "contact_message.received" in events.recorded(planted.root)


TOUR = ROOT / "docs" / "tutorial" / "ten-minute-tour.md"
# Who somebody is on the tour.
NO_LABEL = {"agent", "officer", "administrator"}


def test_what_the_tour_calls_by_name_is_called_so_on_the_site() -> None:
    catalogue = read_po((ROOT / "locale/fr/LC_MESSAGES/django.po").open("rb"))
    told = [one.id if isinstance(one.id, str) else one.id[0] for one in catalogue if one.id]
    labels = [re.sub(r"%\(\w+\)s|%s|\{\w*\}", "…", " ".join(text.split())).lower() for text in told]
    # A label that is little more than what is filled in would be like anything.
    patterns = [
        re.compile(".+".join(map(re.escape, one.split("…")))) for one in labels if len(one.replace("…", "")) > 4
    ]
    names = set(re.findall(r"\*\*(.+?)\*\*", TOUR.read_text(encoding="utf-8"))) - NO_LABEL
    beginnings = {one.partition(".")[0] for one in labels}
    gone = [name for name in names if not any(one.fullmatch(name.lower()) for one in patterns)]
    gone = [name for name in gone if name.lower() not in beginnings]
    assert gone == []
    assert len(names) > 20


def test_an_event_that_the_page_does_not_tell_fails_the_test_in_which_it_is_put_on_record() -> None:
    planted: dict[str, Any] = {"__name__": "visitors.planted", "audit": audit}
    exec("def act(actor):\n    audit.record(event='never.told', actor=actor)\n", planted)
    with pytest.raises(AssertionError, match=r"never\.told"):
        planted["act"](SYSTEM)
