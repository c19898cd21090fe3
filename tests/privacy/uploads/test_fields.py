"""Files of a form: as many and as large as the view says, in memory only; each mistake is told in words (A15, A18)."""

import logging
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import path
from django.views.decorators.http import require_POST

from occicor import urls as site
from privacy.uploads.arriving import receives_files
from privacy.uploads.clean import Cleaned
from privacy.uploads.fields import SENTENCES, CleanFileField, sentence
from privacy.uploads.limits import DEFAULT
from privacy.uploads.refusals import Refusal
from tests.privacy.uploads.making import RED_LEFT, pdf, picture, png

FEW = replace(DEFAULT, pages=1, file_bytes=3_000_000)


class ProofForm(forms.Form):
    """A form as an app has it."""

    words = forms.CharField(required=False)
    proof = CleanFileField(label="Proof", limits=FEW)
    more = CleanFileField(label="More", required=False, limits=FEW)


@require_POST
@receives_files(files=2, bytes_each=FEW.file_bytes)
def send(request: HttpRequest) -> HttpResponse:
    """Say what arrived."""
    form = ProofForm(request.POST, request.FILES)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors, "words": form.data.get("words")})
    proof: Cleaned = form.cleaned_data["proof"]
    return JsonResponse({"type": proof.media_type, "pages": proof.pages, "more": form.cleaned_data["more"] is not None})


def look(request: HttpRequest) -> HttpResponse:
    """Say how large the files are that a view without a word about files received."""
    return JsonResponse({name: [file.size, len(file.read())] for name, file in request.FILES.items()})


urlpatterns = [*site.urlpatterns, path("send/", send), path("look/", look)]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


def sent(client: Client, content: bytes | None, name: str = "proof.jpg", **more: Any) -> dict[str, Any]:
    given = {} if content is None else {"proof": SimpleUploadedFile(name, content, content_type="image/jpeg")}
    answer = client.post("/send/", {"words": "kept", **given, **more})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def complaint(client: Client, content: bytes | None, **more: Any) -> str:
    answer = sent(client, content, **more)
    assert answer["words"] == "kept"
    assert set(answer["errors"]) == {"proof"}
    return str(answer["errors"]["proof"][0])


CASES = {
    Refusal.EMPTY: b"",
    Refusal.TOO_LARGE: picture() + bytes(3_000_000),
    Refusal.OTHER_KIND: b"<html><script>alert(1)</script>",
    Refusal.OFFICE_OR_ARCHIVE: b"PK\x03\x04",
    Refusal.PHONE_PHOTO: b"\x00\x00\x00\x18ftypheic",
    Refusal.BROKEN: picture()[:-80],
    Refusal.ENCRYPTED: pdf(RED_LEFT, trailer="/ID[<aa><aa>]/Encrypt<</Filter/Other>>"),
    Refusal.TOO_MANY_PAGES: pdf(RED_LEFT, RED_LEFT),
    Refusal.TOO_MANY_PIXELS: png(100_000, 100_000),
}


class TestWords:
    @pytest.mark.parametrize("reason", CASES)
    def test_each_mistake_is_told_in_its_own_words_and_the_rest_of_the_form_stays(
        self, client: Client, reason: Refusal
    ) -> None:
        assert complaint(client, CASES[reason]) == sentence(reason, FEW)

    def test_every_reason_has_words_that_say_what_to_do(self) -> None:
        assert set(SENTENCES) == set(Refusal)
        for reason in Refusal:
            said = sentence(reason)
            assert "%" not in said
            assert any(word in said for word in ("hoose", "Send", "take a photo"))

    def test_no_file_where_one_is_needed(self, client: Client) -> None:
        assert complaint(client, None) == "Choose a file: a picture (JPEG or PNG) or a PDF."

    def test_what_can_be_taken_is_taken(self, client: Client) -> None:
        assert sent(client, picture()) == {"type": "image/jpeg", "pages": 1, "more": False}
        assert sent(client, pdf(RED_LEFT), name="photo.exe") == {"type": "application/pdf", "pages": 1, "more": False}

    def test_the_limit_in_the_words_is_the_limit_of_the_field(self) -> None:
        assert "larger than 10 MB" in sentence(Refusal.TOO_LARGE)
        assert "more than 1 pages" in sentence(Refusal.TOO_MANY_PAGES, FEW)

    def test_the_field_offers_what_it_takes_and_leaves_the_answer_to_us(self) -> None:
        class Wanted(ProofForm):
            use_required_attribute = False

        html = engines["django"].from_string("{{ form.proof }}").render({"form": Wanted()})
        assert 'accept="image/jpeg,image/png,application/pdf"' in html
        assert "required" not in html


