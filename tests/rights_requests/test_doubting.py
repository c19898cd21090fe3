"""The last rung of the ladder: a document on a recorded doubt, agreed by two, seen on record, gone at the decision."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from accounts.models import FormerAddress, User
from privacy.models import AuditEntry, Job
from privacy.uploads.clean import Cleaned
from privacy.uploads.kinds import Kind
from privacy.vocabulary import Right
from rights_requests import people
from rights_requests.errors import (
    AccountIsProof,
    NoPaperFromChildren,
    NotAllowed,
    NotFound,
    NotIdentified,
    SameEyes,
    WordsNeeded,
    WrongState,
)
from rights_requests.models import Decision, Evidence, IdentityCheck, RefusalReason, RightsRequest, State
from rights_requests.selectors import open_question
from rights_requests.services import appealing, deciding, doubting, identifying, reporting, terms
from rights_requests.services.reporting import Report
from rights_requests.vocabulary import AskReason, EvidenceKind, IdentityMethod, Outcome
from tests.factories import make_user
from tests.privacy.uploads.making import picture
from tests.rights_requests.browsing import browser_of, said
from tests.rights_requests.desk import act_url, browser, make_colleague, workspace_url
from tests.rights_requests.scenario import filed, staff_actor, subject_actor
from tests.rights_requests.test_for_someone import stop_link

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P7.2")]
PICTURE = Cleaned(picture(size=(300, 200)), Kind.JPEG)
WHY = "The letter came from another country."
DESPITE = "The sign-in came minutes after a lost password."


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """The folder of evidence, empty at first."""
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return settings.EVIDENCE_DIR  # type: ignore[no-any-return]


def doubted(user: User | None = None) -> RightsRequest:
    """A request that one member of staff has a doubt about."""
    request = filed(user or make_user())
    doubting.doubt(request_id=request.pk, actor=staff_actor(), text=WHY, despite=DESPITE)
    return request


def asked(user: User | None = None) -> RightsRequest:
    """A request for which two agreed to ask for a document."""
    return doubting.agree(request_id=doubted(user).pk, actor=staff_actor())


def document_of(request: RightsRequest) -> IdentityCheck:
    return IdentityCheck.objects.get(request=request, method=IdentityMethod.DOCUMENT)


def question(request: RightsRequest) -> None:
    terms.ask(request_id=request.pk, actor=staff_actor(), reason=AskReason.CLARIFICATION, text="Which year?")


def test_a_question_asked_after_the_document_came_is_neither_the_document_again_nor_ended_by_its_decision() -> None:
    user = make_user()
    request = asked(user)
    doubting.show(request_id=request.pk, party=people.party_of_user(user), file=PICTURE)
    question(request)
    text = said(browser_of(user).get(reverse("rights_requests:detail", kwargs={"reference": request.reference})))
    assert "Which year?" in text
    assert "Show us that it is you" not in text
    now = identifying.settle(check_id=document_of(request).pk, actor=staff_actor(), passed=True)
    assert now.state == State.WAITING
    assert open_question(RightsRequest.objects.get()) is not None


def test_what_a_refusal_left_open_is_not_asked_again_beside_a_document() -> None:
    user = make_user()
    request = filed(user)
    question(request)
    deciding.refuse(request_id=request.pk, actor=staff_actor(), reason=RefusalReason.UNFOUNDED, text="No.")
    appealing.appeal(request_id=request.pk, actor=subject_actor(user), text="Yes.")
    appealing.overturn(request_id=request.pk, actor=staff_actor(), text="Yes.")
    doubting.doubt(request_id=request.pk, actor=staff_actor(), text=WHY, despite=DESPITE)
    now = doubting.agree(request_id=request.pk, actor=staff_actor())
    assert open_question(now) is None
    assert doubting.asked_of(now) is not None


def test_a_doubt_alone_asks_nobody_and_stands_in_the_way_until_a_second_person_decides() -> None:
    user = make_user()
    request = doubted(user)
    assert not Email.objects.filter(subject__startswith="We need something").exists()
    with pytest.raises(NotIdentified):
        deciding.approve(request_id=request.pk, actor=staff_actor())
    party = people.party_of_user(user)
    with pytest.raises(WrongState):
        doubting.show(request_id=request.pk, party=party, file=PICTURE)
    with pytest.raises(WrongState):
        identifying.settle(check_id=document_of(request).pk, actor=staff_actor(), passed=True)
    doubting.drop(request_id=request.pk, actor=staff_actor())
    assert deciding.approve(request_id=request.pk, actor=staff_actor()).state == State.APPROVED


def test_whoever_doubts_cannot_be_the_second_person_neither_in_words_nor_in_the_database() -> None:
    request, first = filed(make_user()), staff_actor()
    check = doubting.doubt(request_id=request.pk, actor=first, text=WHY, despite=DESPITE)
    with pytest.raises(SameEyes):
        doubting.agree(request_id=request.pk, actor=first)
    with pytest.raises(IntegrityError), transaction.atomic():
        IdentityCheck.objects.filter(pk=check.pk).update(agreed_by=first.user_id)


def test_no_document_without_a_reason_and_none_of_somebody_who_signed_in_without_one_of_its_own() -> None:
    request = filed(make_user())
    with pytest.raises(WordsNeeded):
        doubting.doubt(request_id=request.pk, actor=staff_actor(), text=" ", despite=DESPITE)
    with pytest.raises(AccountIsProof):
        doubting.doubt(request_id=request.pk, actor=staff_actor(), text=WHY)
    with pytest.raises(NotAllowed):
        doubting.doubt(request_id=request.pk, actor=subject_actor(make_user()), text=WHY, despite=DESPITE)
    assert not IdentityCheck.objects.filter(method=IdentityMethod.DOCUMENT).exists()


@pytest.mark.promise("P5.5")
def test_of_a_child_no_identity_paper_is_ever_asked() -> None:
    child = make_user()
    reporting.report(report=Report(who=child.email, relation="parent"))
    request = RightsRequest.objects.get()
    with pytest.raises(NoPaperFromChildren):
        doubting.doubt(request_id=request.pk, actor=staff_actor(), text=WHY, despite=DESPITE)
    page = browser(make_colleague()).get(workspace_url(request))
    assert "I am not sure who asks" not in said(page)


@pytest.mark.promise("P5.5")
def test_a_doubt_that_was_there_before_the_report_asks_for_no_paper_either() -> None:
    user = make_user()
    request = filed(user, Right.ERASURE)
    doubting.doubt(request_id=request.pk, actor=staff_actor(), text=WHY, despite=DESPITE)
    reporting.report(report=Report(who=user.email, relation="parent"))
    with pytest.raises(NoPaperFromChildren):
        doubting.agree(request_id=request.pk, actor=staff_actor())
    doubting.drop(request_id=request.pk, actor=staff_actor())
    assert deciding.prepare(request_id=request.pk, actor=staff_actor()).state == State.PREPARED


def test_the_person_is_told_why_and_what_to_cover_and_sends_a_picture() -> None:
    user = make_user()
    request = asked(user)
    assert (request.state, Decision.objects.get(request=request).text) == (State.WAITING, f"{WHY}\n\n{DESPITE}")
    letter = Email.objects.get(to=user.email, subject__startswith="We need something")
    assert "Cover all but your name" in letter.message
    assert WHY not in letter.message
    page = browser_of(user)
    assert WHY in said(page.get(reverse("rights_requests:detail", kwargs={"reference": request.reference})))
    show = reverse("rights_requests:show_document", kwargs={"reference": request.reference})
    assert "Cover everything but your name" in said(page.get(show))
    page.post(show, {"file": SimpleUploadedFile("me.jpg", picture(size=(300, 200)), "image/jpeg")})
    request.refresh_from_db()
    kept = Evidence.objects.get(request=request)
    assert (request.state, kept.kind, kept.check_of) == (State.RECEIVED, EvidenceKind.IDENTITY, document_of(request))
    assert kept.expires_at <= timezone.now() + timedelta(days=30)
    assert page.get(show)["Location"].endswith(f"/{request.reference}/")


def test_nobody_else_opens_the_page_or_sends_a_picture_for_somebody(client: Client) -> None:
    request = asked()
    show = reverse("rights_requests:show_document", kwargs={"reference": request.reference})
    assert client.get(show).status_code == 302
    assert browser_of(make_user()).post(show, {}).status_code == 404
    with pytest.raises(NotFound):
        doubting.show(request_id=request.pk, party=people.party_of_user(make_user()), file=PICTURE)


@pytest.mark.parametrize("passed", [True, False])
def test_the_document_is_destroyed_at_the_decision_and_only_method_time_outcome_and_number_stay(
    folder: Path, passed: bool
) -> None:
    user = make_user()
    request = asked(user)
    doubting.show(request_id=request.pk, party=people.party_of_user(user), file=PICTURE)
    looked = browser(make_colleague())
    kept = Evidence.objects.get(request=request)
    file = reverse("admin:rights_requests_rightsrequest_file", args=[request.pk, kept.pk])
    answer = looked.get(file)
    assert "sandbox" in answer["Content-Security-Policy"]
    assert AuditEntry.objects.filter(event="evidence.viewed").count() == 1
    decider = staff_actor()
    identifying.settle(check_id=document_of(request).pk, actor=decider, passed=passed)
    kept.refresh_from_db()
    assert (kept.wrapped_key, kept.destroyed_at is not None) == (None, True)
    assert not [path for path in folder.rglob("*") if path.is_file()]
    check = document_of(request)
    assert (check.outcome, check.decided_by_id) == (Outcome.PASSED if passed else Outcome.FAILED, decider.user_id)
    if passed:
        assert deciding.approve(request_id=request.pk, actor=staff_actor()).state == State.APPROVED


def test_a_refusal_destroys_the_document_too() -> None:
    user = make_user()
    request = asked(user)
    doubting.show(request_id=request.pk, party=people.party_of_user(user), file=PICTURE)
    deciding.refuse(request_id=request.pk, actor=staff_actor(), reason="not_identified", text="No.")  # type: ignore[arg-type]
    assert Evidence.objects.get(request=request).destroyed_at is not None


def test_staff_find_the_acts_on_the_page_of_the_request() -> None:
    request = filed(make_user())
    first, second = browser(make_colleague()), browser(make_colleague())
    first.post(act_url(request, "doubt"), {"text": WHY, "despite": DESPITE})
    assert "Agree: ask for a document" not in said(first.get(workspace_url(request)))
    assert WHY in said(second.get(workspace_url(request)))
    second.post(act_url(request, "agree-document"))
    request.refresh_from_db()
    assert request.state == State.WAITING


# An address that was changed a short while ago


def moved(days: int) -> User:
    """Somebody whose account changed its address so many days ago."""
    user = make_user()
    left = timezone.now() - timedelta(days=days)
    FormerAddress.objects.create(user=user, email="former@example.org", left_at=left)
    return user


def test_after_a_change_of_address_the_former_one_is_told_and_stops_it_with_one_click() -> None:
    request = filed(moved(1), Right.ERASURE)
    Client().post(stop_link("former@example.org"))
    request.refresh_from_db()
    assert request.state == State.WITHDRAWN


@pytest.mark.parametrize("right", [Right.ACCESS, Right.ERASURE])
def test_after_a_change_of_address_what_cannot_be_undone_waits(right: Right) -> None:
    request = filed(moved(1), right)
    if right == Right.ERASURE:
        deciding.prepare(request_id=request.pk, actor=staff_actor())
    deciding.approve(request_id=request.pk, actor=staff_actor())
    assert Job.objects.get(about=request.pk).not_before > timezone.now() + timedelta(days=5)


def test_an_address_that_was_left_long_ago_is_not_written_to_and_nothing_waits() -> None:
    request = filed(moved(8))
    assert not Email.objects.filter(to="former@example.org").exists()
    deciding.approve(request_id=request.pk, actor=staff_actor())
    assert Job.objects.get(about=request.pk).not_before <= timezone.now()
