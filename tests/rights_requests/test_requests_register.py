"""The register of requests for an authority: one moment, no names, counts as the published figures have them."""

import csv
import hashlib
import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO
from typing import Any
from unittest import mock

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.roles import OFFICERS, PERMISSIONS
from privacy.actors import SYSTEM, Actor
from privacy.models import AuditEntry
from privacy.package import signing
from privacy.vocabulary import Right
from rights_requests import figures, requests_register
from rights_requests.errors import NotAllowed
from rights_requests.models import Decision, RefusalReason, RightsRequest, State
from rights_requests.requests_register import Asked
from rights_requests.services import handing_out
from rights_requests.vocabulary import DecisionKind, ExtensionReason
from tests.factories import make_request, make_staff, make_user
from tests.rights_requests.browsing import said
from tests.rights_requests.desk import browser

# A connection of its own reads: it sees only what is committed.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P5.1")]
SPRING = datetime(2025, 4, 1, 12, tzinfo=UTC)
YEAR = Asked(date(2025, 1, 1), date(2025, 12, 31))


def ask(right: Right = Right.ACCESS, state: State = State.COMPLETED, **extra: Any) -> RightsRequest:
    """A request of spring, answered after four days unless it is said otherwise."""
    days = {"received_at": SPRING, "closed_at": SPRING + timedelta(4), "due_at": SPRING + timedelta(30)}
    return make_request(make_user(), right, state, **{**days, **extra})


def many() -> None:
    """Some of everything."""
    for _number in range(11):
        ask()
    late = ask(Right.ERASURE, State.REFUSED, closed_at=SPRING + timedelta(40), refusal_reason=RefusalReason.EXCESSIVE)
    ask(state=State.WITHDRAWN)
    ask(Right.OBJECTION, State.RECEIVED, closed_at=None)
    ask(duplicate_of=late)
    ask(received_at=datetime(2024, 12, 31, 22, tzinfo=UTC), state=State.COMPLETED)  # still 2024 in France


def handed_out(user: User, asked: Asked = YEAR) -> tuple[dict[str, Any], list[dict[str, str]], bytes]:
    """The document, the lines of the spreadsheet, and the archive."""
    handed = handing_out.hand_out(actor=Actor.staff(user.pk), asked=asked)
    with handed.file:
        whole = handed.file.read()
    with zipfile.ZipFile(BytesIO(whole)) as archive:
        sheet = archive.read("requests.csv")
        document, signature = archive.read("register.json"), json.loads(archive.read("register.json.sig"))
    assert signing.verify(document, signature["key_id"], signature["signature"])
    assert not signing.verify(document.replace(b"Occicor", b"Occicar", 1), signature["key_id"], signature["signature"])
    said = json.loads(document)
    assert said["members"] == [{"name": "requests.csv", "sha256": hashlib.sha256(sheet).hexdigest()}]
    return said, list(csv.DictReader(StringIO(sheet.decode("utf-8-sig")))), whole


def test_counts_agree_with_the_lines_and_with_the_published_figures() -> None:
    many()
    document, lines, _whole = handed_out(make_staff())
    totals = document["totals"]
    assert totals["whole"]["rows"] == len(lines) == 15
    assert totals["whole"]["merged"] == 1
    published = {(row[1], row[2]): row[5:9] for row in figures._rows() if row[0] == 2025}
    for (right, law), counted in published.items():
        group = totals["by_right"][right] if right else totals["by_law"][figures.law_named(law)] if law else None
        group = group or totals["whole"]
        assert tuple(group.get(word, 0) for word in ("received", "completed", "refused", "late")) == counted
    assert sum(line["Late"] == "yes" and not line["Merged into"] for line in lines) == totals["whole"]["late"]


def test_a_line_says_what_an_authority_asks_and_nobodys_name() -> None:
    person = make_user("ada.byron@example.org")
    extended = {"extended_at": SPRING + timedelta(9), "extended_from": SPRING + timedelta(30)}
    filed = make_request(
        person, Right.ERASURE, State.REFUSED, received_at=SPRING, closed_at=SPRING + timedelta(50), message="My words.",
        due_at=SPRING + timedelta(90), refusal_reason=RefusalReason.EXCESSIVE, refusal_text="Your words.",
        country="FR", **extended,
    )  # fmt: skip
    longer = {"kind": DecisionKind.EXTENSION, "reason": ExtensionReason.COMPLEXITY, "text": "Long words."}
    Decision.objects.create(request=filed, **longer)
    _document, (line,), whole = handed_out(make_staff())
    assert (line["Reference"], line["Right"], line["State"]) == (filed.reference, "Delete my data", "Refused")
    assert line["First term until"].startswith("2025-05-01")
    assert line["Due"].startswith("2025-06-30")
    assert "complex" in line["Reason for the extension"]
    assert "repeats" in line["Reason for the refusal"]
    assert (line["Days"], line["Late"]) == ("50.0", "no")
    everything = " ".join(line.values()) + whole.decode("latin-1")
    for secret in ("ada.byron", "words", str(person.pk), filed.subject_digest):
        assert secret not in everything


def test_the_choice_narrows_lines_and_counts_alike() -> None:
    many()
    document, lines, _whole = handed_out(make_staff(), Asked(YEAR.since, YEAR.until, right="erasure"))
    assert [line["Right"] for line in lines] == ["Delete my data"]
    assert document["totals"]["whole"] == {"rows": 1, "received": 1, "refused": 1, "late": 1}
    assert document["asked"]["right"] == "erasure"
    one_day = Asked(date(2024, 12, 31), date(2024, 12, 31))
    assert len(handed_out(make_staff(), one_day)[1]) == 1


def test_what_a_sweep_deletes_meanwhile_is_in_lines_and_counts_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    for _number in range(30):
        ask()
    monkeypatch.setattr("privacy.registers.moment.ROWS_AT_ONCE", 10)
    told = requests_register._teller()
    seen: list[int] = []

    def meanwhile(row: Any) -> Any:
        seen.append(1)
        if len(seen) == 5:  # a sweep commits in the middle of the export
            RightsRequest.objects.filter(pk__in=RightsRequest.objects.values("pk")[:20]).delete()
        return told(row)

    with mock.patch.object(requests_register, "_teller", lambda: meanwhile):
        document, lines, _whole = handed_out(make_staff())
    assert RightsRequest.objects.count() == 10
    assert len(lines) == document["totals"]["whole"]["rows"] == document["totals"]["whole"]["received"] == 30
    document, lines, _whole = handed_out(make_staff())
    assert len(lines) == document["totals"]["whole"]["rows"] == 10


def test_each_export_is_on_record_and_only_staff_get_one() -> None:
    ask()
    handed_out(make_staff())
    entry = AuditEntry.objects.get(event="register.exported")
    assert (entry.data["register"], entry.data["rows"]) == ("requests", 1)
    with pytest.raises(NotAllowed):
        handing_out.hand_out(actor=SYSTEM, asked=YEAR)


def test_the_officer_chooses_days_and_gets_the_archive() -> None:
    ask()
    officer = browser(make_staff(perms=PERMISSIONS[OFFICERS]))
    page = reverse("admin:registers_requests")
    assert "Download the register" in said(officer.get(page))
    answer = officer.post(page, {"since": "2025-01-01", "until": "2025-12-31", "right": "", "law": ""})
    with zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.namelist() == ["requests.csv", "register.json", "register.json.sig"]
    wrong = officer.post(page, {"since": "2025-12-31", "until": "2025-01-01"})
    assert "a day that is not before the first one" in said(wrong)
