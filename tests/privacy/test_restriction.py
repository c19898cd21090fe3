"""The gate: which use each stop ends, for whom, from when and until when; and that nothing in force can be removed."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from privacy import clock, restriction
from privacy.actors import SYSTEM, Actor
from privacy.data_map.erase import erase_all
from privacy.data_map.subject import Subject, subject_of_user
from privacy.models import AuditEntry, ProcessingStop, StoppedDigest
from privacy.restriction import AlreadyLifted, NoticeMissing, NotStoppable, allowed, allows, stops_of
from privacy.vocabulary import Purpose, StopGround
from tests.factories import make_staff, make_user
from tests.rights_requests.scenario import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P5.4")]

# Said again by hand, from the articles: what stays allowed under each ground when the stop is as wide as it can be.
ONLY_STORED = {Purpose.AUTHENTICATE, Purpose.SUPPORT, Purpose.SECURITY, Purpose.LEGAL_DUTIES}
STILL_ALLOWED = {
    StopGround.ACCURACY: ONLY_STORED,
    StopGround.UNLAWFUL: ONLY_STORED,
    StopGround.CLAIMS: ONLY_STORED,
    StopGround.OBJECTION: ONLY_STORED,
    StopGround.OWN_SITUATION: set(Purpose) - {Purpose.IMPROVE},
    StopGround.MARKETING: set(Purpose) - {Purpose.PROMOTIONAL_MESSAGES},
    StopGround.MINOR: {Purpose.SECURITY, Purpose.LEGAL_DUTIES},
}
NAMED = {StopGround.OWN_SITUATION: Purpose.IMPROVE, StopGround.MARKETING: Purpose.PROMOTIONAL_MESSAGES}
ANN, BOB = (Subject(user_id=uuid4(), emails=frozenset({f"{name}@example.org"})) for name in ("ann", "bob"))


def stop(subject: Subject, ground: StopGround = StopGround.ACCURACY, **more: Any) -> ProcessingStop:
    """Stop the use of someone's data, for the purpose that the ground names."""
    values = {"actor": SYSTEM, "purpose": NAMED.get(ground), **more}
    return restriction.impose(subject_digest=subject.digest, digests=subject.digests(), ground=ground, **values)


def person(user_id: UUID | None = None) -> Actor:
    """The data subject as actor."""
    return Actor.subject(user_id, ANN.digest)


@pytest.mark.promise("P2.1")
@pytest.mark.promise("P2.7")
@pytest.mark.promise("P9.1")
@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("ground", StopGround)
def test_each_stop_ends_exactly_the_uses_that_the_law_ends(ground: StopGround, purpose: Purpose) -> None:
    assert allows(ANN, purpose)
    stop(ANN, ground)
    assert allows(ANN, purpose) is (purpose in STILL_ALLOWED[ground])
    assert allows(BOB, purpose)


@pytest.mark.parametrize("purpose", [Purpose.PROVIDE_SERVICES, Purpose.SERVICE_MESSAGES])
def test_a_restriction_of_one_use_leaves_the_others(purpose: Purpose) -> None:
    stop(ANN, purpose=purpose)
    assert {other for other in Purpose if not allows(ANN, other)} == {purpose}


@pytest.mark.parametrize("known_by", [Subject(user_id=ANN.user_id), Subject(emails=frozenset({"ANN@Example.org "}))])
def test_a_person_is_known_by_each_identifier(known_by: Subject) -> None:
    stop(ANN)
    assert not allows(known_by, Purpose.IMPROVE)
    assert [found.ground for found in stops_of(known_by)] == [StopGround.ACCURACY]


def test_many_are_asked_about_at_once_with_the_same_answers(django_assert_num_queries: Any) -> None:
    people = [Subject(emails=frozenset({f"p{number}@example.org"})) for number in range(20)]
    for other in people[::3]:
        stop(other, StopGround.MARKETING)
    one_by_one = [someone for someone in people if allows(someone, Purpose.PROMOTIONAL_MESSAGES)]
    with django_assert_num_queries(1):
        assert allowed(people, Purpose.PROMOTIONAL_MESSAGES) == one_by_one
    assert len(one_by_one) == 13
    assert allowed(people, Purpose.IMPROVE) == people


def test_the_gate_looks_a_person_up_by_index_however_many_stops_there_are() -> None:
    ProcessingStop.objects.bulk_create(
        [ProcessingStop(subject_digest=str(number), kind="restriction", ground="claims") for number in range(3000)]
    )
    rows = [StoppedDigest(stop=made, digest=made.subject_digest) for made in ProcessingStop.objects.all()]
    StoppedDigest.objects.bulk_create(rows)
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as asked:
        cursor.execute("ANALYZE privacy_processingstop, privacy_stoppeddigest")
        allows(ANN, Purpose.IMPROVE)
        cursor.execute(f"EXPLAIN {asked.captured_queries[-1]['sql']}")
        explained = "\n".join(line for (line,) in cursor.fetchall())
    assert "stopped_digest_once" in explained
    assert "Seq Scan" not in explained


