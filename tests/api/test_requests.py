"""Rights requests with an app: every right, the same proofs as on the site, and nobody else's."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from privacy.vocabulary import Right
from rights_requests.models import Download, Message, RightsRequest, State
from rights_requests.services import messaging, terms
from rights_requests.vocabulary import AskReason, EvidenceKind
from tests.api.app import App
from tests.factories import make_request, make_user
from tests.privacy.uploads.making import picture
from tests.rights_requests.scenario import completed, filed, staff_actor

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def user() -> User:
    """A person with an account."""
    return make_user("ada@example.org")


@pytest.fixture
def app(user: User) -> App:
    """Their app."""
    return App.of(user)


ASKED: dict[str, dict[str, Any]] = {
    "access": {"message": "Since 2024."},
    "restriction": {"ground": "accuracy", "message": "My name."},
    "objection": {"ground": "own_situation", "purposes": ["improve"], "message": "I would rather not."},
    "portability": {"way": "myself"},
    "erasure": {"waives_cooling": True},
    "rectification": {"statement": "It is so."},
}


def body_of(app: App, right: str) -> dict[str, Any]:
    """What an app sends for a right, with what has to be read before."""
    asked = {"right": right, "country": "fr", **ASKED[right]}
    if right == "erasure":
        asked["plan_hash"] = app.get("rights/erasure/plan/").json()["hash"]
    if right == "rectification":
        told = app.get("rights/rectification/values/").json()
        key = next(value["key"] for value in told["values"] if value["correctable"])
        asked |= {"seen": told["seen"], "changes": {key: "Rightly"}}
    return asked


@pytest.mark.parametrize("right", ASKED)
def test_every_right_is_asked_for_once(app: App, user: User, right: str) -> None:
    app.shows_again_who_it_is()
    asked = body_of(app, right)
    made = app.post("requests/", asked)
    assert made.status_code == 201, made.content
    told = made.json()
    request = RightsRequest.objects.get()
    assert (told["reference"], told["right"], told["country"]) == (request.reference, right, "FR")
    assert (request.channel, request.subject_user_id) == ("portal", user.pk)
    assert app.get(made["Location"] + "timeline/").json()["items"][0]["event"] == "file"
    if right != "objection":
        again = app.post("requests/", body_of(app, right))
        assert (again.status_code, again.json()["reference"]) == (200, request.reference)
    assert [line["reference"] for line in app.get("requests/").json()["items"]] == [request.reference]


@pytest.mark.promise("P7.2")
@pytest.mark.parametrize("right", ["erasure", "portability"])
def test_what_the_site_asks_the_password_for_the_app_is_asked_for_too(app: App, right: str) -> None:
    asked = body_of(app, right)
    refused = app.post("requests/", asked)
    assert (refused.status_code, refused.json()["reauthenticate"]) == (403, "/api/v1/auth/reauthenticate")
    assert not RightsRequest.objects.exists()
    app.shows_again_who_it_is()
    assert app.post("requests/", asked).status_code == 201


@pytest.mark.promise("P5.3")
def test_a_deletion_is_asked_for_with_the_plan_that_was_read(app: App) -> None:
    app.shows_again_who_it_is()
    plan = app.get("rights/erasure/plan/").json()
    assert plan["goes"][0]["count"] == 1
    wrong = app.post("requests/", {"right": "erasure", "plan_hash": "0" * 64})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "#/plan_hash")


@pytest.mark.promise("P5.2")
def test_only_what_was_shown_can_be_corrected(app: App) -> None:
    asked = body_of(app, "rectification")
    wrong = app.post("requests/", {**asked, "changes": {"accounts-user:1:is_staff": "True"}})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"][:10]) == (422, "#/changes/")


def test_what_is_somebody_elses_is_not_there(app: App) -> None:
    theirs = make_request(make_user("bob@example.org"))
    addresses = ["", "messages/", "receipt/", "withdraw/", "fee/", "appeal/", "download/", "messages/seen/"]
    for address in addresses:
        told = []
        for reference in (theirs.reference, "OC-0000-0000"):
            path = f"requests/{reference}/{address}"
            answers = [app.get(path), app.post(path, {"text": "x", "accepted": True})]
            told.append([(answer.status_code, answer.content) for answer in answers])
        assert told[0] == told[1], address
    assert app.get("requests/").json()["items"] == []


def test_a_request_is_followed_and_withdrawn(app: App, user: User) -> None:
    request = filed(user)
    read = app.get(f"requests/{request.reference}/")
    told = read.json()
    assert (told["status"]["state"], told["next"]["who"], told["can_withdraw"]) == ("received", "us", True)
    assert told["due_at"]
    assert app.get(f"requests/{request.reference}/", If_None_Match=read["ETag"]).status_code == 304
    done = app.post(f"requests/{request.reference}/withdraw/")
    assert (done.status_code, done.json()["status"]["state"]) == (200, "withdrawn")
    again = app.post(f"requests/{request.reference}/withdraw/")
    assert (again.status_code, again.json()["type"].rpartition("-")[2]) == (409, "conflict")


def test_messages_go_to_and_fro_with_a_file(app: App, user: User) -> None:
    request = filed(user)
    path = f"requests/{request.reference}/messages/"
    sent = app.post(path, {"text": "When?"}, Idempotency_Key="k" * 20)
    assert sent.status_code == 201, sent.content
    assert app.post(path, {"text": "When?"}, Idempotency_Key="k" * 20).json() == sent.json()
    photo = SimpleUploadedFile("me.jpg", picture(size=(30, 20)), "image/jpeg")
    with_file = app.client.post(
        f"/api/v1/{path}",
        {"text": "See.", "file": photo},
        headers={"X-Session-Token": app.token, "Idempotency-Key": "f" * 20},
    )
    assert with_file.status_code == 201, with_file.content
    kept = with_file.json()["files"][0]
    address = f"requests/{request.reference}/files/{kept['id']}/"
    assert app.get(address).status_code == 403
    app.shows_again_who_it_is()
    assert app.get(address)["Content-Type"] == "image/jpeg"
    messaging.write_to_person(request_id=request.pk, actor=staff_actor(), text="Soon.")
    first = app.get(path + "?limit=1").json()
    assert [(one["from_us"], one["text"], one["read_at"]) for one in first["items"]] == [(True, "Soon.", None)]
    texts = [one["text"] for one in app.get(first["next"]).json()["items"]]
    assert texts == ["See."]
    assert app.get("requests/").json()["items"][0]["has_news"]
    assert app.post(f"{path}seen/").status_code == 204
    assert not app.get("requests/").json()["items"][0]["has_news"]
    assert Message.objects.count() == 3


def test_the_answer_to_our_question_is_a_message_and_papers_have_a_page_of_their_own(app: App, user: User) -> None:
    request = filed(user)
    terms.ask(request_id=request.pk, actor=staff_actor(), reason=AskReason.IDENTITY, text="Who are you?")
    photo = SimpleUploadedFile("me.jpg", picture(size=(30, 20)), "image/jpeg")
    path = f"requests/{request.reference}/messages/"
    refused = app.client.post(f"/api/v1/{path}", {"text": "Me.", "file": photo}, headers={"X-Session-Token": app.token})
    assert refused.status_code == 409
    assert app.post(path, {"text": "It is me."}).status_code == 201
    request.refresh_from_db()
    assert request.state == State.RECEIVED


def test_a_proof_goes_with_a_correction_only(app: App, user: User) -> None:
    taken, refused = filed(user, Right.RECTIFICATION), make_request(user, Right.ACCESS)
    for request, status in ((taken, 201), (refused, 409)):
        photo = SimpleUploadedFile("me.jpg", picture(size=(30, 20)), "image/jpeg")
        address = f"/api/v1/requests/{request.reference}/proofs/"
        answer = app.client.post(address, {"file": photo}, headers={"X-Session-Token": app.token})
        assert answer.status_code == status, answer.content
    assert [kept.kind for kept in taken.evidence.all()] == [EvidenceKind.PROOF]
    broken = SimpleUploadedFile("me.jpg", b"nothing", "image/jpeg")
    address = f"/api/v1/requests/{taken.reference}/proofs/"
    answer = app.client.post(address, {"file": broken}, headers={"X-Session-Token": app.token})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/file")


@pytest.mark.promise("P5.1")
@pytest.mark.django_db(transaction=True)
def test_the_package_is_handed_over_to_whoever_just_showed_who_they_are(
    app: App, user: User, settings: Any, tmp_path: Path
) -> None:
    settings.PACKAGE_DIR = tmp_path / "packages"
    request = completed(user)
    told = app.get(f"requests/{request.reference}/").json()
    assert told["package"]["size"] > 0
    address = f"requests/{request.reference}/download/"
    assert app.post(address).status_code == 403
    assert not Download.objects.exists()
    app.shows_again_who_it_is()
    answer = app.post(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).testzip() is None
    assert Download.objects.get().user_id == user.pk
    assert app.get(address).status_code == 405
