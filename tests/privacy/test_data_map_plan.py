"""The plan: what it says, that it survives being stored, and when it counts as changed."""

import json
import subprocess
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import translation

from privacy.data_map import describe
from privacy.data_map.declarations import Erase, Word
from privacy.data_map.plan import Plan, PlanItem, plan
from privacy.data_map.registry import registry
from privacy.data_map.subject import Subject, subject_of_user
from privacy.vocabulary import Action, Right
from tests.factories import make_package, make_request, make_user
from tests.holdings import FACTORIES

pytestmark = pytest.mark.django_db


def item(shown: Plan, slug: str) -> PlanItem:
    return next(item for item in shown.items if item.slug == slug)


@pytest.mark.promise("P5.3")
def test_an_erasure_says_what_goes_what_is_blanked_and_what_is_kept_and_why() -> None:
    user = make_user()
    make_request(user, message="please")
    FACTORIES["privacy.auditentry"](user, "canary")
    shown = plan(subject_of_user(user.pk), Right.ERASURE)
    assert item(shown, "accounts-user").action is Action.ERASE
    requests = item(shown, "rights_requests-rightsrequest")
    assert (requests.action, requests.count) == (Action.MASK, 1)
    assert "what you wrote to us" in requests.masked_fields
    assert "the reference" in requests.kept_fields
    assert "Art. 5(2)" in requests.reason
    assert item(shown, "privacy-auditentry").action is Action.KEEP
    assert item(shown, "accounts-profile").retention == "as long as your account exists"
    assert all(entry.count and entry.title and entry.description for entry in shown.items)


def test_what_stays_of_a_row_is_told_in_words_that_were_chosen_for_people() -> None:
    for holding in registry.holdings.values():
        if holding.erase is not Erase.DELETE_ROW:
            blanked = dict(holding.blanked())
            told = {name: rule for name, rule in holding.rules().items() if rule.word is Word.KEPT or name in blanked}
            assert [f"{holding.slug()}.{name}" for name, rule in told.items() if not rule.label] == []


def test_fields_of_one_label_are_told_once() -> None:
    user = make_user()
    make_request(user)
    kept = item(plan(subject_of_user(user.pk), Right.ERASURE), "rights_requests-rightsrequest").kept_fields
    assert kept.count("the dates") == 1


def test_holdings_come_in_the_order_in_which_they_are_erased() -> None:
    user = make_user()
    slugs = [entry.slug for entry in plan(subject_of_user(user.pk), Right.ERASURE).items]
    assert slugs[-1] == "accounts-user"


def test_an_access_says_what_is_copied_and_leaves_out_what_never_is() -> None:
    user = make_user()
    make_package(make_request(user, state="completed"))
    shown = plan(subject_of_user(user.pk), Right.ACCESS)
    assert {entry.action for entry in shown.items} == {Action.EXPORT}
    assert "accounts-profile" in {entry.slug for entry in shown.items}
    assert "rights_requests-packagekey" not in {entry.slug for entry in shown.items}


def test_stores_are_part_of_an_erasure(tmp_path: Path) -> None:
    user = make_user()
    package = make_package(make_request(user, state="completed"))
    (tmp_path / package.file_name).write_bytes(b"sealed")
    with override_settings(PACKAGE_DIR=tmp_path):
        shown = plan(subject_of_user(user.pk), Right.ERASURE)
    assert shown.items[0].slug == "store-packages"
    assert (shown.items[0].count, shown.items[0].action) == (1, Action.ERASE)


def test_a_plan_survives_being_stored() -> None:
    user = make_user()
    shown = plan(subject_of_user(user.pk), Right.ERASURE)
    stored = Plan.from_json(json.loads(json.dumps(shown.as_json())))
    assert stored == shown
    assert stored.hash == shown.hash


def test_something_that_is_no_plan_is_refused() -> None:
    with pytest.raises(ValueError, match="not part of a plan"):
        Plan.from_json({"right": "access", "declared": "", "items": [{"action": "erase", "colour": "red"}]})
    with pytest.raises(KeyError):
        Plan.from_json({})


def test_the_hash_depends_neither_on_language_nor_on_counts() -> None:
    user = make_user()
    FACTORIES["account.emailaddress"](user, "one")
    shown = plan(subject_of_user(user.pk), Right.ERASURE)
    FACTORIES["account.emailaddress"](user, "two")
    with translation.override("fr"):
        assert plan(subject_of_user(user.pk), Right.ERASURE).hash == shown.hash


def test_what_the_request_itself_brings_about_is_no_change_of_the_plan() -> None:
    user = make_user()
    shown = plan(subject_of_user(user.pk), Right.ERASURE)
    make_request(user)
    for label in ("post_office.email", "privacy.auditentry", "accounts.session"):
        FACTORIES[label](user, "canary")
    assert plan(subject_of_user(user.pk), Right.ERASURE).hash == shown.hash


def test_a_holding_gained_or_lost_and_an_action_changed_are_changes() -> None:
    user = make_user()
    shown = plan(subject_of_user(user.pk), Right.ERASURE)
    FACTORIES["mfa.authenticator"](user, "canary")
    gained = plan(subject_of_user(user.pk), Right.ERASURE)
    assert gained.hash != shown.hash
    kept = [replace(entry, action=Action.KEEP) if entry.slug == "accounts-profile" else entry for entry in shown.items]
    assert replace(shown, items=tuple(kept)).hash != shown.hash
    assert replace(shown, right=Right.ACCESS).hash != shown.hash


def test_a_changed_declaration_is_a_change_even_for_somebody_without_such_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user()
    shown = plan(subject_of_user(user.pk), Right.ERASURE)
    monkeypatch.setattr(registry.holdings["usersessions.usersession"], "erase", Erase.KEEP_ROW)
    assert plan(subject_of_user(user.pk), Right.ERASURE).hash != shown.hash


def test_a_person_of_whom_nothing_is_held_has_an_empty_plan() -> None:
    assert plan(Subject(user_id=uuid4()), Right.ERASURE).items == ()


def test_all_holdings_are_counted_in_one_round_trip() -> None:
    user = make_user()
    subject = subject_of_user(user.pk)
    with CaptureQueriesContext(connection) as queries:
        plan(subject, Right.ACCESS)
    assert len(queries) == 1


def test_a_command_whose_reader_has_read_enough_ends_without_a_word() -> None:
    """As in `manage.py data_map | head`."""
    command = f"'{sys.executable}' manage.py data_map --json | head -c 100"
    done = subprocess.run(["/bin/sh", "-c", command], cwd=settings.BASE_DIR, capture_output=True, check=True)
    assert (len(done.stdout), done.stderr) == (100, b"")


def test_the_command_prints_every_holding_as_table_and_as_json() -> None:
    table, machine = StringIO(), StringIO()
    call_command("data_map", stdout=table)
    call_command("data_map", "--json", stdout=machine)
    printed, content = table.getvalue(), json.loads(machine.getvalue())
    assert {entry["model"].lower() for entry in content["holdings"]} == set(registry.holdings)
    assert {entry["model"] for entry in content["nobody"]} == set(registry.nobodies)
    assert {entry["name"] for entry in content["stores"]} == set(registry.stores)
    for holding in registry.holdings.values():
        assert holding.model_label in printed
        (told,) = [entry for entry in content["holdings"] if entry["slug"] == holding.slug()]
        assert {field["name"] for field in told["fields"]} == set(holding.rules())
    assert describe.describe() == content
