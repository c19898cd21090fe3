"""What fields and their values are called in a package: in words for a person, and never two fields alike."""

import re
from collections import Counter

import pytest
from django.conf import settings
from django.utils import translation

from privacy.data_map.registry import registry
from privacy.data_map.wording import events, listed
from privacy.package.columns import columns_of
from privacy.package.records import RecordTeller
from privacy.vocabulary import Purpose
from rights_requests.states import AUDIT_EVENTS, Event
from rights_requests.vocabulary import ErasureGround, RestrictionGround, State

pytestmark = pytest.mark.promise("P5.1")

ARABIC = re.compile(r"[\u0600-\u06ff]")


def told(holding: str, field: str, value: object) -> str:
    """One value of a holding, in words of the active language."""
    (column,) = (column for column in columns_of(registry.holdings[holding]) if column.name == field)
    ((text,),) = RecordTeller([column]).texts([{field: value}])
    return text


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
@pytest.mark.parametrize("label", sorted(registry.holdings))
def test_no_two_fields_of_a_kind_have_the_same_name(label: str, language: str) -> None:
    with translation.override(language):
        times = Counter(column.label for column in columns_of(registry.holdings[label]))
    assert [name for name, count in times.items() if count > 1] == []


@pytest.mark.parametrize("label", sorted(registry.holdings))
def test_no_field_has_the_name_of_its_column(label: str) -> None:
    names = [column.label for column in columns_of(registry.holdings[label])]
    assert [
        name for name in names if re.search(r"_|\bat$|\bid$|\bip$|digest|superuser|html", name, re.IGNORECASE)
    ] == []


@pytest.mark.parametrize("label", sorted(registry.holdings))
def test_no_field_keeps_its_english_name_in_another_language(label: str) -> None:
    with translation.override("ar"):
        names = [column.label for column in columns_of(registry.holdings[label])]
    assert [name for name in names if not ARABIC.search(name)] == []


@pytest.mark.parametrize("event", Event)
def test_every_step_of_a_request_is_told_in_words(event: Event) -> None:
    step = told("rights_requests.transition", "event", event.value)
    entry = told("privacy.auditentry", "event", AUDIT_EVENTS[event])
    assert " " in step
    assert entry == step
    assert "the person" not in step.lower()


def test_states_and_languages_and_purposes_are_told_in_words_and_what_is_unknown_as_it_is() -> None:
    assert told("rights_requests.transition", "to_state", "running") == str(State.RUNNING.label)
    assert told("rights_requests.transition", "to_state", "a state of tomorrow") == "a state of tomorrow"
    assert told("privacy.policyseen", "language", "ar") == "Arabic"
    with translation.override("fr"):
        assert told("privacy.policyseen", "language", "ar") == "Arabe"
    wanted = [Purpose.PROVIDE_SERVICES.value, "another"]
    assert told("rights_requests.rightsrequest", "purposes", wanted) == f"{Purpose.PROVIDE_SERVICES.label}, another"


def test_a_look_is_told_in_words() -> None:
    unworded = {name for name in registered_looks() if name not in events()}
    assert unworded == set()


def registered_looks() -> set[str]:
    """The looks of which the audit tells the person at whose data they were: those that the reference names."""
    reference = (settings.BASE_DIR / "docs/reference/events.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([a-z_]+\.viewed)`", reference, re.MULTILINE)) - {"list.viewed"}


def test_a_value_that_two_lists_have_is_not_given_the_words_of_either() -> None:
    words = listed(ErasureGround, RestrictionGround)()
    assert ErasureGround.UNLAWFUL.value == RestrictionGround.UNLAWFUL.value
    assert ErasureGround.UNLAWFUL.value not in words
    assert words[ErasureGround.MINOR.value] == ErasureGround.MINOR.label
