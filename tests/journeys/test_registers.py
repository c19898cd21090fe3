"""An officer's walk through the registers: what leaves the desk as a file, and a breach from clock to letters."""

import csv
import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import TextIOWrapper
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.journeys.cast import Cast
from tests.journeys.scene_of_cases import does, moment, record_breach
from tests.journeys.walker import Walker

pytestmark = [pytest.mark.journey, pytest.mark.promise("P0.3")]

Visit = Callable[..., AbstractContextManager[Walker]]


@pytest.mark.parametrize("scripts", [True, False])
def test_the_record_of_processing_is_taken_along_and_says_what_the_page_says(
    visit_as: Visit, tmp_path: Path, scripts: bool
) -> None:
    with visit_as("officer", java_script_enabled=scripts) as officer:
        officer.goes("/admin/")
        officer.follows("Record of processing")
        officer.is_at(re.compile("Record of processing"))
        told = officer.main.locator(".register-hash").inner_text()
        signed = json.loads(officer.downloads(tmp_path, "Signed document (JSON)").read_bytes())
        sheet = officer.downloads(tmp_path, "For spreadsheets (CSV)").read_text(encoding="utf-8-sig")
    assert signed["register"]["sha256"] == told
    assert set(signed["signature"]) >= {"key_id", "signature"}
    assert len(list(csv.reader(sheet.splitlines()))) > len(signed["register"]["content"]["processings"])


def test_the_requests_go_to_an_authority_without_a_name(cast: Cast, visit_as: Visit, tmp_path: Path) -> None:
    person = cast.newcomer("stranger", scripts=True).walker
    reference = person.asks_for_a_copy()
    with visit_as("officer") as officer:
        officer.goes("/admin/registers/requests/")
        archive = ZipFile(officer.downloads(tmp_path, "Download the register"))
    (sheet,) = [name for name in archive.namelist() if name.endswith(".csv")]
    with archive.open(sheet) as raw:
        said = TextIOWrapper(raw, encoding="utf-8-sig").read()
    assert reference in said
    assert person.email not in said


def test_a_breach_is_recorded_notified_and_told_to_those_it_concerns(cast: Cast, visit_as: Visit) -> None:
    person = cast.newcomer("stranger", scripts=True).walker
    with visit_as("officer") as officer, visit_as("deputy") as deputy:
        page = record_breach(officer, "A list was sent to the wrong shop")
        assert officer.main.locator("#release").count() == 0
        does(officer, "notify", "Put it on record", at=moment(0), number="CNIL-2027-118")
        officer.sees("It is on record that the authority was notified.")
        deputy.goes(page)
        counted = re.search(r"goes to ([\d,]+) (person|people)", deputy.text)
        assert counted is not None
        does(deputy, "release", "Send it to all of them", people=counted.group(1).replace(",", ""))
        deputy.sees("The letter is being sent.")
    said = person.letter("Important: something happened to your data")
    assert "Somebody may write to you." in said
