"""Staff get a file as a download or as a picture in a sandbox, under a name of ours, and no browser keeps it (A15)."""

import pytest
from django.http import HttpRequest

from occicor.middleware import PrivateByDefaultMiddleware
from privacy.uploads.serving import file_answer


def test_a_document_is_a_download_under_our_name_that_nothing_can_run_in() -> None:
    answer = file_answer(b"%PDF-", media_type="application/pdf", name="evidence-OC-2027-AB")
    assert answer["Content-Disposition"] == 'attachment; filename="evidence-OC-2027-AB.pdf"'
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store, private"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "allow-" not in answer["Content-Security-Policy"]


def test_a_picture_may_stand_in_a_page_of_ours() -> None:
    answer = file_answer(b"\xff\xd8\xff", media_type="image/jpeg", name="evidence", inline=True)
    assert answer["Content-Disposition"] == 'inline; filename="evidence.jpg"'
    assert "sandbox" in answer["Content-Security-Policy"]


def test_no_layer_above_loosens_it(settings: object) -> None:
    answer = file_answer(b"\xff\xd8\xff", media_type="image/jpeg", name="evidence")
    passed = PrivateByDefaultMiddleware(lambda _request: answer)(HttpRequest())
    assert passed["Cache-Control"] == "no-store, private"
    assert passed["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "name", ["", "../x", 'a"; filename="b.exe', "a\r\nSet-Cookie: x", "a.html", "é", "-a", "a" * 80]
)
def test_a_name_that_could_break_the_header_is_a_fault(name: str) -> None:
    with pytest.raises(ValueError, match="not a file"):
        file_answer(b"", media_type="image/jpeg", name=name)


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "application/octet-stream", "image/png", ""])
def test_a_kind_that_we_do_not_make_is_a_fault(media_type: str) -> None:
    with pytest.raises(ValueError, match="not a file"):
        file_answer(b"", media_type=media_type, name="evidence")


def test_a_document_never_stands_inline() -> None:
    with pytest.raises(ValueError, match="not a file"):
        file_answer(b"", media_type="application/pdf", name="evidence", inline=True)
