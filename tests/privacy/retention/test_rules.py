"""Every rule of retention is kept: what is over goes, by whoever is named for it, and what is not over stays."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.models import User
from privacy import checks
from privacy.data_map.registry import registry
from privacy.models import StoppedDigest
from privacy.retention import enforcers
from privacy.retention.enforcers import Owner, faults, owner_of, refusing_tables
from privacy.retention.rules import rule_named, rules
from rights_requests.models import Transition
from tests.factories import make_request, make_user
from tests.holdings import FACTORIES
from tests.privacy.retention.sweeping import past_the_triggers, swept, the_rule

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P3.1")]

SWEPT = sorted(rule.holding.model_label.lower() for rule in rules() if owner_of(rule) is None)
LATER = timedelta(days=20 * 365)
NOW = "now()"
ENDED_HOLD = "UPDATE privacy_legalhold SET ended_at = now()"
CLOSED_BREACH = (
    "UPDATE privacy_breach SET closed_at = now(), risk = 'none', risk_reason = 'Nothing left.', notified_at = now(),"
    " delay_reason = 'A holiday.', released_at = NULL, told_at = NULL, not_told_reason = 'Nothing left.'"
)
# What must have happened to rows, as the factories make them, before their term counts.
HAPPENED: dict[str, list[str]] = {
    "accounts.enrolment": ["UPDATE accounts_enrolment SET ended_at = now()"],
    "accounts.customer": [
        "UPDATE accounts_customer SET agreement_ended_on = now()", "DELETE FROM accounts_customeradministrator",
        "DELETE FROM accounts_enrolment",
    ],
    "accounts.sharinggrant": ["DELETE FROM accounts_sharingview"],
    "consent.subscription": [
        (
            "UPDATE consent_subscription SET state = 'ended', email = NULL, language = '', wording_id = NULL,"
            " asked_at = NULL, confirmed_at = NULL, ended_at = now()"
        ),
    ],
    "post_office.email": ["DELETE FROM post_office_log", "DELETE FROM post_office_attachment_emails"],
    "privacy.breach": ["DELETE FROM privacy_breachperson", "DELETE FROM privacy_caseentry", CLOSED_BREACH],
    "privacy.breachperson": [CLOSED_BREACH],
    "privacy.disclosure": [
        "DELETE FROM privacy_discloseddigest", "DELETE FROM privacy_disclosedperson", "DELETE FROM privacy_caseentry",
    ],
    "privacy.disclosedperson": ["DELETE FROM privacy_discloseddigest"],
    "privacy.helddigest": [ENDED_HOLD],
    "privacy.legalhold": ["DELETE FROM privacy_helddigest", "DELETE FROM privacy_caseentry", ENDED_HOLD],
    "privacy.heldback": ["DELETE FROM privacy_heldbackdigest"],
    "privacy.heldbackdigest": ["UPDATE privacy_heldback SET until = now()"],
    "privacy.processingstop": [
        "UPDATE privacy_processingstop SET notice_at = now()", "UPDATE privacy_processingstop SET lifted_at = now()",
        "DELETE FROM privacy_stoppeddigest",
    ],
    "privacy.stoppeddigest": [
        "UPDATE privacy_processingstop SET notice_at = now()", "UPDATE privacy_processingstop SET lifted_at = now()",
    ],
    "rights_requests.evidence": ["UPDATE rights_requests_evidence SET destroyed_at = now(), wrapped_key = NULL"],
    "rights_requests.package": [
        "UPDATE rights_requests_package SET destroyed_at = now()", "DELETE FROM rights_requests_download",
        "DELETE FROM rights_requests_packagekey",
    ],
    "visitors.audiencestep": ["UPDATE visitors_audiencevisit SET counted = true"],
    "visitors.audiencevisit": ["UPDATE visitors_audiencevisit SET counted = true"],
    "visitors.contactmessage": ["UPDATE visitors_contactmessage SET answered_at = now()"],
}  # fmt: skip
CLOSED = "UPDATE rights_requests_rightsrequest SET closed_at = now()"


def made(label: str, user: User) -> list[Any]:
    """The keys of rows of a holding whose term counts from now on."""
    keys = [row.pk for row in FACTORIES[label](user, "canary")]
    statements = HAPPENED.get(label, [])
    if label.startswith("rights_requests."):
        statements = [CLOSED, *statements]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute("SELECT pg_sleep(0.001)")
            past_the_triggers(statement.replace(NOW, "clock_timestamp()"))
    return keys


@pytest.mark.parametrize("label", SWEPT)
def test_what_is_over_goes_and_what_is_not_stays(label: str) -> None:
    holding = registry.holdings[label]
    keys, rows = made(label, make_user()), holding.model()._base_manager
    assert keys
    assert not swept(holding.slug(), timezone.now() - timedelta(hours=1)).deleted
    assert set(rows.filter(pk__in=keys).values_list("pk", flat=True)) == set(keys)
    with connection.cursor() as cursor:  # its trigger asks the real clock; a test of its own sees to it
        if label == "rights_requests.transition":
            connection.check_constraints()
            cursor.execute("ALTER TABLE rights_requests_transition DISABLE TRIGGER USER")

    tally = swept(holding.slug(), timezone.now() + LATER)

    connection.check_constraints()
    assert not rows.filter(pk__in=keys).exists()
    assert (tally.kept, tally.left) == ({}, 0)
    assert tally.deleted >= len(keys)


def test_every_rule_is_swept_or_owned_and_the_owners_are_there() -> None:
    assert list(faults()) == []
    assert refusing_tables() == []
    owned = {rule.slug for rule in rules()} - {registry.holdings[label].slug() for label in SWEPT}
    assert owned == set(enforcers._owners)


@pytest.mark.parametrize(
    ("slug", "owner", "why"),
    [
        ("accounts-signin", Owner(chore="no such chore"), "does not exist"),
        ("accounts-profile", Owner(chore="forget codes"), "it has no term"),
        ("accounts-guestbook", Owner(chore="forget codes"), "it has no term"),
    ],
)
def test_an_owner_that_would_not_enforce_its_rule_is_a_fault(
    slug: str, owner: Owner, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(enforcers._owners, slug, owner)
    assert [error.id for error in checks.retention_is_enforced()] == ["privacy.E040"]
    assert [why in said for _slug, said in faults()] == [True]


def test_rows_that_nobody_lets_go_of_are_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(registry.holdings, "rights_requests.transition")
    monkeypatch.setattr(type(registry), "__hash__", object.__hash__, raising=False)
    assert [slug for slug, why in faults() if "never go" in why] == ["rights_requests-rightsrequest"]


def test_a_table_that_refuses_every_deletion_is_a_fault() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER planted BEFORE DELETE ON accounts_signin"
            " FOR EACH STATEMENT EXECUTE FUNCTION privacy_refuse_change()"
        )
    assert [error.id for error in checks.tables_let_go(databases=["default"])] == ["privacy.E041"]


def test_the_course_of_a_request_stays_for_its_term_and_goes_with_the_request() -> None:
    request = make_request(make_user(), closed_at=timezone.now() - timedelta(days=1824))
    Transition.objects.create(request=request, actor="system", event="acknowledge", from_state="", to_state="received")
    with pytest.raises(DatabaseError, match="go when their term is over"), transaction.atomic():
        swept("rights_requests-transition", timezone.now() + timedelta(days=2))
    assert swept("rights_requests-rightsrequest", timezone.now() + timedelta(days=2)).deleted == 0
    type(request).objects.update(closed_at=timezone.now() - timedelta(days=1825, minutes=1))
    assert [swept(f"rights_requests-{name}").deleted for name in ("transition", "rightsrequest")] == [1, 1]


def test_the_days_of_the_triggers_are_those_of_the_data_map() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname, prosrc FROM pg_proc WHERE proname ~ '_term$' ORDER BY 1")
        found = dict(cursor.fetchall())
    for slug, name in (
        ("privacy-auditentry", "privacy_auditentry_term"),
        ("rights_requests-transition", "rights_requests_transition_term"),
    ):
        assert f"interval '{the_rule(slug).holding.retain.days} days'" in found[name]


def test_a_date_counts_by_the_sites_own_day() -> None:
    rule = the_rule("visitors-audiencevisit")
    now = timezone.now()
    assert rule.cut(now) == timezone.localdate(now) - timedelta(days=rule.holding.retain.days)


def test_what_has_no_term_has_no_rule() -> None:
    assert rule_named("accounts-profile") is None
    assert rule_named("privacy-ledgerentry") is None
    assert StoppedDigest._meta.label_lower in registry.holdings
