"""Files that go with a request: sealed on the disk, shown to staff on record, gone with their key."""

import os
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from privacy.actors import Actor
from privacy.data_map.subject import subject_of_user
from privacy.jobs.registry import chores
from privacy.models import AuditEntry
from privacy.uploads import vault
from privacy.uploads.clean import Cleaned, clean
from privacy.uploads.kinds import Kind
from privacy.vocabulary import Right
from rights_requests.errors import FileGone, NotAllowed, NotFound, OwnRequest, TooManyFiles
from rights_requests.models import Evidence, RightsRequest
from rights_requests.services import evidence
from rights_requests.vocabulary import EvidenceKind
from tests.factories import make_request, make_staff, make_user
from tests.privacy.uploads.making import opened, pdf, picture
from tests.rights_requests.desk import browser, make_colleague
from tests.rights_requests.scenario import completed, staff_actor, subject_actor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P7.2")]
PICTURE = Cleaned(picture(size=(300, 200)), Kind.JPEG)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """The folder of evidence, empty at first."""
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    settings.PACKAGE_DIR = tmp_path / "packages"
    return settings.EVIDENCE_DIR  # type: ignore[no-any-return]


def files(folder: Path) -> list[str]:
    """The names of the files in the folder."""
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def kept(request: RightsRequest, actor: Actor, file: Cleaned = PICTURE) -> Evidence:
    return evidence.keep(request_id=request.pk, actor=actor, kind=EvidenceKind.PROOF, file=file)


def made(user: User | None = None) -> tuple[RightsRequest, Evidence]:
    """A request with one file that its person sent."""
    user = user or make_user()
    request = make_request(user, Right.RECTIFICATION)
    return request, kept(request, subject_actor(user))


def events() -> list[str]:
    return list(
        AuditEntry.objects.filter(event__startswith="evidence.").order_by("seq").values_list("event", flat=True)
    )


def test_a_file_is_sealed_and_its_row_says_when_it_goes_at_the_latest(folder: Path) -> None:
    _request, found = made()
    assert files(folder) == [found.file_name]
    assert PICTURE.content[:100] not in (folder / found.file_name).read_bytes()
    assert found.wrapped_key is not None
    assert vault.read(found.file_name, found.wrapped_key) == PICTURE.content
    assert timedelta(days=29) < found.expires_at - timezone.now() <= timedelta(days=30)
    assert events() == ["evidence.kept"]


def test_when_the_transaction_fails_there_is_neither_row_nor_readable_file(folder: Path) -> None:
    user = make_user()
    request = make_request(user, Right.RECTIFICATION)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        kept(request, subject_actor(user))
        raise KeyboardInterrupt
    assert not Evidence.objects.exists()
    (leftover,) = folder.iterdir()
    assert evidence.sweep_files() == 0  # so young, its row may still be on the way
    os.utime(leftover, (0, 0))
    assert evidence.sweep_files() == 1
    assert events() == []


def test_a_file_cannot_be_put_on_a_foreign_request_nor_by_staff_without_the_permission() -> None:
    request = make_request(make_user(), Right.RECTIFICATION)
    with pytest.raises(NotFound):
        kept(request, subject_actor(make_user()))
    with pytest.raises(NotAllowed):
        kept(request, Actor.staff(make_user(is_staff=True).pk))
    assert not Evidence.objects.exists()


def test_one_request_takes_so_many_files_and_no_more(settings: Any) -> None:
    settings.EVIDENCE_FILES = 2
    user = make_user()
    request = make_request(user, Right.RECTIFICATION)
    kept(request, subject_actor(user))
    first = kept(request, subject_actor(user))
    evidence.destroy(evidence_id=first.pk, actor=staff_actor(), reason="decided")
    with pytest.raises(TooManyFiles):
        kept(request, subject_actor(user))


def test_destroying_takes_key_and_file_once(folder: Path) -> None:
    request, found = made()
    assert evidence.destroy_of(request_id=request.pk, actor=staff_actor(), reason="decided") == 1
    found.refresh_from_db()
    assert (found.wrapped_key, files(folder)) == (None, [])
    assert found.destroyed_at is not None
    assert not evidence.destroy(evidence_id=found.pk, actor=staff_actor(), reason="decided")
    assert events() == ["evidence.kept", "evidence.destroyed"]


def test_only_the_kinds_that_were_named_are_destroyed() -> None:
    request, _found = made()
    kinds = {EvidenceKind.IDENTITY}
    assert evidence.destroy_of(request_id=request.pk, actor=staff_actor(), reason="decided", kinds=kinds) == 0


def test_a_destruction_that_is_rolled_back_leaves_the_file_readable(folder: Path) -> None:
    request, found = made()
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        evidence.destroy_of(request_id=request.pk, actor=staff_actor(), reason="decided")
        raise KeyboardInterrupt
    assert files(folder) == [found.file_name]
    assert evidence.show(evidence_id=found.pk, actor=staff_actor()).content


def test_the_scheduler_destroys_what_is_due_and_sweeps_what_no_row_names(folder: Path) -> None:
    _request, young = made()
    _request, old = made()
    Evidence.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    names = {chore.name: chore for chore in chores()}
    assert names["expire evidence"].run() == 1
    assert files(folder) == [young.file_name]
    assert names["sweep evidence"].run() == 0
    assert evidence.expire_due() == 0


