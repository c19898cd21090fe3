"""Registers as files: signed, on record, harmless in a spreadsheet; each page shows what its file says."""

import csv
import json
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.roles import OFFICERS, PERMISSIONS
from privacy.actors import SYSTEM
from privacy.models import AuditEntry, ProcessingStop, StoppedDigest
from privacy.package import signing
from privacy.registers import printing
from privacy.registers.exporting import Form, export
from privacy.vocabulary import Safeguard, StopGround, StopKind
from rights_requests import verification
from rights_requests.verification import Verdict
from tests.factories import make_staff
from tests.rights_requests.browsing import said
from tests.rights_requests.desk import browser
from tests.rights_requests.recipients.register import make_recipient

pytestmark = pytest.mark.django_db
PAGES = ("registers_record", "registers_agreements", "registers_transfers")
FORMULA = '=HYPERLINK("https://evil.example")'


@pytest.fixture
def officer() -> Client:
    """The browser of the data protection officer."""
    return browser(make_staff(perms=PERMISSIONS[OFFICERS]))


def rows_of(answer: Any) -> list[dict[str, str]]:
    """A CSV answer by its head."""
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.promise("P7.4")
@pytest.mark.parametrize("page", PAGES)
def test_a_register_is_shown_and_handed_out_on_record(officer: Client, page: str) -> None:
    make_recipient("Faraway", country="US", safeguard=Safeguard.STANDARD_CLAUSES)
    address = reverse(f"admin:{page}")
    assert "Faraway" in said(officer.get(address))
    sheet = officer.post(address, {"form": "csv"})
    assert "attachment" in sheet["Content-Disposition"]
    assert any("Faraway" in " ".join(row.values()) for row in rows_of(sheet))
    signed = json.loads(officer.post(address, {"form": "json"}).content)
    assert verification.check(json.dumps(signed)).verdict is Verdict.GENUINE
    exports = AuditEntry.objects.filter(event="register.exported").order_by("seq")
    assert [(entry.data["form"], entry.data["sha256"]) for entry in exports] == [
        ("csv", signed["register"]["sha256"]),
        ("json", signed["register"]["sha256"]),
    ]


def test_whoever_lacks_the_permission_sees_no_register(db: None) -> None:
    stranger = browser(make_staff(perms=["rights_requests.view_recipient"]))
    for page in (*PAGES, "registers_requests", "registers_assessments", "registers_restrictions"):
        assert stranger.get(reverse(f"admin:{page}")).status_code == 403
        assert stranger.post(reverse(f"admin:{page}"), {"form": "json"}).status_code == 403
    assert not AuditEntry.objects.filter(event="register.exported").exists()


def test_only_staff_are_handed_a_register() -> None:
    with pytest.raises(PermissionDenied):
        export(actor=SYSTEM, printed=printing.printed_record(), form=Form.CSV)


def test_one_changed_byte_is_noticed(officer: Client) -> None:
    signed = officer.post(reverse("admin:registers_record"), {"form": "json"}).content.decode()
    assert verification.check(signed).verdict is Verdict.GENUINE
    assert verification.check(signed.replace("Occicor", "Occicar", 1)).verdict is Verdict.ALTERED
    whole = json.loads(signed)
    register, signature = whole["register"], whole["signature"]
    assert signing.verify(signing.canonical(register), signature["key_id"], signature["signature"])
    with pytest.raises(verification.Unreadable):  # what stands beside it was signed by nobody
        verification.check(json.dumps({**whole, "note": "and more"}))


def test_no_cell_begins_a_formula(officer: Client) -> None:
    make_recipient(FORMULA, what_for="+1", agreement_reference="@x", agreement_kept_at="\tcmd")
    (row,) = rows_of(officer.post(reverse("admin:registers_agreements"), {"form": "csv"}))
    assert (row["Name"], row["What for"], row["Number"], row["Where it is kept"]) == (
        f"'{FORMULA}", "'+1", "'@x", "'\tcmd",
    )  # fmt: skip
    page = said(officer.get(reverse("admin:registers_agreements")))
    assert FORMULA in page  # as text


@pytest.mark.promise("P7.4")
def test_the_overview_says_what_to_see_to(officer: Client) -> None:
    make_recipient("Without paper")
    assert "to see to: 1" in said(officer.get("/admin/"))


@pytest.mark.promise("P5.4")
@pytest.mark.django_db(transaction=True)
def test_restrictions_are_handed_out_as_the_list_shows_them(officer: Client) -> None:
    kinds = ((StopKind.RESTRICTION, StopGround.ACCURACY), (StopKind.MINOR, StopGround.MINOR))
    for number, (kind, ground) in enumerate(kinds):
        stop = ProcessingStop.objects.create(subject_digest=str(number) * 64, kind=kind, ground=ground)
        StoppedDigest.objects.create(stop=stop, digest=str(number) * 64)
    assert officer.get(reverse("admin:registers_restrictions")).status_code == 302
    page = officer.get(reverse("admin:privacy_processingstop_changelist"), {"kind": "minor", "in_force": "yes"})
    assert f'action="{reverse("admin:privacy_processingstop_export")}?kind=minor' in page.content.decode()
    file = reverse("admin:privacy_processingstop_export")
    assert officer.get(file).status_code == 405
    (row,) = rows_of(officer.post(f"{file}?kind=minor&in_force=yes", {"form": "csv"}))
    assert row["Person (digest)"] == "1" * 64
    assert len(rows_of(officer.post(file, {"form": "csv"}))) == 2
    assert rows_of(officer.post(f"{file}?in_force=no", {"form": "csv"})) == []