class TestNames:
    @pytest.mark.parametrize(
        "name",
        ["../../etc/passwd", "/etc/passwd", "..\\..\\x.jpg", "a.php", "x.jpg\x00.exe", "é" * 400, "CON", ".htaccess"],
    )
    def test_a_name_decides_nothing_and_is_kept_nowhere(self, client: Client, name: str) -> None:
        assert sent(client, picture(), name=name)["type"] == "image/jpeg"

    def test_neither_name_nor_content_reaches_the_log(self, client: Client, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        for content in (b"\xff\xd8\xffplanted-content", b"%PDF-planted-content", b"planted-content"):
            sent(client, content, name="planted-name\r\n\x1b[31m.jpg")
        assert "a file of kind pdf was refused: broken" in caplog.text
        assert "planted" not in caplog.text


class TestArriving:
    def test_a_view_without_a_word_about_files_gets_two_megabytes_each(self, client: Client) -> None:
        files = {"small": SimpleUploadedFile("a", b"x" * 2_000_000), "large": SimpleUploadedFile("b", b"x" * 2_000_001)}
        assert client.post("/look/", files).json() == {"small": [2_000_000, 2_000_000], "large": [2_000_001, 0]}

    def test_a_file_of_exactly_the_limit_arrives_and_one_byte_more_is_too_large(self, client: Client) -> None:
        fitting = picture() + bytes(FEW.file_bytes - len(picture()))
        assert sent(client, fitting)["type"] == "image/jpeg"
        assert "larger than 3 MB" in complaint(client, fitting + b"\0")

    def test_fifty_megabytes_are_read_and_forgotten(self, client: Client) -> None:
        assert "larger than 3 MB" in complaint(client, picture() + bytes(50_000_000))

    def test_files_beyond_the_number_are_not_kept_and_the_person_is_told(self, client: Client) -> None:
        files = {name: SimpleUploadedFile("a.jpg", picture()) for name in ("other", "another", "proof")}
        assert client.post("/send/", files).json()["errors"]["proof"] == [sentence(Refusal.TOO_MANY_FILES)]

    @pytest.mark.parametrize("count", [100, 101, 1000])
    def test_a_flood_of_files_is_refused(self, client: Client, count: int) -> None:
        flood = [SimpleUploadedFile(f"{number}.jpg", b"\xff\xd8\xff") for number in range(count)]
        answer = client.post("/send/", {"proof": flood})
        if count > 100:
            assert answer.status_code == 400
        else:
            assert answer.json()["errors"]["proof"] == [sentence(Refusal.TOO_MANY_FILES)]

    def test_of_a_request_beyond_all_measure_nothing_is_read(self, client: Client, settings: Any) -> None:
        settings.UPLOAD_MAX_REQUEST_BYTES = 1000
        answer = client.post("/send/", {"proof": SimpleUploadedFile("a.jpg", picture(size=(300, 300)))})
        assert answer.status_code == 400

    def test_nothing_of_it_touches_the_disk(
        self, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
        assert sent(client, picture("PNG", size=(900, 900)) + bytes(2_800_000))["type"] == "image/jpeg"
        assert not list(tmp_path.iterdir())

    def test_files_count_before_anyone_is_known_so_the_allowance_holds_then_too(self) -> None:
        answer = Client(enforce_csrf_checks=True).post("/send/", {"proof": SimpleUploadedFile("a.jpg", picture())})
        assert answer.status_code == 403

    def test_a_request_without_a_view_gets_the_default(self) -> None:
        large = SimpleUploadedFile("a.jpg", b"x" * 2_000_001)
        request = RequestFactory().post("/anything/", {"proof": large})
        assert len(request.FILES["proof"].read()) == 0
