"""The data of the clocks: every place has one, each number says where it comes from, and the page tells it all."""

import re
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from types import MappingProxyType

import holidays
import pytest
from django.conf import settings as project
from django.core.management import call_command
from django.utils import translation
from pytest_django import Settings

from privacy.package.statements import EVERY_AUTHORITY_URL
from privacy.vocabulary import Right
from rights_requests.authority import COMPLAINT_AUTHORITY, authority_for
from rights_requests.models import RightsRequest
from rights_requests.regimes import (
    REGIMES,
    RULE_VERSION,
    STRICTEST,
    Clock,
    Regime,
    Source,
    Span,
    Unit,
    regime_for,
    regime_named,
    rule_version,
)
from rights_requests.regimes.counting import public_holidays
from rights_requests.regimes.places import choices, name_of
from rights_requests.regimes.table import markdown

EU = {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV"}
EU |= {"MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"}
EFTA = {"IS", "LI", "NO"}
GULF = {"SA", "AE", "QA", "BH", "KW", "OM"}
CLOCKS = [(regime, clock) for regime in REGIMES for clock in (regime.clock, *regime.per_right.values())]
PAGE = Path(project.BASE_DIR) / "docs" / "reference" / "regimes.md"


def regime_of(place: str) -> Regime:
    regime = regime_for(place)
    assert regime is not None
    return regime


def test_every_country_of_the_european_economic_area_has_its_regime_and_authority() -> None:
    assert len(EU) == 27
    for country in EU | EFTA:
        regime = regime_of(country)
        assert (regime.code, regime.calendar) == (f"gdpr-{country.lower()}", country)
        assert regime.clock.is_law
        assert regime.authority is not None
    # Danes and Norwegians say the same.
    assert len({str(authority_for(country).name) for country in EU | EFTA}) == 29


def test_each_place_has_one_regime_and_each_regime_a_code_that_a_request_can_keep() -> None:
    places = [place for regime in REGIMES for place in regime.countries]
    codes = [regime.code for regime in REGIMES]
    assert len(places) == len(set(places))
    assert len(codes) == len(set(codes))
    assert set(places) <= {code for code, _name in choices()}
    assert {"GB", "US", "US-CA"} | EU | EFTA | GULF <= set(places)
    fields = ("regime", "rule_version", "country")
    room = {field: RightsRequest._meta.get_field(field).max_length or 0 for field in fields}
    assert max(map(len, [*codes, STRICTEST])) <= room["regime"]
    assert len(RULE_VERSION) <= room["rule_version"]
    assert max(len(code) for code, _name in choices()) <= room["country"]


@pytest.mark.parametrize(("place", "code"), [("US-CA", "us-ca"), ("us-ca ", "us-ca"), (" fr", "gdpr-fr")])
def test_a_place_is_found_however_it_is_written(place: str, code: str) -> None:
    assert regime_of(place).code == code


def test_places_far_away_where_the_regulation_holds_count_with_their_country() -> None:
    assert {regime_of(place).code for place in ("GF", "GP", "MF", "MQ", "RE", "YT")} == {"gdpr-fr"}
    assert regime_of("AX").code == "gdpr-fi"


@pytest.mark.parametrize("place", ["", None, "JP", "ZZ", "US-NY", "European Union"])
def test_other_places_have_no_regime_of_their_own(place: str | None) -> None:
    assert regime_for(place) is None
    assert regime_named(str(place)) is None


def test_only_what_was_read_in_its_source_and_binds_us_is_called_the_law() -> None:
    law = {regime.code for regime in REGIMES if regime.clock.is_law and not regime.code.startswith("gdpr-")}
    assert law == {"uk", "sa", "om"}
    for _regime, clock in CLOCKS:
        assert clock.source.title
        assert not clock.is_law or clock.source.url.startswith("https://")
    heard = Clock(Span(10, Unit.DAY), Source("heard of"))
    read = replace(heard, source=Source("read", "https://law.example/", date(2026, 11, 25)))
    assert not heard.is_law
    assert read.is_law
    assert not replace(read, binding=False).is_law


def test_an_extension_in_another_unit_is_a_mistake_that_is_found_at_once() -> None:
    with pytest.raises(ValueError, match="1 month cannot grow by 30 days"):
        Clock(Span(1, Unit.MONTH), Source("planted"), extension=Span(30, Unit.DAY))


def test_a_right_may_have_a_clock_of_its_own() -> None:
    bahrain, california = regime_of("BH"), regime_of("US-CA")
    assert str(bahrain.clock_for(Right.ACCESS).answer) == "15 working days"
    assert str(bahrain.clock_for(Right.ERASURE).answer) == "10 working days"
    assert str(california.clock_for("opt_out").answer) == "15 working days"
    assert california.clock_for("opt_out").acknowledgement is None
    assert str(california.clock_for(Right.RECTIFICATION).answer) == "45 days"


@pytest.mark.parametrize("regime", REGIMES, ids=lambda regime: regime.code)
def test_the_weekend_is_the_one_that_the_calendar_knows(regime: Regime) -> None:
    book = holidays.country_holidays(regime.calendar, years=2026)
    assert regime.weekend == book.weekend
    assert 3 <= len(public_holidays(regime.calendar, 2026)) <= 30


def test_a_sure_holiday_on_an_estimated_one_still_counts() -> None:
    # In 2040 the National Day of Bahrain and the expected Eid al-Adha fall on 16 December.
    assert date(2040, 12, 16) in public_holidays("BH", 2040)
    assert date(2040, 12, 15) not in public_holidays("BH", 2040)


CHANGES = {
    "a number": lambda regime: replace(regime, clock=replace(regime.clock, answer=Span(2, Unit.MONTH))),
    "a unit": lambda regime: replace(regime, clock=Clock(Span(1, Unit.DAY), regime.clock.source)),
    "an extension": lambda regime: replace(regime, clock=replace(regime.clock, extension=None)),
    "an acknowledgement": lambda regime: replace(
        regime, clock=replace(regime.clock, acknowledgement=Span(1, Unit.DAY))
    ),
    "what is law": lambda regime: replace(regime, clock=replace(regime.clock, binding=False)),
    "a weekend": lambda regime: replace(regime, weekend=frozenset({4, 5})),
    "a calendar": lambda regime: replace(regime, calendar="DE"),
    "rolling": lambda regime: replace(regime, rolls=False),
    "pausing": lambda regime: replace(regime, pauses_for_identity=False),
    "a place": lambda regime: replace(regime, countries=("FR",)),
    "one right": lambda regime: replace(regime, per_right=MappingProxyType({"access": regime.clock})),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_version_changes_with_whatever_moves_a_date(change: str) -> None:
    france = regime_of("FR")
    others = tuple(regime for regime in REGIMES if regime != france)
    assert rule_version((CHANGES[change](france), *others)) != rule_version((france, *others))


def test_the_version_does_not_change_with_names_and_languages() -> None:
    renamed = tuple(replace(regime, authority=None, note="another note", law="another name") for regime in REGIMES)
    assert rule_version(renamed) == RULE_VERSION
    with translation.override("ar"):
        assert rule_version(REGIMES) == RULE_VERSION


@pytest.mark.promise("P7.3")
def test_an_answer_names_the_authority_of_the_persons_place() -> None:
    assert authority_for("FR") == COMPLAINT_AUTHORITY
    assert authority_for("MQ") == COMPLAINT_AUTHORITY
    assert authority_for("GB").url == "https://ico.org.uk/make-a-complaint"
    assert authority_for("US-CA").url == "https://cppa.ca.gov/webapplications/complaint"
    assert authority_for("IT").name == "Garante per la protezione dei dati personali"
    assert authority_for("IT").url == EVERY_AUTHORITY_URL


@pytest.mark.parametrize("place", ["", None, "JP", "US", "AE"])
def test_where_no_authority_is_known_ours_takes_the_complaint(place: str | None) -> None:
    assert authority_for(place) == COMPLAINT_AUTHORITY


def test_every_address_for_complaints_is_a_plain_secure_one() -> None:
    addresses = [regime.authority.url for regime in REGIMES if regime.authority]
    assert [url for url in addresses if not re.fullmatch(r"https://[a-z0-9./_-]+", url)] == []


def test_the_places_are_all_countries_and_california_after_its_country() -> None:
    codes = [code for code, _name in choices()]
    assert len(codes) == len(set(codes)) >= 245
    assert codes.index("US-CA") == codes.index("US") + 1
    assert name_of("US-CA") == "United States: California"
    assert name_of("ZZ") == ""


def test_countries_are_named_in_the_readers_language() -> None:
    with translation.override("fr"):
        assert name_of("DE") == "Allemagne"
        names = [name for _code, name in choices()]
        assert names.index("Allemagne") < names.index("Belgique") < names.index("Zambie")
    with translation.override("ar"):
        assert name_of("DE") == "ألمانيا"
    assert name_of("DE") == "Germany"


def test_the_page_in_the_documentation_is_what_the_command_prints() -> None:
    out = StringIO()
    with translation.override("fr"):
        call_command("regimes", stdout=out)
    assert out.getvalue().strip() == PAGE.read_text(encoding="utf-8").strip(), "run: manage.py regimes --write"


def test_the_command_writes_the_page(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "docs" / "reference").mkdir(parents=True)
    settings.BASE_DIR = tmp_path
    call_command("regimes", "--write", stdout=StringIO())
    assert (tmp_path / "docs" / "reference" / "regimes.md").read_bytes() == PAGE.read_bytes()


def test_the_page_tells_every_source_what_is_not_verified_and_that_counsel_must_confirm() -> None:
    page = markdown()
    assert "**Counsel must confirm each number before it is promised to a person.**" in page
    assert RULE_VERSION in page
    for regime, clock in CLOCKS:
        assert clock.source.title in page
        assert clock.source.url in page
        assert regime.note in page
        assert regime.authority is None or str(regime.authority.name) in page
    rows = [line for line in page.splitlines() if line.startswith("|")]
    unverified = [line for line in rows if "**not verified**" in line]
    assert len(unverified) == 7
    assert not [line for line in unverified if "| the law |" in line]
