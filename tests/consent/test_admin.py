"""The catalogue and the proof as staff keep them: what may be changed, what is published, what is taken out."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from consent import catalogue, notices, pictures, proof
from consent.checks import notice_is_published
from consent.models import ConsentEvent, NoticeVersion, Party, ProofSeal, Purpose, Tracker
from consent.vocabulary import Matching
from privacy.actors import SYSTEM
from privacy.models import AuditEntry
from privacy.policy.tables import tables
from tests.consent.choosing import chosen, fill, publish
from tests.factories import make_staff
from tests.rights_requests.browsing import browser_of, said

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P11.1")]
POWERS = [
    *(f"consent.{act}_{model}" for act in ("view", "add", "change", "delete") for model in ("tracker", "party")),
    *("consent.view_purpose", "consent.change_purpose", "consent.view_noticeversion", "consent.add_noticeversion"),
    *("consent.view_consentevent", "consent.view_proofseal"),
]
LANGUAGES = ("en", "fr", "ar")


@pytest.fixture
def officer() -> Client:
    publish()
    return browser_of(make_staff(perms=POWERS))


def page_of(model: str, act: str = "changelist", *args: Any) -> str:
    return reverse(f"admin:consent_{model}_{act}", args=args)


def words(**texts: str) -> dict[str, str]:
    return {f"{name}_{code}": f"{text} ({code})" for name, text in texts.items() for code in LANGUAGES}


def add_partner(officer: Client, **more: Any) -> Any:
    party = Party.objects.get_or_create(name="Partner")[0]
    fields = {
        "name": "_ad_",
        "purpose": Purpose.objects.get(group__varname="ads").pk,
        "matching": Matching.PREFIX,
        "kind": "cookie",
        "party": party.pk,
        **words(what_for="Measures", lasts="A year"),
    }
    return officer.post(page_of("tracker", "add"), {**fields, **more})


def test_what_another_company_sets_is_asked_about_once_it_is_published(officer: Client, client: Client) -> None:
    assert add_partner(officer).status_code == 302
    assert "Advertising" not in client.get("/").content.decode()
    assert "What people are asked is older than this catalogue" in said(officer.get(page_of("tracker")))
    shown = said(officer.get(page_of("noticeversion", "publish")))
    assert "purposes.ads.title" in shown
    officer.post(page_of("noticeversion", "publish"), {})
    notices.forget()
    assert "Advertising." in client.get("/").content.decode()
    assert "There is nothing to publish" in said(officer.get(page_of("noticeversion", "publish")))
    events = set(AuditEntry.objects.values_list("event", flat=True))
    assert {"tracker.added", "notice.published"} <= events


def test_what_another_company_sets_stands_in_the_policy_that_is_published_next(officer: Client) -> None:
    add_partner(officer)
    table = tables()["foreign_trackers"]
    assert [row.cells for row in table.rows] == [("_ad_", "Partner", "Measures (en)", "A year (en)")]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "_"}, "Two characters at least"),
        ({"name": "a b"}, "Two characters at least"),
        ({"name": "sessionid"}, "stands in the catalogue already"),
        ({"what_for_ar": ""}, "Write this in every language"),
    ],
)
def test_a_tracker_that_nobody_could_understand_is_not_taken(
    officer: Client, fields: dict[str, str], message: str
) -> None:
    assert message in said(add_partner(officer, **fields))
    assert not Tracker.objects.filter(from_code=False).exists()


def test_what_the_code_sets_can_only_be_looked_at(officer: Client) -> None:
    tracker = Tracker.objects.get(cookie__name="sessionid")
    page = page_of("tracker", "change", tracker.pk)
    assert officer.get(page).status_code == 200
    assert officer.post(page, {"name": "other"}).status_code == 403
    assert officer.post(page_of("tracker", "delete", tracker.pk), {"post": "yes"}).status_code == 403


def test_a_tracker_of_others_can_be_changed_and_removed(officer: Client) -> None:
    add_partner(officer)
    tracker = Tracker.objects.get(from_code=False)
    page = page_of("tracker", "change", tracker.pk)
    fields = {"name": "_ad2_", "purpose": Purpose.objects.get(group__varname="ads").pk, "matching": "exact"}
    more = {"kind": "pixel", "party": tracker.party_id, **words(what_for="Counts", lasts="A day")}
    assert officer.post(page, {**fields, **more}).status_code == 302
    tracker.refresh_from_db()
    assert (tracker.name, tracker.kind, tracker.texts["fr"]["what_for"]) == ("_ad2_", "pixel", "Counts (fr)")
    assert officer.post(page_of("tracker", "delete", tracker.pk), {"post": "yes"}).status_code == 302
    assert not Purpose.objects.get(group__varname="ads").has_something


def test_words_of_staff_outlive_a_release_until_they_are_given_back(officer: Client) -> None:
    purpose = Purpose.objects.get(group__varname="stats")
    page = page_of("purpose", "change", purpose.pk)
    typed = words(title="Counting", description="We count.", without="We do not.", data="numbers")
    assert officer.post(page, typed).status_code == 302
    catalogue.sync()
    purpose.refresh_from_db()
    assert (purpose.texts["fr"]["title"], purpose.written_by_staff) == ("Counting (fr)", True)
    officer.post(page, {**typed, "from_the_code": "on"})
    catalogue.sync()
    purpose.refresh_from_db()
    assert purpose.texts["en"]["title"] == "Statistics"


def test_who_is_asked_again_is_told_why_in_every_language(officer: Client) -> None:
    add_partner(officer)
    page = page_of("noticeversion", "publish")
    assert "write it in every language" in said(officer.post(page, {"material": "on", "why_en": "A partner."}))
    assert NoticeVersion.objects.count() == 3
    officer.post(page, {"material": "on", **{f"why_{code}": f"A partner ({code})." for code in LANGUAGES}})
    assert NoticeVersion.objects.get(number=2, language="ar").change == "A partner (ar)."


def test_the_list_says_while_nobody_kept_pictures_of_the_newest_version(officer: Client, tmp_path: Path) -> None:
    told = "No pictures of version 1 are kept yet"
    assert told in said(officer.get(page_of("noticeversion")))
    assert "No pictures of" not in said(officer.get(page_of("tracker")))
    for number, version in enumerate(NoticeVersion.objects.all(), start=1):
        png = pictures.PNG + b"\0\0\0\rIHDR" + (320).to_bytes(4) + bytes(20)
        (tmp_path / pictures.name_of(version.sha256, 320, "light")).write_bytes(png)
        assert pictures.keep(actor=SYSTEM, folder=tmp_path) == 1
        assert (told in said(officer.get(page_of("noticeversion")))) is (number < len(LANGUAGES))
    add_partner(officer)
    officer.post(page_of("noticeversion", "publish"), {})
    assert "No pictures of version 2 are kept yet" in said(officer.get(page_of("noticeversion")))


def test_only_who_may_publishes(officer: Client) -> None:
    other = browser_of(make_staff(perms=["consent.view_noticeversion"]))
    assert other.get(page_of("noticeversion", "publish")).status_code == 403
    assert other.post(page_of("noticeversion", "publish"), {}).status_code == 403
    assert "could the question" not in said(other.get(page_of("noticeversion")))


def test_the_proof_can_be_taken_out_whole_and_checked_elsewhere(officer: Client, client: Client, settings: Any) -> None:
    settings.EMBED_HOSTS = ["films.example"]
    publish()
    chosen(client, "accept_all", notice=2)
    event = ConsentEvent.objects.get()
    body = officer.get(page_of("consentevent", "export", "jsonl")).getvalue().decode()  # type: ignore[attr-defined]
    (line,) = map(json.loads, body.splitlines())
    assert (line["key"], line["mac"], line["notice_sha256"]) == (
        str(event.key),
        proof.macs_of(event)[0],
        event.notice.sha256,
    )
    table = officer.get(page_of("consentevent", "export", "csv")).getvalue().decode()  # type: ignore[attr-defined]
    (row,) = csv.DictReader(io.StringIO(table))
    assert (row["key"], json.loads(row["states"])) == (str(event.key), {"social": "given"})
    assert AuditEntry.objects.filter(event="proof.exported").count() == 2
    stranger = browser_of(make_staff(perms=["consent.view_party"]))
    assert stranger.get(page_of("consentevent", "export", "csv")).status_code == 403


def test_nobody_changes_the_proof_by_hand_and_a_look_is_on_record(
    officer: Client, client: Client, settings: Any
) -> None:
    settings.EMBED_HOSTS = ["films.example"]
    publish()
    chosen(client, "accept_all", notice=2)
    event = ConsentEvent.objects.get()
    page = page_of("consentevent", "change", event.pk)
    assert str(event.key) in said(officer.get(page))
    assert AuditEntry.objects.get(event="choice.viewed").subject_digest == event.digest
    assert officer.post(page, {"gpc": "on"}).status_code == 403
    counts = {"stats": {"refused": 1, "given": 2}}
    ProofSeal.objects.create(day="2026-01-01", events=3, counts=counts, keep_until=event.keep_until, previous="0" * 64)
    assert "stats : accepted 2, refused 1" in said(officer.get(page_of("proofseal")))
    for model in ("noticeversion", "proofseal", "consentevent"):
        assert officer.get(page_of(model)).status_code == 200
        assert officer.get(page_of(model, "add")).status_code == 403


@pytest.mark.parametrize("behind", [True, False])
def test_a_question_that_is_behind_stops_a_deployment(settings: Any, *, behind: bool) -> None:
    publish()
    settings.EMBED_HOSTS = ["films.example"] if behind else []
    fill()
    found = notice_is_published(databases=["default"])
    assert bool(found) is behind
    assert all(error.id == "consent.E001" for error in found)
    assert any("purposes.social.title (fr)" in str(error.msg) for error in found) is behind


def test_publishing_by_command_asks_for_the_reasons_and_does_nothing_twice() -> None:
    publish()
    with pytest.raises(CommandError, match="in each language"):
        call_command("publish_notice", "--material", "--why-en=x")
    with pytest.raises(CommandError, match="says already"):
        call_command("publish_notice")


def test_the_lists_can_be_narrowed_by_what_they_show_and_by_nothing_else(officer: Client) -> None:
    assert officer.get(page_of("noticeversion"), {"language": "fr"}).status_code == 200
    assert officer.get(page_of("consentevent"), {"occurred_at__gte": "2026-01-01 00:00:00+00:00"}).status_code == 200
    assert officer.get(page_of("consentevent"), {"surface__gte": "a"}).status_code == 400
    assert officer.get(page_of("consentevent"), {"method__gte": "a"}).status_code == 400
    assert officer.get(page_of("consentevent"), {"digest__startswith": "a"}).status_code == 400
