"""What the policy says is made from the declarations, in three languages, with nothing left open."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation

from privacy.data_map.plan import retention
from privacy.data_map.registry import registry
from privacy.policy.clauses import CLAUSES, LANGUAGES
from privacy.policy.content import content, contents
from privacy.policy.register import Processor, Register
from privacy.policy.tables import tables
from privacy.policy.transfers import safeguard
from privacy.templatetags.counted import counted
from privacy.vocabulary import Category, Profile, Purpose
from rights_requests.models import Recipient

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P0.2")]
PROMISES = Path(settings.BASE_DIR / "docs" / "reference" / "promises.md")
# What stands for an address in a frozen text, and what may.
LINK = re.compile(r'href="([^"]*)"')
KNOWN_LINK = re.compile(
    r"to:(right/(access|rectification|erasure|restriction|portability|objection)"
    r"|child|contact|versions|feed|authority|authorities)"
    r"|#[a-z]+|mailto:[^\"]+"
)


def numbers_in(clause: dict[str, Any]) -> list[int]:
    """The numbers that a reader sees in a clause."""
    return [int(number) for number in re.findall(r"\d+", f"{clause['summary']} {LINK.sub('', clause['body'])}")]


def rows(name: str, register: Register | None = None) -> dict[str, tuple[str, ...]]:
    made = tables(register=register) if register else tables()
    return {row.key: row.cells for row in made[name].rows}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_clause_is_written_in_every_language_with_a_summary_above_it(language: str) -> None:
    said = content(language)
    assert [clause["id"] for clause in said.clauses] == [clause.id for clause in CLAUSES]
    for clause in said.clauses:
        assert len(clause["body"]) > len(clause["summary"]) > len(clause["title"]) > 3, clause["id"]
        assert "{{" not in clause["body"] + clause["summary"]
        assert "<" not in clause["summary"] + clause["title"]
        assert not re.search(r"\b(None|0) (months|days|hours)", clause["body"])


def test_the_same_clause_says_as_much_in_every_language_and_links_to_the_same_places() -> None:
    said = contents()
    for number, clause in enumerate(CLAUSES):
        bodies = [said[language].clauses[number]["body"] for language in LANGUAGES]
        assert len({tuple(sorted(LINK.findall(body))) for body in bodies}) == 1, clause.id
        assert len({tuple(re.findall(r"<(p|li|h3)\b", body)) for body in bodies}) == 1, clause.id
        for link in LINK.findall(bodies[0]):
            assert KNOWN_LINK.fullmatch(link), (clause.id, link)
            assert not link.startswith("#") or link[1:] in {other.id for other in CLAUSES}


def test_no_language_is_another_one_in_disguise() -> None:
    said = contents()
    for number, clause in enumerate(CLAUSES):
        assert re.search("[\u0600-\u06ff]", said["ar"].clauses[number]["title"]), clause.id
        assert said["fr"].clauses[number]["body"] != said["en"].clauses[number]["body"], clause.id


def test_every_promise_of_the_list_has_its_clause() -> None:
    kept = {promise for clause in CLAUSES for promise in clause.promises}
    for row in re.findall(r"^\| (P[\d.]+(?:[–, ]+P[\d.]+)*) \|", PROMISES.read_text(encoding="utf-8"), re.MULTILINE):
        first, last = re.findall(r"P(\d+)\.(\d+)", row)[0], re.findall(r"P(\d+)\.(\d+)", row)[-1]
        wanted = (
            {f"P{first[0]}.{number}" for number in range(int(first[1]), int(last[1]) + 1)}
            if first[0] == last[0]
            else set(row.split(", "))
        )
        assert wanted <= kept, row


def test_what_the_law_asks_beyond_the_source_is_marked_as_an_addition() -> None:
    additions = {clause.id for clause in CLAUSES if clause.addition}
    assert additions == {"objection", "withdrawal", "automated", "deadlines", "complaint", "contact"}
    assert all(clause.articles for clause in CLAUSES if clause.addition)


@pytest.mark.promise("P3.1")
def test_every_holding_stands_in_the_tables_with_its_kinds_source_and_time() -> None:
    collected, kept = rows("collected"), rows("retention")
    for holding in registry.holdings.values():
        what, kinds, source, how_long = collected[holding.slug()]
        assert what.lower() == str(holding.title).lower()
        assert how_long.lower() == kept[holding.slug()][2].lower() == retention(holding).lower()
        assert str(holding.source).lower() in source.lower()
        for _name, rule in holding.exported():
            assert str(Category(rule.category).label).lower() in kinds.lower()
    order = [str(profile.label).lower() for profile in Profile]
    found = [cells[0].lower() for cells in kept.values()]
    assert found == sorted(found, key=order.index)


@pytest.mark.promise("P2.1-P2.7")
def test_every_purpose_names_what_is_used_for_it_and_what_allows_it() -> None:
    found = rows("purposes")
    assert list(found) == [purpose.value for purpose in Purpose]
    for holding in registry.holdings.values():
        for purpose in holding.purposes:
            _why, used, basis = found[purpose.value]
            assert str(holding.title).lower() in used.lower()
            assert str(holding.basis.label).lower() in basis.lower()


@pytest.mark.promise("P3.2")
def test_every_store_stands_in_the_table_of_places() -> None:
    assert set(rows("places")) == {"database", *registry.stores}


@pytest.mark.promise("P7.4")
def test_every_recipient_of_the_register_that_receives_data_now_is_named_with_its_safeguard() -> None:
    Recipient.objects.create(name="Mail <carrier>", what_for="carries mail", country="FR", slugs=["accounts-user"])
    Recipient.objects.create(name="Old carrier", what_for="carried mail", active=False)
    found = rows("processors")
    assert set(found) == {"Mail <carrier>"}
    assert found["Mail <carrier>"][1:] == (
        "Carries mail",
        "Your account",
        "France",
        "The Regulation itself applies there.",
    )


def test_a_slug_that_no_holding_has_any_more_is_named_as_it_is() -> None:
    register = Register()
    register.add_processors(lambda: [Processor("Carrier", "carries", "", ["gone-model"])])
    assert rows("processors", register)["Carrier"][2] == "Gone-model"


def test_the_safeguard_follows_from_the_country() -> None:
    assert "Regulation itself" in safeguard("NO")
    assert "Art. 45" in safeguard("CH")
    assert "Art. 46" in safeguard("AE")
    assert "Art. 46" in safeguard("US")
    assert "ask us" in safeguard("")


@pytest.mark.promise("P11.3")
def test_each_cookie_is_named_with_its_time_from_the_settings() -> None:
    found = rows("trackers")
    chosen = {"display", "contact_draft", "occ_visit"}
    assert set(found) == {"sessionid", "csrftoken", "consent", "consent_ref", *chosen}
    assert "14 days after your last visit" in found["sessionid"][4]
    needed = {name for name, cells in found.items() if cells[5].startswith("No")}
    assert needed == {"sessionid", "csrftoken", "consent", "consent_ref"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_time_of_the_settings_stands_in_the_text_and_no_other_does(language: str, settings: Any) -> None:
    times = {
        "PACKAGE_LIFETIME_DAYS": ("rights", 41),
        "ERASURE_COOLING_OFF_HOURS": ("rights", 42),
        "APPEAL_DAYS": ("deadlines", 43),
        "EVIDENCE_DAYS": ("identity", 44),
        "ADULT_MAY_SAY_SO_HOURS": ("children", 45),
    }
    before = {clause["id"]: numbers_in(clause) for clause in content(language).clauses}
    for name, (clause_id, new) in times.items():
        before[clause_id].remove(getattr(settings, name))
        before[clause_id].append(new)
        setattr(settings, name, new)
    after = {clause["id"]: numbers_in(clause) for clause in content(language).clauses}
    assert {name: sorted(found) for name, found in after.items()} == {
        name: sorted(found) for name, found in before.items()
    }


def test_words_of_the_tables_are_of_the_language_and_their_keys_of_none() -> None:
    Recipient.objects.create(name="Carrier", what_for="carries mail", country="FR", slugs=["accounts-user"])
    english, french = content("en").tables, content("fr").tables
    for name, table in english.items():
        other = french[name]
        assert [row["key"] for row in other["rows"]] == [row["key"] for row in table["rows"]]
        assert (other["title"], other["columns"]) != (table["title"], table["columns"]), name
    with translation.override("fr"):
        assert french["processors"]["rows"][0]["cells"][-1] == safeguard("FR") != "The Regulation itself applies there."


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "one"),
        (2, "two"),
        (3, "3 few"),
        (10, "10 few"),
        (11, "11 many"),
        (99, "99 many"),
        (100, "100 hundreds"),
        (102, "102 hundreds"),
        (103, "103 few"),
        (0, "0 hundreds"),
    ],
)
def test_a_counted_noun_of_arabic_takes_the_form_of_its_number(number: int, said: str) -> None:
    assert counted(number, "one|two|few|many|hundreds") == said