def test_what_nothing_can_stop_is_not_even_looked_up(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert allows(ANN, Purpose.LEGAL_DUTIES)
    with django_assert_num_queries(1):
        assert allows(ANN, Purpose.IMPROVE)


def test_the_same_stop_again_changes_nothing_and_learns_new_identifiers() -> None:
    first = stop(ANN)
    again = stop(ANN)
    assert (first.pk, AuditEntry.objects.filter(event="stop.imposed").count()) == (again.pk, 1)
    assert not AuditEntry.objects.filter(event="stop.extended").exists()
    other = Subject(emails=frozenset({"ann@work.example"}))
    restriction.impose(actor=SYSTEM, subject_digest=ANN.digest, digests=other.digests(), ground=StopGround.ACCURACY)
    assert [found.pk for found in stops_of(other)] == [first.pk]
    assert AuditEntry.objects.get(event="stop.extended").subject_digest == ANN.digest


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_that_impose_the_same_stop_one_does() -> None:
    done = at_once(8, lambda _n: stop(ANN, StopGround.MARKETING).pk)
    assert len(set(done)) == 1
    assert StoppedDigest.objects.count() == 2


NO_USE = {
    "a duty of ours": (StopGround.ACCURACY, Purpose.LEGAL_DUTIES),
    "what the person asks for": (StopGround.CLAIMS, Purpose.SUPPORT),
    "security, by objection": (StopGround.OWN_SITUATION, Purpose.SECURITY),
    "an objection to nothing in particular": (StopGround.OWN_SITUATION, None),
    "no advertising, of another kind": (StopGround.MARKETING, Purpose.IMPROVE),
    "one use of a child's data": (StopGround.MINOR, Purpose.IMPROVE),
}


@pytest.mark.parametrize("case", NO_USE)
def test_a_stop_that_would_stop_nothing_is_refused(case: str) -> None:
    ground, purpose = NO_USE[case]
    with pytest.raises(NotStoppable):
        stop(ANN, ground, purpose=purpose)


def test_each_request_has_its_own_stop_and_lifting_one_leaves_the_other() -> None:
    first, second = uuid4(), uuid4()
    for request_id in (first, second):
        stop(ANN, request_id=request_id)
    for request_id, opened in ((first, False), (second, True)):
        mine = restriction.stops_of_request(request_id)
        assert restriction.give_notice(actor=SYSTEM, stops=mine) == 1
        assert restriction.lift(actor=SYSTEM, stops=mine) == 1
        assert allows(ANN, Purpose.IMPROVE) is opened


def test_a_restriction_is_not_lifted_before_the_person_was_told() -> None:
    mine = [stop(ANN)]
    with pytest.raises(NoticeMissing):
        restriction.lift(actor=SYSTEM, stops=mine)
    with pytest.raises(IntegrityError, match="stop_notice_before_lifting"), transaction.atomic():
        ProcessingStop.objects.update(lifted_at=clock.now())
    now = clock.now()
    with pytest.raises(IntegrityError, match="stop_notice_before_lifting"), transaction.atomic():
        ProcessingStop.objects.update(notice_at=now, lifted_at=now)
    assert not allows(ANN, Purpose.IMPROVE)


def test_notice_and_lifting_happen_once_each_and_are_on_record() -> None:
    mine = [stop(ANN)]
    assert [restriction.give_notice(actor=SYSTEM, stops=mine) for _time in range(2)] == [1, 0]
    assert not allows(ANN, Purpose.IMPROVE)
    assert [restriction.lift(actor=SYSTEM, stops=mine) for _time in range(2)] == [1, 0]
    assert allows(ANN, Purpose.IMPROVE)
    events = list(AuditEntry.objects.filter(subject_digest=ANN.digest).order_by("seq").values_list("event", flat=True))
    assert events == ["stop.imposed", "stop.lifting_announced", "stop.lifted"]


def test_a_stop_that_was_lifted_can_be_imposed_anew() -> None:
    mine = [stop(ANN, StopGround.MINOR)]
    restriction.lift(actor=SYSTEM, stops=mine)
    assert stop(ANN, StopGround.MINOR).pk != mine[0].pk
    assert not allows(ANN, Purpose.AUTHENTICATE)


def test_a_request_stops_a_use_once_and_whoever_repeats_it_after_the_lifting_is_told() -> None:
    request_id = uuid4()
    restriction.lift(actor=SYSTEM, stops=[stop(ANN, StopGround.MINOR, request_id=request_id)])
    with pytest.raises(AlreadyLifted):
        stop(ANN, StopGround.MINOR, request_id=request_id)


def test_notice_is_for_restrictions_only() -> None:
    with pytest.raises(ValueError, match="restrictions only"):
        restriction.give_notice(actor=SYSTEM, stops=[stop(ANN, StopGround.MINOR)])


def test_nobody_but_the_person_takes_an_objection_to_advertising_back() -> None:
    mine = [stop(ANN, StopGround.MARKETING), stop(ANN, StopGround.OWN_SITUATION)]
    for actor in (SYSTEM, Actor.staff(make_staff(superuser=True).pk)):
        with pytest.raises(PermissionDenied):
            restriction.lift(actor=actor, stops=mine)
    assert len(stops_of(ANN)) == 2
    restriction.lift(actor=person(), stops=mine)
    assert allows(ANN, Purpose.PROMOTIONAL_MESSAGES)


def test_an_objection_to_advertising_outlives_the_erasure_and_meets_the_address_again() -> None:
    user = make_user("gone@example.org")
    subject = subject_of_user(user.pk)
    stop(subject, StopGround.MARKETING)
    erase_all(subject)
    assert not any("gone@example.org" in str(row) for row in StoppedDigest.objects.values_list())
    again = subject_of_user(make_user("gone@example.org").pk)
    assert not allows(again, Purpose.PROMOTIONAL_MESSAGES)
    assert allows(again, Purpose.SERVICE_MESSAGES)


BY_HAND = {
    "removed": "DELETE FROM privacy_processingstop",
    "emptied": "TRUNCATE privacy_processingstop CASCADE",
    "its digests removed": "DELETE FROM privacy_stoppeddigest",
    "its digests emptied": "TRUNCATE privacy_stoppeddigest",
    "its digests exchanged": "UPDATE privacy_stoppeddigest SET digest = 'x'",
    "narrowed": "UPDATE privacy_processingstop SET purpose = 'support'",
    "another's": "UPDATE privacy_processingstop SET subject_digest = 'x'",
    "moved": "UPDATE privacy_processingstop SET request_id = gen_random_uuid()",
    "told later": "UPDATE privacy_processingstop SET notice_at = notice_at + interval '1 day'",
    "of no kind": "UPDATE privacy_processingstop SET kind = 'minor'",
}


@pytest.mark.parametrize("case", BY_HAND)
def test_a_stop_in_force_cannot_be_changed_by_hand_either(case: str) -> None:
    restriction.give_notice(actor=SYSTEM, stops=[stop(ANN)])
    before = list(ProcessingStop.objects.values())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(BY_HAND[case])
    assert list(ProcessingStop.objects.values()) == before


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "objection", "ground": "accuracy"},
        {"kind": "minor", "ground": "minor", "purpose": "improve"},
        {"kind": "objection", "ground": "own_situation"},
        {"kind": "objection", "ground": "marketing", "purpose": "improve"},
    ],
)
def test_the_database_knows_what_belongs_together(values: dict[str, str]) -> None:
    with pytest.raises(IntegrityError, match="stop_"), transaction.atomic():
        ProcessingStop.objects.create(subject_digest=ANN.digest, **values)


def test_what_was_lifted_cannot_be_put_back_but_can_go_with_its_time() -> None:
    mine = stop(ANN, StopGround.MINOR)
    restriction.lift(actor=SYSTEM, stops=[mine])
    with pytest.raises(DatabaseError, match="each once"), transaction.atomic():
        ProcessingStop.objects.filter(pk=mine.pk).update(lifted_at=None)
    ProcessingStop.objects.filter(pk=mine.pk).delete()
    assert not StoppedDigest.objects.exists()


def test_staff_find_a_stop_by_its_request_and_change_nothing(client: Client) -> None:
    request_id = uuid4()
    mine = stop(ANN, request_id=request_id)
    other = stop(BOB, StopGround.MARKETING)
    client.force_login(make_staff(perms=["privacy.view_processingstop"]))
    address = "/admin/privacy/processingstop/"
    page = client.get(address, {"q": str(request_id)}).content.decode()
    assert f"{address}{mine.pk}/change/" in page
    assert f"{address}{other.pk}/change/" not in page
    shown = client.get(f"{address}{mine.pk}/change/").content.decode()
    assert "Art. 18(1)(a)" in shown
    assert client.post(f"{address}{mine.pk}/change/", {"lifted_at_0": "2020-01-01"}).status_code == 403