def test_staff_see_a_file_with_their_number_across_it_and_that_they_looked_is_on_record() -> None:
    request, found = made()
    colleague = staff_actor()
    shown = evidence.show(evidence_id=found.pk, actor=colleague)
    assert opened(shown.content).size == (300, 200)
    assert shown.content != PICTURE.content
    assert (shown.media_type, shown.name) == ("image/jpeg", f"proof-{request.reference}")
    entry = AuditEntry.objects.get(event="evidence.viewed")
    assert (entry.actor, entry.subject_digest) == (str(colleague), request.subject_digest)


def test_nobody_else_sees_a_file() -> None:
    colleague = make_colleague()
    _request, found = made(colleague)
    with pytest.raises(OwnRequest):
        evidence.show(evidence_id=found.pk, actor=Actor.staff(colleague.pk))
    with pytest.raises(NotAllowed):
        evidence.show(evidence_id=found.pk, actor=subject_actor(colleague))
    assert events() == ["evidence.kept"]


def test_a_file_that_is_gone_or_damaged_is_not_shown(folder: Path) -> None:
    _request, found = made()
    (folder / found.file_name).write_bytes(b"something else")
    with pytest.raises(FileGone):
        evidence.show(evidence_id=found.pk, actor=staff_actor())
    evidence.destroy(evidence_id=found.pk, actor=staff_actor(), reason="decided")
    with pytest.raises(FileGone):
        evidence.show(evidence_id=found.pk, actor=staff_actor())


def test_the_workspace_lists_the_files_and_leads_to_each() -> None:
    request, found = made()
    colleague = browser(make_colleague())
    page = colleague.get(f"/admin/rights_requests/rightsrequest/{request.pk}/change/")
    address = f"/admin/rights_requests/rightsrequest/{request.pk}/file/{found.pk}/"
    assert address in page.content.decode()
    answer = colleague.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert answer["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    assert answer["X-Content-Type-Options"] == "nosniff"
    evidence.destroy(evidence_id=found.pk, actor=staff_actor(), reason="decided")
    assert address not in colleague.get(f"/admin/rights_requests/rightsrequest/{request.pk}/change/").content.decode()
    assert colleague.get(address).status_code == 302


def test_a_file_is_not_found_under_another_request_nor_by_staff_without_the_permission() -> None:
    request, found = made()
    other = make_request(make_user())
    address = "/admin/rights_requests/rightsrequest/{}/file/{}/"
    colleague = make_colleague()
    assert browser(colleague).get(address.format(other.pk, found.pk)).status_code == 404
    only_reads = make_staff()
    assert browser(only_reads).get(address.format(request.pk, found.pk)).status_code == 403
    assert events() == ["evidence.kept"]


@pytest.mark.promise("P5.3")
def test_an_erasure_takes_the_files_too(folder: Path) -> None:
    user = make_user()
    _request, found = made(user)
    assert files(folder) == [found.file_name]
    subject = subject_of_user(user.pk)
    completed(user, Right.ERASURE)
    assert files(folder) == []
    assert not Evidence.objects.filter(request__subject_digest=subject.digest).exists()


def test_a_file_is_looked_at_on_a_page_that_can_do_nothing_else() -> None:
    request, found = made()
    where = {"request_id": request.pk, "evidence_id": found.pk}
    reader = make_colleague()
    desk = browser(reader)
    page = desk.get(reverse("admin:rights_requests_rightsrequest_look", kwargs=where))
    policy = page["Content-Security-Policy"]
    for rule in ("sandbox allow-same-origin", "default-src 'none'", "script-src 'none'", "img-src 'self'"):
        assert rule in policy
    assert "allow-scripts" not in policy
    assert not AuditEntry.objects.filter(event="evidence.viewed").exists()
    shown = desk.get(reverse("admin:rights_requests_rightsrequest_page", kwargs={**where, "number": 1}))
    assert shown["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    assert opened(shown.content).size == (300, 200)
    assert AuditEntry.objects.get(event="evidence.viewed").actor == f"staff:{reader.pk}"
    other, _file = made()
    foreign = {"request_id": other.pk, "evidence_id": found.pk}
    assert desk.get(reverse("admin:rights_requests_rightsrequest_look", kwargs=foreign)).status_code == 404


def test_each_page_of_a_document_is_a_picture_with_the_readers_number() -> None:
    user, reader = make_user(), staff_actor()
    request = make_request(user, Right.RECTIFICATION)
    found = kept(request, subject_actor(user), clean(BytesIO(pdf(b"", b"", b""))))
    assert evidence.pages(evidence_id=found.pk, actor=reader) == 3
    whole = evidence.show(evidence_id=found.pk, actor=reader)
    assert whole.media_type == "application/pdf"
    third = evidence.show(evidence_id=found.pk, actor=reader, page=3)
    assert third.media_type == "image/jpeg"
    assert opened(third.content).format == "JPEG"
    for number in (0, 4):
        with pytest.raises(NotFound):
            evidence.show(evidence_id=found.pk, actor=reader, page=number)
    assert request.evidence.count() == 1
