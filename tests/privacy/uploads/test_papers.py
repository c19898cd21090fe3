"""A PDF comes out as pictures of its pages: what it shows stays, what it could do goes (A15)."""

import hashlib
import struct
from dataclasses import replace
from io import BytesIO

import pypdfium2
import pytest
from PIL import Image

from privacy.uploads.clean import Cleaned
from privacy.uploads.limits import DEFAULT
from privacy.uploads.refusals import Refusal
from tests.privacy.uploads.making import BLUE, RED, RED_LEFT, near, pdf, stream
from tests.privacy.uploads.test_clean import cleaned, refusal

WHITE = (255, 255, 255)


def page_of(made: Cleaned, number: int = 0) -> Image.Image:
    document = pypdfium2.PdfDocument(made.content)
    shown: Image.Image = document[number].render(scale=1).to_pil()
    return shown.convert("RGB")


def test_pages_keep_their_order_size_and_looks() -> None:
    made = cleaned(pdf(RED_LEFT, b"", RED_LEFT))
    assert made.pages == len(pypdfium2.PdfDocument(made.content)) == 3
    assert page_of(made).size in {(200, 100), (201, 101)}
    assert near(page_of(made).getpixel((50, 50)), RED)
    assert near(page_of(made).getpixel((150, 50)), BLUE)
    assert near(page_of(made, 1).getpixel((50, 50)), WHITE)


def test_what_was_filled_into_a_form_can_still_be_read() -> None:
    look = stream(b"0.78 0.08 0.08 rg 0 0 100 50 re f", "/Type/XObject/Subtype/Form/BBox[0 0 100 50]")
    field = "<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(x)/F 4/Rect[50 25 150 75]/AP<</N 11 0 R>>>>"
    filled = pdf(b"", objects=[field, look], catalogue="/AcroForm<</Fields[10 0 R]>>", page="/Annots[10 0 R]")
    assert near(page_of(cleaned(filled)).getpixel((100, 50)), RED)


def test_what_stands_on_the_page_as_a_note_stays_visible() -> None:
    look = stream(b"0.78 0.08 0.08 rg 0 0 100 50 re f", "/Type/XObject/Subtype/Form/BBox[0 0 100 50]")
    note = "<</Type/Annot/Subtype/Stamp/F 4/Rect[50 25 150 75]/AP<</N 11 0 R>>>>"
    assert near(page_of(cleaned(pdf(b"", objects=[note, look], page="/Annots[10 0 R]"))).getpixel((100, 50)), RED)


def test_as_many_pages_as_allowed_and_not_one_more() -> None:
    limits = replace(DEFAULT, pages=2)
    assert cleaned(pdf(RED_LEFT, RED_LEFT), limits).pages == 2
    assert refusal(pdf(RED_LEFT, RED_LEFT, RED_LEFT), limits) is Refusal.TOO_MANY_PAGES


@pytest.mark.parametrize(("says", "outcome"), [(1000, Refusal.TOO_MANY_PAGES), (5, Refusal.BROKEN)])
def test_a_document_that_claims_pages_it_has_not_is_refused(says: int, outcome: Refusal) -> None:
    assert refusal(pdf(RED_LEFT).replace(b"/Count 1/", f"/Count {says}/".encode())) is outcome


LOCKED = {
    "a password": "/Filter/Standard/V 1/R 2/Length 40/P -4/O<{0}>/U<{0}>".format("ab" * 32),
    "something unknown": "/Filter/Unknown.Lock/V 4/R 4",
}


@pytest.mark.parametrize("by", LOCKED)
def test_a_document_that_is_locked_is_refused_as_such(by: str) -> None:
    identifier = "ab" * 16
    locked = pdf(RED_LEFT, trailer=f"/ID[<{identifier}><{identifier}>]/Encrypt<<{LOCKED[by]}>>")
    assert refusal(locked) is Refusal.ENCRYPTED


