"""The table of states, walked through exhaustively: every event in every state of every right."""

import itertools

import pytest
from django.db import DatabaseError, connection, transaction

from privacy.actors import SYSTEM
from privacy.models import AuditEntry
from privacy.vocabulary import Right
from rights_requests import states
from rights_requests.errors import NotFound, WrongState
from rights_requests.models import CLOSED_STATES, RightsRequest, State, Transition
from rights_requests.states import TABLE, Event
from tests.factories import make_request, make_user

pytestmark = pytest.mark.django_db

# The whole table in one place, written by hand: a change of the code's table must be a change here too.
SHARED = """
    received -ask-> waiting, received -refuse-> refused, received -withdraw-> withdrawn,
    received -hand_over-> handed_over, received -merge-> withdrawn, waiting -merge-> withdrawn,
    waiting -answer-> received, waiting -refuse-> refused,
    waiting -withdraw-> withdrawn, approved -start-> running, approved -withdraw-> withdrawn,
    approved -fail-> needs_attention, running -fulfil-> completed, running -fail-> needs_attention,
    needs_attention -resume-> running, refused -appeal-> appealed, appealed -uphold-> refused,
    appealed -overturn-> received, appealed -withdraw-> withdrawn"""
LAPSES = """
    received -lapse-> withdrawn, waiting -lapse-> withdrawn, approved -lapse-> withdrawn,
    running -lapse-> withdrawn, needs_attention -lapse-> withdrawn, appealed -lapse-> withdrawn"""
BY_ONE = "received -approve-> approved"
A_COPY = "running -withdraw-> withdrawn, needs_attention -withdraw-> withdrawn"
BY_TWO = """
    received -prepare-> prepared, prepared -approve-> approved, prepared -refuse-> refused,
    prepared -withdraw-> withdrawn, prepared -plan_changed-> received, approved -plan_changed-> received,
    running -plan_changed-> received, prepared -lapse-> withdrawn"""
RESTORED = """
    received -reapply-> completed, waiting -reapply-> completed, prepared -reapply-> completed,
    approved -reapply-> completed, running -reapply-> completed, needs_attention -reapply-> completed,
    appealed -reapply-> completed, part_appealed -reapply-> completed"""
A_PART = """
    completed -appeal_part-> part_appealed, part_appealed -uphold_part-> completed,
    part_appealed -grant_part-> running, part_appealed -lapse_part-> completed,
    running -lapse_part-> completed, needs_attention -lapse_part-> completed,
    completed -end_hold-> running"""
EXPECTED = {
    Right.ACCESS: (SHARED, LAPSES, BY_ONE, A_COPY),
    Right.RECTIFICATION: (SHARED, LAPSES, BY_ONE, "running -plan_changed-> received"),
    Right.ERASURE: (SHARED, LAPSES, BY_TWO, RESTORED, A_PART),
    Right.RESTRICTION: (SHARED, LAPSES, BY_ONE),
    Right.PORTABILITY: (SHARED, LAPSES, BY_ONE, A_COPY),
    Right.OBJECTION: (SHARED, LAPSES, BY_ONE),
}
ANSWERED_AND_APPEALED = {
    right: {State.REFUSED} | ({State.COMPLETED} if right == Right.ERASURE else set()) for right in Right
}
EVERYWHERE = list(itertools.product(Right, State))


def edges(right: Right) -> set[str]:
    """The expected edges of a right, one text each."""
    return {" ".join(edge.split()) for edge in ",".join(EXPECTED[right]).split(",")}


@pytest.mark.parametrize(("right", "state"), EVERYWHERE)
def test_each_event_leads_where_the_table_says_and_nowhere_else(right: Right, state: State) -> None:
    request = make_request(make_user(), right, state)
    for event in Event:
        target = next((edge.split("-> ")[1] for edge in edges(right) if edge.startswith(f"{state} -{event}->")), None)
        assert states.allows(request, event) is (target is not None)
        with transaction.atomic():
            if target is None:
                with pytest.raises(WrongState):
                    states.advance(request_id=request.pk, event=event, actor=SYSTEM)
                assert not request.transitions.exists()
            else:
                states.advance(request_id=request.pk, event=event, actor=SYSTEM)
            assert RightsRequest.objects.get(pk=request.pk).state == (target or state)
            transaction.set_rollback(True)


@pytest.mark.parametrize("right", Right)
def test_only_an_appeal_or_the_end_of_a_hold_leads_out_of_a_closed_state(right: Right) -> None:
    out = [(state, event) for state, event in TABLE[right] if state in CLOSED_STATES]
    ways = (Event.APPEAL_PART, Event.END_HOLD) if right == Right.ERASURE else ()
    of_a_part = [(State.COMPLETED, event) for event in ways]
    assert out == [(State.REFUSED, Event.APPEAL), *of_a_part]


@pytest.mark.parametrize("right", Right)
def test_every_state_but_the_closed_ones_leads_somewhere(right: Right) -> None:
    reached = {State.RECEIVED, *TABLE[right].values()}
    going_on = {state for state in reached if state not in CLOSED_STATES}
    assert {state for state, _event in TABLE[right]} == going_on | ANSWERED_AND_APPEALED[right]


def test_an_appeal_opens_a_request_again_and_its_end_closes_it() -> None:
    request = make_request(make_user(), state=State.REFUSED)
    assert states.advance(request_id=request.pk, event=Event.APPEAL, actor=SYSTEM).closed_at is None
    upheld = states.advance(request_id=request.pk, event=Event.UPHOLD, actor=SYSTEM)
    assert (upheld.state, upheld.closed_at is None) == (State.REFUSED, False)


def test_state_transition_and_audit_entry_are_written_together() -> None:
    request = make_request(make_user())
    states.advance(request_id=request.pk, event=Event.APPROVE, actor=SYSTEM)
    transition = Transition.objects.get(request=request)
    entry = AuditEntry.objects.get(event="request.approved", object_id=str(request.pk))
    assert (transition.from_state, transition.to_state, transition.actor) == ("received", "approved", "system")
    assert (entry.subject_digest, entry.data) == (request.subject_digest, {"right": "access", "to": "approved"})


@pytest.mark.django_db(transaction=True)
def test_when_the_audit_cannot_be_written_the_state_does_not_change() -> None:
    request = make_request(make_user())
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE privacy_auditentry ADD CONSTRAINT refuse_all CHECK (false) NOT VALID")
    try:
        with pytest.raises(DatabaseError):
            states.advance(request_id=request.pk, event=Event.APPROVE, actor=SYSTEM)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE privacy_auditentry DROP CONSTRAINT refuse_all")
    request.refresh_from_db()
    assert (request.state, request.transitions.count()) == (State.RECEIVED, 0)


def test_closing_a_request_notes_when() -> None:
    request = make_request(make_user())
    closed = states.advance(request_id=request.pk, event=Event.WITHDRAW, actor=SYSTEM)
    assert closed.closed_at is not None


def test_a_request_that_does_not_exist_is_not_found() -> None:
    request = make_request(make_user())
    gone = request.pk
    request.delete()
    with pytest.raises(NotFound):
        states.advance(request_id=gone, event=Event.APPROVE, actor=SYSTEM)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE rights_requests_transition SET reason = 'other'",
        "DELETE FROM rights_requests_transition",
        "TRUNCATE rights_requests_transition",
    ],
)
def test_the_database_refuses_to_change_what_happened(sql: str) -> None:
    request = make_request(make_user())
    states.advance(request_id=request.pk, event=Event.APPROVE, actor=SYSTEM)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Transition.objects.filter(request=request, reason="").count() == 1
