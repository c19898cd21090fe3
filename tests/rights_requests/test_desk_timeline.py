"""The timeline at the desk: everything in one list, plainly different, a page at a time, and no more queries for it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from privacy.models import AuditEntry
from rights_requests.desk.timeline_rows import Cursor
from rights_requests.models import Decision, Evidence, IdentityCheck, Message, RightsRequest, Transition
from rights_requests.services import messaging
from rights_requests.vocabulary import AskReason, DecisionKind, EvidenceKind, IdentityMethod, MessageKind
from tests.factories import make_request, make_user
from tests.rights_requests.browsing import said
from tests.rights_requests.desk import act_url, browser, make_colleague, make_erasure, workspace_url
from tests.rights_requests.scenario import filed, staff_actor

pytestmark = pytest.mark.django_db
EACH = 2_000
NO_QUERY = ("SAVEPOINT", "RELEASE SAVEPOINT")


@pytest.fixture
def desk() -> Client:
    return browser(make_colleague(email="ines@occicor.example"))


def entries(html: str) -> list[str]:
    """The kinds of the entries of a page, in their order."""
    return re.findall(r'<li class="desk-entry desk-entry-(\w+)', html)


def grown(request: RightsRequest) -> None:
    """Ten thousand entries of five kinds, and some of every other."""
    staff, now = str(staff_actor()), timezone.now()
    times = [now - timedelta(minutes=number) for number in range(EACH)]
    kinds = (MessageKind.FROM_PERSON, MessageKind.TO_PERSON, MessageKind.NOTE)
    Message.objects.bulk_create(
        Message(request=request, kind=kind, author=staff, text=f"{kind} {at}", sent_at=at, read_at=at)
        for kind in kinds
        for at in times
    )
    Transition.objects.bulk_create(
        Transition(request=request, event="ask", to_state="waiting", actor=staff, occurred_at=at) for at in times
    )
    last = AuditEntry.objects.count()
    AuditEntry.objects.bulk_create(
        AuditEntry(
            seq=last + 1 + number,
            occurred_at=at,
            event="request.assigned",
            actor=staff,
            object_type="rights_requests.rightsrequest",
            object_id=str(request.pk),
            prev_hash="0" * 64,
            hash=f"{number:064}",
        )
        for number, at in enumerate(times)
    )
    ask = {"kind": DecisionKind.ASK, "reason": AskReason.CLARIFICATION, "text": "Which shop?"}
    Decision.objects.create(request=request, **ask)
    IdentityCheck.objects.create(request=request, method=IdentityMethod.ACCOUNT, outcome="passed")
    kept = {"file_name": "f.bin", "wrapped_key": b"k", "media_type": "image/jpeg", "size": 1, "sha256": "0" * 64}
    until = {"expires_at": now + timedelta(days=1)}
    Evidence.objects.create(request=request, kind=EvidenceKind.PROOF, uploaded_by=staff, **kept, **until)


@pytest.mark.parametrize("make", [lambda: filed(make_user()), make_erasure])
def test_ten_thousand_entries_take_no_more_than_twenty_queries(desk: Client, make: object) -> None:
    request: RightsRequest = make()  # type: ignore[operator] # one of two factories
    desk.get(workspace_url(request))  # what a process looks up once
    grown(request)
    with CaptureQueriesContext(connection) as captured:
        page = desk.get(workspace_url(request))
    asked = [query["sql"] for query in captured if not query["sql"].startswith(NO_QUERY)]
    assert len(asked) <= 20, "\n".join(sql[:160] for sql in asked)
    assert len(entries(page.content.decode())) == 20


def test_every_entry_is_met_once_by_going_back_page_after_page(desk: Client) -> None:
    request = make_request(make_user())
    at = timezone.now()
    for number in range(45):  # all at one instant: the cursor tells them apart
        Message.objects.create(
            request=request, kind=MessageKind.NOTE, author="system", text=f"note {number:02}.", sent_at=at
        )
    seen: list[str] = []
    address = f"{workspace_url(request)}?show=notes"
    while address:
        html = desk.get(address).content.decode()
        seen += re.findall(r"note \d\d\.", html)
        found = re.search(r'rel="next" href="(\?[^"#]+)', html)
        address = workspace_url(request) + found[1].replace("&amp;", "&") if found else ""
    assert sorted(seen) == [f"note {number:02}." for number in range(45)]


def test_kinds_are_plainly_different_and_can_be_read_apart(desk: Client) -> None:
    person = make_user()
    request = filed(person)
    desk.post(act_url(request, "remark"), {"text": "Called her."})
    desk.post(act_url(request, "write"), {"text": "We are at it."})
    desk.post(act_url(request, "take"))
    html = desk.get(workspace_url(request))
    assert set(entries(html.content.decode())) == {"note", "to_person", "event"}
    text = said(html)
    for words in (
        "Note for colleagues – the person does not see it here by ines@occicor.example",
        "To the person by ines@occicor.example",
        "Event The request changed hands by ines@occicor.example",
        "Event The request arrived by the person",
        "Event Mail to the person: the request arrived by itself",
        "Who asks: signed in, and asked for the password again, passed",
    ):
        assert words in text
    assert entries(desk.get(f"{workspace_url(request)}?show=messages").content.decode()) == ["to_person"]
    looks = desk.get(f"{workspace_url(request)}?show=looks").content.decode()
    assert set(entries(looks)) == {"look"}
    assert "Called her." not in looks


def test_what_the_person_wrote_stands_out_until_it_is_dealt_with(desk: Client) -> None:
    request = make_request(make_user())
    Message.objects.create(request=request, kind=MessageKind.FROM_PERSON, author="subject:x", text="Hello?")
    assert "From the person by the person" in said(desk.get(workspace_url(request)))
    assert "new Hello?" in said(desk.get(workspace_url(request)))
    messaging.read_all(request_id=request.pk, actor=staff_actor())
    assert "new Hello?" not in said(desk.get(workspace_url(request)))


@pytest.mark.parametrize(
    "text", ["", "x", "2026-01-01~said-1", "2026-99-99T00:00:00+00:00~k", "9" * 5000, "2026-01-01T00:00:00+00:00~\x00"]
)
def test_a_cursor_that_is_none_is_the_first_page(desk: Client, text: str) -> None:
    assert Cursor.read(text) is None
    assert desk.get(workspace_url(make_request(make_user())), {"before": text, "show": text}).status_code == 200
