"""The proof of choices: whole as it was written, closed to change, and let go of when its time is over (Art. 7(1))."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from consent import proof
from consent.job_handlers import seal_choices
from consent.models import ConsentEvent, NoticeVersion, ProofSeal
from privacy.data_map.subject import subject_of_user
from tests.consent.factories import make_event
from tests.factories import make_user
from tests.privacy.retention.sweeping import restrict

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P11.1")]


@pytest.fixture(autouse=True)
def _short_terms(settings: Any) -> None:
    """A choice counts for a day, and its proof is kept for another three."""
    settings.CONSENT_DAYS, settings.CONSENT_PROOF_DAYS = 1, 3


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[ConsentEvent]:
    """Two choices of the day before yesterday and one of yesterday, each day sealed, however early it is today."""
    monkeypatch.setattr(proof, "SETTLED", timedelta(0))
    user = make_user()
    found = [make_event(user, days_ago=ago) for ago in (2, 2, 1)]
    assert seal_choices() == 2
    return found


def behind_our_back(statement: str, *values: Any) -> None:
    """As somebody would who has the database in hand."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def test_what_is_as_it_was_written_is_found_whole(events: list[ConsentEvent]) -> None:
    said = StringIO()
    call_command("verify_proof", stdout=said)
    assert said.getvalue() == "All as they were written (choices: 3, seals: 2, notices: 1).\n"
    newest, oldest = ProofSeal.objects.all()
    assert (oldest.events, oldest.counts, newest.previous) == (2, {"stats": {"refused": 2}}, oldest.hash)
    assert proof.seal_days() == 0


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("""UPDATE consent_consentevent SET states = '{"stats": "given"}' WHERE id = %s""", "choice"),
        ("UPDATE consent_consentevent SET occurred_at = occurred_at + interval '1 second' WHERE id = %s", "choice"),
        ("UPDATE consent_consentevent SET digest = '' WHERE id = %s", "choice"),
        ("DELETE FROM consent_consentevent WHERE id = %s", "are not those that were sealed"),
        ("UPDATE consent_consentevent SET mac = repeat('0', 64) WHERE id = %s", "are not those that were sealed"),
        ("""UPDATE consent_proofseal SET counts = '{}' WHERE %s > 0""", "the seal of"),
        ("DELETE FROM consent_proofseal WHERE day = (SELECT min(day) FROM consent_proofseal) AND %s > 0", "the seal"),
        ("UPDATE consent_noticeversion SET content = '{}' WHERE %s > 0", "is not as it was published"),
    ],
)
def test_whatever_was_altered_is_named(events: list[ConsentEvent], statement: str, problem: str) -> None:
    behind_our_back(statement, events[0].pk)
    with pytest.raises(CommandError, match=problem):
        call_command("verify_proof")


def test_a_choice_added_to_a_day_that_is_over_is_noticed(events: list[ConsentEvent]) -> None:
    make_event(make_user("late@example.org"), days_ago=2)
    with pytest.raises(CommandError, match="are not those that were sealed"):
        call_command("verify_proof")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE consent_consentevent SET states = '{}'",
        "DELETE FROM consent_consentevent",
        "TRUNCATE consent_consentevent",
        "UPDATE consent_proofseal SET events = 0",
        "DELETE FROM consent_proofseal",
        "UPDATE consent_noticeversion SET content = '{}'",
        "DELETE FROM consent_noticeversion",
    ],
)
def test_the_database_lets_nobody_change_it(events: list[ConsentEvent], statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert (ConsentEvent.objects.count(), ProofSeal.objects.count(), NoticeVersion.objects.count()) == (3, 2, 1)


def test_choices_go_when_their_proof_is_no_longer_needed_and_the_counts_of_the_day_stay() -> None:
    user = make_user()
    over, kept = make_event(user, days_ago=6), make_event(user, days_ago=3)
    assert proof.forget_old() == 0, "what is not sealed stays"
    seal_choices()
    assert proof.forget_old() == 1
    assert list(ConsentEvent.objects.all()) == [kept]
    seal = ProofSeal.objects.earliest("day")
    assert (seal.day, seal.counts) == (over.occurred_at.date(), {"stats": {"refused": 1}})
    assert proof.verify().ok
    assert kept.keep_until - kept.valid_until == timedelta(days=3)
    assert kept.keep_until > timezone.now()
    assert seal_choices() == 0


@pytest.mark.promise("P3.1")
def test_a_day_with_a_choice_of_somebody_whose_data_must_stay_stays_whole_and_keeps_no_other_day() -> None:
    held, other = make_user(), make_user()
    days = [make_event(held, days_ago=7), make_event(other, days_ago=7), make_event(other, days_ago=6)]
    seal_choices()
    restrict(subject_of_user(held.pk))
    assert [proof.forget_old(), proof.forget_old()] == [1, 0]
    assert set(ConsentEvent.objects.all()) == set(days[:2])
    assert proof.verify().ok
