"""The walk through what is over by its own instant: bounded spans, with their counts, under the fence, by index."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import SignIn
from privacy import clock
from privacy.actors import SYSTEM
from privacy.data_map.subject import subject_of_user
from privacy.jobs import lease
from privacy.jobs.context import JobContext
from privacy.jobs.lease import LeaseLost
from privacy.models import Job
from privacy.retention import spans
from privacy.retention.enforcers import owner_of
from privacy.retention.rules import rules
from privacy.retention.running import begin
from privacy.retention.sweep import OfJob, sweep
from privacy.retention.taking import goes_as_it_is
from tests.factories import make_user
from tests.privacy.retention.sweeping import LONG_AGO, SIGN_INS, Unfenced, old_sign_ins, restrict, swept, the_rule
from tests.sign_in_factories import make_sign_in

pytestmark = pytest.mark.promise("P3.1")
ONE_BY_ONE = {
    *("account-emailconfirmation", "accounts-formeraddress", "accounts-profilechange", "accounts-signin"),
    *("usersessions-usersession", "consent-accountconsent", "admin-logentry", "post_office-log"),
    *("rights_requests-download", "rights_requests-receipt", "visitors-contactdraft", "visitors-contactmessage"),
}
OLD_ROWS = """
INSERT INTO accounts_signin (id, user_id, at, how, country, network, alerted)
SELECT gen_random_uuid(), %s, %s + n * interval '1 second', 'password', '', '', false FROM {}"""


@pytest.mark.django_db
def test_more_rows_of_one_instant_than_go_at_once_go_in_several_batches() -> None:
    user, when = make_user(), timezone.now() - LONG_AGO
    for at in (when, when, when, when, when, when + timedelta(seconds=1)):
        make_sign_in(user, at=at)
    fence = Unfenced()
    assert swept(SIGN_INS, limit=2, fence=fence).deleted == 6
    assert fence.batches() == [2, 2, 1, 1]


@pytest.mark.django_db
def test_the_spans_after_the_first_hold_four_batches_however_long_each_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spans, "AIM", timedelta(0))
    user, when = make_user(), timezone.now() - LONG_AGO
    for number in range(20):
        make_sign_in(user, at=when + timedelta(seconds=number))
    fence = Unfenced()
    assert swept(SIGN_INS, limit=2, fence=fence).deleted == 20
    assert fence.batches() == [2, 8, 8, 2]


def test_what_goes_by_spans_is_written_one_by_one() -> None:
    """A span is as long as time, so a million rows of one minute go in one transaction: none of these come like that.

    Each row is what one person did, or one of the few hundred that one page of a list or one delivery of mail can make.
    Of whom that cannot be said must not go by spans.
    """
    found = {rule.slug for rule in rules() if goes_as_it_is(rule) and owner_of(rule) is None}
    assert found == ONE_BY_ONE


@pytest.mark.django_db(transaction=True)
def test_a_walk_asks_between_two_stretches_whether_the_work_is_still_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spans, "SLICE", timedelta(0))
    old_sign_ins(make_user(), 6)

    class Lost(Unfenced):
        def transaction(self) -> Any:
            raise LeaseLost

    fence = Lost()
    with pytest.raises(LeaseLost):
        swept(SIGN_INS, limit=1, fence=fence)
    assert (fence.batches(), SignIn.objects.count()) == ([1], 5)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_lost_the_job_deletes_nothing_more() -> None:
    old_sign_ins(make_user(), 3)
    run = begin(actor=SYSTEM)
    held = lease.claim(Job.objects.get(about=run.pk).pk)
    assert held is not None
    context = JobContext(held)
    Job.objects.update(fence=held.fence + 1)
    with pytest.raises(LeaseLost):
        sweep(the_rule(SIGN_INS), clock.now(), fence=OfJob(context, SIGN_INS))
    assert (SignIn.objects.count(), context.counts()) == (3, {})


@pytest.mark.django_db(transaction=True)
def test_each_batch_of_a_job_is_committed_with_its_count_and_renews_the_lease() -> None:
    old_sign_ins(make_user(), 5)
    run = begin(actor=SYSTEM)
    held = lease.claim(Job.objects.get(about=run.pk).pk)
    assert held is not None
    Job.objects.update(lease_until=timezone.now())
    context = JobContext(held)
    assert sweep(the_rule(SIGN_INS), clock.now(), fence=OfJob(context, SIGN_INS), limit=2).deleted == 5
    assert context.counts() == {SIGN_INS: 5}
    assert not context.is_done(SIGN_INS)
    assert Job.objects.filter(lease_until__gt=timezone.now()).exists()


@pytest.mark.django_db
def test_who_is_restricted_between_two_batches_keeps_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spans, "SLICE", timedelta(0))
    free, restricted = make_user(), make_user()
    old_sign_ins(free, 3)
    old_sign_ins(restricted, 3)

    class Restricts(Unfenced):
        def transaction(self) -> Any:
            if len(self.batches()) == 1:
                restrict(subject_of_user(restricted.pk))
            return super().transaction()

    tally = swept(SIGN_INS, limit=2, fence=Restricts())
    assert (tally.deleted, tally.kept, tally.left) == (3, {"restriction": 3}, 0)
    assert set(SignIn.objects.values_list("user_id", flat=True)) == {restricted.pk}


@pytest.mark.django_db(transaction=True)
def test_spans_are_found_by_the_index_of_their_instant() -> None:
    finds, counts, deletes = (words.replace("$3", "%s") for words in spans._statements(the_rule(SIGN_INS)))
    with connection.cursor() as cursor:
        cursor.execute(OLD_ROWS.format("generate_series(1, 20000) n"), [make_user().pk, timezone.now() - LONG_AGO])
        cursor.execute("ANALYZE accounts_signin")
        for statement, third in ((finds, ()), (counts, (50,)), (deletes, ())):
            words = statement.replace("$1", "'-infinity'").replace("$2", "now() - interval '399.9 days'")
            cursor.execute(f"EXPLAIN {words}", third)
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "sign_in_at" in plan, plan
            assert "Seq Scan on accounts_signin" not in plan, plan
            # Both ends of the span are the index's: else a span would be read from its beginning to the table's end.
            assert re.search(r"Index Cond: .*\bat >= .*\bat < ", plan), plan
            assert "Filter: (at" not in plan, plan
