"""An erasure is told to those who have the data from us, and is not done before they have answered (Art. 17(2), 19)."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accounts.models import Profile, User
from privacy.models import Job
from privacy.package import signing
from privacy.vocabulary import Right
from rights_requests.follow import follow_token
from rights_requests.fulfilment.receipt import is_signed
from rights_requests.models import RecipientNotice, RightsRequest, State
from rights_requests.services import telling
from rights_requests.vocabulary import NoticeKind, NoticeState
from tests.factories import make_request, make_user
from tests.processor import Processor, Reply
from tests.recipient_sides import WebhookSide
from tests.rights_requests.browsing import said
from tests.rights_requests.recipients.register import (
    call_back,
    follow,
    make_recipient,
    make_wired,
    note,
    only_notice,
)
from tests.rights_requests.scenario import approved, completed, job_of, make_due, run, staff_actor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P5.3"), pytest.mark.promise("P7.4")]
EMAIL = "canary-ann@example.org"


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """The folder of packages, empty at first."""
    settings.PACKAGE_DIR = tmp_path / "packages"
    return settings.PACKAGE_DIR  # type: ignore[no-any-return]


@pytest.fixture
def ann() -> User:
    """Somebody with a profile."""
    user = make_user(EMAIL)
    Profile.objects.filter(user=user).update(name="Ann")
    return user


@pytest.fixture
def side(processor: Processor) -> WebhookSide:
    """A recipient's end, silent until told what to say."""
    found = WebhookSide(signing.public_keys())
    processor.behaves = found
    return found


def again(request: RightsRequest) -> RightsRequest:
    """Run the job once more, its waiting time over."""
    make_due(request)
    return run(request)


def test_what_was_still_to_be_told_of_other_requests_ends_when_all_who_have_the_data_erased_it(ann: User) -> None:
    make_recipient()
    restricted = make_request(ann, Right.RESTRICTION, State.COMPLETED)
    note(restricted, NoticeKind.RESTRICTION)
    request = run(approved(ann, Right.ERASURE))
    restriction, erasure = (RecipientNotice.objects.get(request=each) for each in (restricted, request))
    assert (request.state, restriction.ended_at) == (State.RUNNING, None)
    telling.tick(notice_id=erasure.pk, actor=staff_actor(), state=NoticeState.COMPLETED, words="They wrote so.")
    assert again(request).state == State.COMPLETED
    restriction.refresh_from_db()
    assert (restriction.state, restriction.told_at, restriction.next_at) == (NoticeState.IMPOSSIBLE, None, None)
    assert "was erased meanwhile" in restriction.reason
    assert not RecipientNotice.objects.filter(content_sealed__isnull=False).exists()


MISTREATED = {"a timeout": "hangs up", "an error": 500, "too many": 429, "two hundred ok and no more": 200}


@pytest.mark.parametrize("case", MISTREATED)
def test_an_erasure_is_not_done_while_a_recipient_has_not_confirmed_it(
    ann: User, processor: Processor, side: WebhookSide, case: str
) -> None:
    make_wired(processor, side)
    trouble = MISTREATED[case]
    if isinstance(trouble, str):
        processor.misbehaves = trouble
    else:
        processor.behaves = lambda _call: Reply(trouble)
    request = run(approved(ann, Right.ERASURE))
    assert not User.objects.filter(pk=ann.pk).exists()
    for _round in range(3):
        follow()
        request = again(request)
        assert request.state == State.RUNNING
        assert not hasattr(request, "receipt")
    processor.misbehaves, processor.behaves = "", side
    side.says = {"status": "completed"}
    follow()
    # The recipient's answer hurries the job: nobody has to let its time come.
    assert run(request).state == State.COMPLETED


def test_the_recipient_learns_whom_it_is_about_though_we_have_forgotten(
    ann: User, processor: Processor, side: WebhookSide
) -> None:
    make_wired(processor, side)
    request = run(approved(ann, Right.ERASURE))
    assert not Profile.objects.filter(user=ann.pk).exists()
    notice = follow()
    assert side.seen[str(notice.pk)]["identifiers"] == [{"kind": "email", "value": EMAIL}]
    raw = json.dumps({"notice_id": str(notice.pk), "status": "completed"}).encode()
    assert call_back(notice, raw, side.signed(raw)) == 204
    request = run(request)
    assert request.state == State.COMPLETED
    with connection.cursor() as cursor:
        cursor.execute("SELECT n::text FROM rights_requests_recipientnotice n")
        assert EMAIL not in str(cursor.fetchall())
    assert only_notice().content_sealed is None


def test_who_was_told_stands_on_the_signed_receipt_and_on_the_page(ann: User, client: Any) -> None:
    make_recipient("Carrier")
    make_recipient("Printer")
    request = run(approved(ann, Right.ERASURE))
    telling.follow_due()
    first, second = RecipientNotice.objects.order_by("recipient__name")
    staff = staff_actor()
    telling.tick(notice_id=second.pk, actor=staff, state=NoticeState.SENT)
    telling.tick(notice_id=first.pk, actor=staff, state=NoticeState.COMPLETED, words="Mail of 7 January 2027")
    assert again(request).state == State.RUNNING
    page = said(client.get(f"/requests/follow/{follow_token(request.pk)}/"))
    assert "Others have to act on it too" in page
    assert "Carrier Erase the data Done" in page
    telling.tick(notice_id=second.pk, actor=staff, state=NoticeState.IMPOSSIBLE, words="It no longer exists.")
    request = run(request)
    assert request.state == State.COMPLETED
    assert is_signed(request.receipt)
    told = [{**line, "ended_at": bool(line["ended_at"])} for line in request.receipt.content["recipients"]]
    assert told == [
        {"name": "Carrier", "kind": "erasure", "state": "completed", "ended_at": True, "why": ""},
        {"name": "Printer", "kind": "erasure", "state": "impossible", "ended_at": True, "why": "It no longer exists."},
    ]
    page = said(client.get(f"/requests/follow/{follow_token(request.pk)}/"))
    assert "Whom we told" in page
    assert "Printer Erase the data Impossible or disproportionate" in page
    assert "It no longer exists." in page


def test_without_recipients_nothing_waits_and_nothing_is_shown(ann: User, client: Any) -> None:
    make_recipient(slugs=["accounts-team"])
    request = completed(ann, Right.ERASURE)
    assert request.receipt.content["recipients"] == []
    assert "Whom we told" not in said(client.get(f"/requests/follow/{follow_token(request.pk)}/"))


def test_an_erasure_that_an_older_version_had_signed_still_ends(ann: User) -> None:
    make_recipient()
    request = run(approved(ann, Right.ERASURE))
    steps = job_of(request).steps
    steps.filter(name__in=("recipients", "recipients_answered")).delete()
    RecipientNotice.objects.all().delete()
    steps.filter(name="check_plan").update(detail={})
    steps.create(name="receipt", fence=1, done_at="2027-01-07T00:00Z")
    for name in ("confirm", "residue"):
        steps.create(name=name, fence=1, done_at="2027-01-07T00:00Z")
    make_due(request)
    run(request)
    assert Job.objects.get(about=request.pk).state == "done"
    assert not RecipientNotice.objects.exists()
