"""What staff read, day by day: counted from the audit, judged by a table, looked into by somebody else."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import roles
from accounts.models import Profile, User
from privacy.actors import Actor
from privacy.data_map.subject import Subject
from privacy.models import AuditEntry, ReadingDay
from privacy.reading import closing, figures, findings
from privacy.vocabulary import ReadingVerdict
from tests.factories import make_customer, make_enrolment, make_message, make_request, make_staff, make_user
from tests.rights_requests.browsing import browser_of, said
from visitors.models import ContactMessage

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P0.3")]
# A Wednesday.
DAY = date(2026, 11, 18)
_numbers = iter(range(1_000_000, 10_000_000))


def at(hour: int, day: date = DAY, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour, minute))


def look(staff: User, digest: str, when: datetime, why: str = "requests", event: str = "request.viewed") -> None:
    """An entry as the audit has it, of another day than today; no chain is made for it."""
    seq = next(_numbers)
    said = {"occurred_at": when, "event": event, "actor": str(Actor.staff(staff.pk)), "subject_digest": digest}
    AuditEntry.objects.create(seq=seq, hash=f"{seq:064}", prev_hash="0" * 64, data={"why": why}, **said)


def row_of(staff: User, day: date = DAY) -> ReadingDay:
    closing.close_day(day)
    return ReadingDay.objects.get(staff=staff, day=day)


def strangers(count: int) -> list[str]:
    return [Subject(user_id=uuid4()).digest for _one in range(count)]


@pytest.fixture
def clerk() -> User:
    return make_staff(email="clerk@occicor.example")


def officer() -> User:
    return make_staff(perms=["privacy.view_readingday", "privacy.change_readingday"])


def test_a_day_in_figures(clerk: User) -> None:
    person = make_user("ada@example.org")
    make_request(person, received_at=at(9) - timedelta(days=2))
    make_message("bob@example.org")
    from_bob = Subject(emails=frozenset({"bob@example.org"})).digest
    nobody = strangers(1)[0]
    for digest, hour in ((Subject(user_id=person.pk).digest, 9), (from_bob, 9), (nobody, 10), (nobody, 22)):
        look(clerk, digest, at(hour))
    look(clerk, "", at(9), event="list.viewed")
    look(clerk, nobody, at(9, DAY + timedelta(days=1)))
    look(make_staff(), nobody, at(9))
    ContactMessage.objects.update(received_at=at(8))
    row = row_of(clerk)
    assert (row.looks, row.people, row.lists, row.in_an_hour, row.outside, row.needless) == (4, 3, 1, 2, 1, 1)
    assert row.reasons == {"requests": 5}
    assert (row.usual, row.flags) == (None, [])


@pytest.mark.parametrize(
    ("flag", "changed"),
    [
        ("many", {"READING_PEOPLE_PER_DAY": 6}),
        ("fast", {"READING_PEOPLE_PER_HOUR": 6}),
        ("outside", {"READING_WORKING_HOURS": (11, 20), "READING_OUTSIDE_LOOKS": 6}),
        ("needless", {"READING_NEEDLESS_PEOPLE": 6}),
    ],
)
def test_each_threshold_is_a_setting_and_counts_from_its_figure_on(
    clerk: User, settings: Any, flag: str, changed: dict[str, Any]
) -> None:
    settings.READING_NEEDLESS_PEOPLE = 100
    for name, value in changed.items():
        setattr(settings, name, value)
    for digest in strangers(6):
        look(clerk, digest, at(10))
    for digest in strangers(5):
        look(clerk, digest, at(10, DAY + timedelta(days=1)))
    assert row_of(clerk).flags == [flag]
    assert row_of(clerk, DAY + timedelta(days=1)).flags == []


def test_a_saturday_is_outside_working_hours() -> None:
    assert not figures.is_outside(at(10))
    assert figures.is_outside(at(10, DAY + timedelta(days=3)))
    assert figures.is_outside(at(20))


def test_far_more_than_on_ones_own_other_days(clerk: User, settings: Any) -> None:
    settings.READING_NEEDLESS_PEOPLE, settings.READING_UNUSUAL_FROM = 100, 3
    for back, people in enumerate((2, 2, 3, 2, 9), start=1):
        ReadingDay.objects.create(staff=clerk, day=DAY - timedelta(days=back), looks=people, people=people)
    for digest in strangers(6):
        look(clerk, digest, at(10))
    for digest in strangers(5):
        look(clerk, digest, at(10, DAY + timedelta(days=1)))
    row = row_of(clerk)
    assert (row.usual, row.flags) == (2, ["unusual"])
    assert row_of(clerk, DAY + timedelta(days=1)).flags == []


def test_oneself_a_colleague_a_namesake_and_people_of_ones_own_company_are_told(clerk: User, settings: Any) -> None:
    settings.READING_NEEDLESS_PEOPLE = 100
    Profile.objects.filter(pk=clerk.pk).update(name="Ida Morel")
    namesake = make_user()
    Profile.objects.filter(pk=namesake.pk).update(name="Paul Morel")
    customer = make_customer()
    make_enrolment(customer=customer, user=clerk)
    fellow = make_enrolment(customer=customer)
    stranger = make_enrolment()
    near = [Subject(user_id=pk).digest for pk in (clerk.pk, make_staff().pk, namesake.pk)] + [fellow.subject.digest]
    for digest in (*near, stranger.subject.digest):
        look(clerk, digest, at(10))
    row = row_of(clerk)
    assert (row.near, row.flags) == (4, ["near"])


def test_another_reason_is_asked_about(clerk: User) -> None:
    look(clerk, strangers(1)[0], at(10), why="other")
    assert row_of(clerk).flags == ["other"]


def test_days_that_are_over_are_counted_once_and_forgotten_in_time(clerk: User, settings: Any) -> None:
    yesterday, today = timezone.localdate() - timedelta(days=1), timezone.localdate()
    look(clerk, strangers(1)[0], at(10, yesterday))
    look(clerk, strangers(1)[0], at(0, today))
    ReadingDay.objects.create(staff=clerk, day=today - timedelta(days=settings.READING_DAYS + 1), looks=1, people=1)
    assert (closing.close_days(), closing.close_days(), closing.close_day(yesterday)) == (1, 0, 0)
    assert closing.forget() == 1
    assert ReadingDay.objects.get().day == yesterday


def test_whoever_looks_into_it_is_somebody_else_and_says_it_once(clerk: User) -> None:
    clerk.user_permissions.set(officer().user_permissions.all())
    look(clerk, strangers(1)[0], at(10), why="other")
    row, judge = row_of(clerk), officer()
    with pytest.raises(findings.NotYours):
        findings.look_into(actor=Actor.staff(clerk.pk), day_id=row.pk, verdict=ReadingVerdict.WORK)
    with pytest.raises(findings.NotYours):
        findings.look_into(actor=Actor.staff(make_staff().pk), day_id=row.pk, verdict=ReadingVerdict.WORK)
    findings.look_into(actor=Actor.staff(judge.pk), day_id=row.pk, verdict=ReadingVerdict.EXPLAINED)
    with pytest.raises(findings.SettledBefore):
        findings.look_into(actor=Actor.staff(officer().pk), day_id=row.pk, verdict=ReadingVerdict.NOT_ALLOWED)
    row.refresh_from_db()
    assert (row.looked_into_by_id, row.verdict) == (judge.pk, "explained")
    entry = AuditEntry.objects.get(event="reading.looked_into")
    assert (entry.subject_digest, entry.data) == (Subject(user_id=clerk.pk).digest, {"verdict": "explained"})
    assert not findings.to_look_into().exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"looked_into_by": "self", "looked_into_at": at(9), "verdict": "work"},
        {"looked_into_at": at(9)},
        {"verdict": "work"},
        {"looked_into_by": "other", "looked_into_at": at(9), "verdict": "nice"},
    ],
)
def test_the_database_refuses_a_verdict_on_oneself_and_half_a_verdict(clerk: User, wrong: dict[str, Any]) -> None:
    by = {"self": clerk, "other": make_staff()}.get(wrong.pop("looked_into_by", ""))
    with pytest.raises(IntegrityError), transaction.atomic():
        ReadingDay.objects.create(staff=clerk, day=DAY, looks=1, people=1, looked_into_by=by, **wrong)


def test_the_officer_reads_it_and_puts_it_on_record(clerk: User) -> None:
    person = make_user("ada@example.org")
    look(clerk, digest := Subject(user_id=person.pk).digest, at(22), why="other")
    row, desk = row_of(clerk), browser_of(officer())
    page = said(desk.get(reverse("admin:reading")))
    assert "clerk@occicor.example" in page
    assert "for “another reason”" in page
    day = reverse("admin:reading_day", args=[row.pk])
    shown = said(desk.get(day))
    assert digest[:12] in shown
    assert "nothing open" in shown
    assert "ada@example.org" not in shown
    assert desk.post(day, {}).status_code == 200
    assert desk.post(day, {"verdict": "work"})["Location"] == reverse("admin:reading")
    assert "Looked into on" in said(desk.get(day))
    assert desk.get(reverse("admin:reading_day", args=[0])).status_code == 404


def test_ones_own_day_is_shown_and_judged_by_nobody_oneself() -> None:
    me = officer()
    look(me, strangers(1)[0], at(10), why="other")
    day = reverse("admin:reading_day", args=[row_of(me).pk])
    desk = browser_of(me)
    assert "somebody else looks into it" in said(desk.get(day))
    assert desk.post(day, {"verdict": "work"}).status_code == 403


def test_only_who_may_finds_the_page() -> None:
    auditor = browser_of(make_staff(perms=["privacy.view_readingday"]))
    assert auditor.get(reverse("admin:reading")).status_code == 200
    assert "privacy.change_readingday" not in roles.PERMISSIONS[roles.AUDITORS]
    assert browser_of(make_staff(perms=roles.QUEUE)).get(reverse("admin:reading")).status_code == 403


def test_a_day_is_found_by_the_index_of_looks_however_large_the_audit_is(clerk: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO privacy_auditentry (seq, occurred_at, event, actor, subject_digest, object_type, object_id,"
            " data, prev_hash, hash) SELECT n, %s - n * interval '1 minute',"
            " CASE WHEN n %% 4 = 0 THEN 'request.viewed' ELSE"
            " 'request.received' END, 'staff:' || %s, 'd' || n %% 500, '', '', '{}', '', 'h' || n"
            " FROM generate_series(1, 60000) n",
            [at(12), str(clerk.pk)],
        )
        cursor.execute("ANALYZE privacy_auditentry")
    span = figures.span_of(DAY)
    plan = figures.looks_in(span).explain(analyze=True)
    assert "audit_looks" in plan
    assert "Seq Scan" not in plan
    assert figures.readings(span)[UUID(str(clerk.pk))].looks == 180