def locked_against_changes_only() -> bytes:
    """A PDF that anybody may open and its owner alone may change (ISO 32000-1, 7.6.3: revision 2, no user password)."""
    padding = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
    owner, identifier = b"\xab" * 32, b"\xab" * 16
    key = hashlib.md5(padding + owner + struct.pack("<i", -4) + identifier).digest()[:5]
    user = rc4(key, padding)
    lock = f"/Filter/Standard/V 1/R 2/P -4/O<{owner.hex()}>/U<{user.hex()}>"
    drawing = rc4(hashlib.md5(key + struct.pack("<I", 101)[:3] + b"\0\0").digest()[:10], RED_LEFT)
    return pdf(drawing, trailer=f"/ID[<{identifier.hex()}><{identifier.hex()}>]/Encrypt<<{lock}>>")


def rc4(key: bytes, data: bytes) -> bytes:
    """The cipher of old PDF files."""
    box, at = list(range(256)), 0
    for number in range(256):
        at = (at + box[number] + key[number % len(key)]) % 256
        box[number], box[at] = box[at], box[number]
    one = other = 0
    made = bytearray()
    for byte in data:
        one = (one + 1) % 256
        other = (other + box[one]) % 256
        box[one], box[other] = box[other], box[one]
        made.append(byte ^ box[(box[one] + box[other]) % 256])
    return bytes(made)


def test_a_document_that_everybody_may_open_is_taken_and_loses_its_lock() -> None:
    made = cleaned(locked_against_changes_only())
    assert near(page_of(made).getpixel((50, 50)), RED)
    assert b"/Encrypt" not in made.content


BROKEN = {
    "only a beginning": b"%PDF-1.7\n",
    "script that begins like a PDF": b"%PDF-1.7\n*/alert(1)//",
    "no page": pdf(),
    "a web page that begins like a PDF": b"%PDF-1.4<html><script>alert(1)</script></html>",
    "the end missing": pdf(RED_LEFT)[:60],
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_no_document_is_refused(what: str) -> None:
    assert refusal(BROKEN[what]) is Refusal.BROKEN


def test_a_document_that_is_also_a_script_and_an_archive_is_neither_afterwards() -> None:
    hostile = pdf(RED_LEFT) + b"\n*/alert(1)/*<script>PK\x05\x06" + bytes(18)
    made = cleaned(hostile).content
    assert not [word for word in (b"alert", b"<script>", b"PK\x05\x06") if word in made]
    assert made.endswith(b"%%EOF\n")


@pytest.mark.parametrize("box", ["0 0 1000000 1000000", "0 0 1000000 1", "-5000 -5000 5000 5000", "0 0 1e9 1e9"])
def test_paper_of_any_size_becomes_a_page_of_ours(box: str) -> None:
    huge = pdf(RED_LEFT).replace(b"/MediaBox[0 0 200 100]", f"/MediaBox[{box}]".encode())
    made = cleaned(huge)
    assert max(page_of(made).size) <= DEFAULT.longest_side


def test_the_same_document_comes_out_the_same_and_names_no_moment() -> None:
    assert cleaned(pdf(RED_LEFT)).content == cleaned(pdf(RED_LEFT)).content


def test_a_document_is_stored_as_a_picture_of_its_text_and_not_as_text() -> None:
    font = "/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
    written = pdf(b"BT /F 30 Tf 10 40 Td (SECRET NAME) Tj ET", page=font)
    made = cleaned(written)
    assert b"SECRET" not in made.content
    assert sum(page_of(made).convert("L").histogram()[:80]) > 100  # it is there to be seen
    assert "SECRET" not in pypdfium2.PdfDocument(made.content)[0].get_textpage().get_text_range()


def test_the_same_holds_for_a_document_made_by_a_library() -> None:
    sink = BytesIO()
    Image.new("RGB", (200, 100), RED).save(sink, "PDF", title="owner@planted", author="owner@planted")
    assert b"owner@planted" not in cleaned(sink.getvalue()).content
