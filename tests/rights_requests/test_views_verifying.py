"""The public check of signed documents, and the key file."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from privacy.package import signing
from tests.rights_requests.browsing import Answer, database_snapshot, said, title

VERIFY = reverse("rights_requests:verify")
MANIFEST: dict[str, Any] = {
    "format": "occicor-package",
    "reference": "OC-1",
    "generated_at": "2027-01-07T14:05:00+01:00",
    "files": {"é.json": 3},
}
RECEIPT: dict[str, Any] = {
    "document": "occicor.receipt",
    "reference": "OC-2",
    "completed_at": "2027-01-07T14:05:00+01:00",
}

pytestmark = pytest.mark.django_db


def _signature(content: object) -> dict[str, str]:
    return signing.sign(signing.canonical(content)).as_json()


def _receipt_file(**changes: Any) -> str:
    return json.dumps({"receipt": {**RECEIPT, **changes}, "signature": _signature(RECEIPT)}, indent=2)


def _check(client: Client, document: object = "", signature: object = "") -> Answer:
    texts = [part if isinstance(part, str) else json.dumps(part, indent=2) for part in (document, signature)]
    return client.post(VERIFY, {"document": texts[0], "signature": texts[1]})


def _file(name: str, content: object) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content if isinstance(content, bytes) else json.dumps(content).encode())


class TestGenuine:
    def test_a_manifest_with_its_signature_is_genuine(self, client: Client) -> None:
        page = said(_check(client, MANIFEST, _signature(MANIFEST)))
        assert "Genuine: this manifest is ours and unchanged" in page
        assert "It belongs to the request OC-1." in page
        assert "Thursday 7 January 2027 at 14:05" in page

    def test_a_receipt_carries_its_own_signature(self, client: Client) -> None:
        page = said(_check(client, _receipt_file()))
        assert "Genuine: this receipt is ours and unchanged" in page
        assert "OC-2" in page

    def test_files_are_checked_like_pasted_text(self, client: Client) -> None:
        files = {
            "document_file": _file("manifest.json", MANIFEST),
            "signature_file": _file("manifest.json.sig", _signature(MANIFEST)),
        }
        assert "Genuine" in said(client.post(VERIFY, files))

    def test_spaces_and_the_order_of_names_do_not_matter(self, client: Client) -> None:
        shuffled = json.dumps(dict(reversed(MANIFEST.items())), separators=(" ,  ", " : "))
        assert "Genuine" in said(_check(client, shuffled, _signature(MANIFEST)))

    def test_a_document_signed_with_a_former_key_stays_genuine(self, client: Client, settings: Any) -> None:
        signature = _signature(MANIFEST)
        former = signing.public_keys()["keys"][0]
        settings.SIGNING_KEY = base64.b64encode(b"n" * 32).decode()
        settings.OLD_VERIFY_KEYS = {former["key_id"]: former["public_key"]}
        assert "Genuine" in said(_check(client, MANIFEST, signature))


class TestNotGenuine:
    @pytest.mark.parametrize(
        "changed",
        [
            {**MANIFEST, "reference": "OC-9"},
            {**MANIFEST, "more": 1},
            {"reference": "OC-1"},
            {**MANIFEST, "files": {"é.json": 3.0}},
        ],
    )
    def test_any_change_is_called_altered(self, client: Client, changed: object) -> None:
        page = said(_check(client, changed, _signature(MANIFEST)))
        assert "Altered: this is not what we signed" in page
        assert "Genuine" not in page

    def test_a_changed_receipt_is_called_altered(self, client: Client) -> None:
        assert "Altered" in said(_check(client, _receipt_file(reference="OC-9")))

    def test_a_signature_of_another_document_of_ours_does_not_fit(self, client: Client) -> None:
        assert "Altered" in said(_check(client, MANIFEST, _signature(RECEIPT)))

    @pytest.mark.parametrize("value", ["", "AAAA", "not base64!", "é"])
    def test_a_broken_signature_does_not_fit(self, client: Client, value: str) -> None:
        assert "Altered" in said(_check(client, MANIFEST, {**_signature(MANIFEST), "signature": value}))

    def test_a_foreign_key_is_not_ours(self, client: Client) -> None:
        foreign = Ed25519PrivateKey.generate()
        value = base64.b64encode(foreign.sign(signing.canonical(MANIFEST))).decode()
        page = said(_check(client, MANIFEST, {"key_id": "f" * 16, "signature": value}))
        assert "Not ours: we did not sign this" in page

    def test_a_foreign_signature_under_our_keys_name_is_altered_and_not_genuine(self, client: Client) -> None:
        value = base64.b64encode(Ed25519PrivateKey.generate().sign(signing.canonical(MANIFEST))).decode()
        assert "Altered" in said(_check(client, MANIFEST, {**_signature(MANIFEST), "signature": value}))

    @pytest.mark.parametrize("key_id", [None, [], {}, 7, "x" * 3000])
    def test_a_key_that_is_no_name_is_not_ours(self, client: Client, key_id: object) -> None:
        assert "Not ours" in said(_check(client, MANIFEST, {"key_id": key_id, "signature": "AAAA"}))

    def test_what_stands_beside_a_receipt_is_not_covered_by_its_signature(self, client: Client) -> None:
        with_more = json.dumps({"note": "We deleted nothing.", **json.loads(_receipt_file())})
        page = said(_check(client, with_more))
        assert "We cannot read this as a receipt or a manifest." in page
        assert "Genuine" not in page

    def test_what_we_signed_for_ourselves_is_no_document_for_people(self, client: Client) -> None:
        seal = {"day": "2027-01-07", "last_seq": 9, "last_hash": "0" * 64}
        page = said(_check(client, seal, _signature(seal)))
        assert "We cannot read this as a receipt or a manifest." in page
        assert "Genuine" not in page


class TestErrors:
    def test_nothing_to_check_is_said_at_the_field(self, client: Client) -> None:
        page = _check(client)
        assert title(page).startswith("Error: ")
        assert "There is nothing to check yet. Choose a file of up to 1 MB, or paste its text." in said(page)
        assert 'href="#id_document_file"' in page.content.decode()

    def test_a_manifest_without_signature_says_which_file_is_missing(self, client: Client) -> None:
        page = _check(client, MANIFEST)
        assert "Add the signature: the file manifest.json.sig" in said(page)
        assert "reference" in page.content.decode()  # what was pasted is kept

    @pytest.mark.parametrize(
        "text",
        [
            "hello",
            "[1, 2]",
            "7",
            "null",
            '{"a": 1, "a": 2}',
            '{"a": NaN}',
            '{"a": "\\ud800"}',
            "[" * 50_000,
            "9" * 9_000,
        ],
    )
    def test_what_is_no_document_of_ours_is_explained(self, client: Client, text: str) -> None:
        page = _check(client, text, _signature(MANIFEST))
        assert page.status_code == 200
        assert "We cannot read this as a receipt or a manifest" in said(page)

    def test_a_file_that_is_too_large_is_named_so(self, client: Client) -> None:
        page = client.post(VERIFY, {"document_file": _file("big.json", b" " * 1_000_001)})
        assert "This file is too large to be ours. Choose one of up to 1.0 MB." in said(page)

    def test_a_file_that_is_larger_than_anything_we_accept_is_forgotten_while_it_arrives(self, client: Client) -> None:
        page = client.post(VERIFY, {"document_file": _file("huge.json", b" " * 8_000_000)})
        assert page.status_code == 200
        assert "This file is too large to be ours. Choose one of up to 1.0 MB." in said(page)

    def test_a_paste_that_is_larger_than_anything_we_accept_gets_a_page_in_plain_words(self, client: Client) -> None:
        page = client.post(VERIFY, {"document": "x" * 3_000_000})
        assert page.status_code == 400
        assert title(page).startswith("Error: ")
        assert "Nothing was changed" in said(page)

    def test_a_file_that_is_no_text_is_named_so(self, client: Client) -> None:
        page = client.post(VERIFY, {"document_file": _file("photo.jpg", b"\xff\xd8\xff")})
        assert "This file is not text" in said(page)

    def test_an_empty_file_counts_as_none(self, client: Client) -> None:
        assert "Choose a file" in said(client.post(VERIFY, {"document_file": _file("empty.json", b"")}))

    def test_pasted_markup_stays_text(self, client: Client) -> None:
        assert "<script>alert" not in _check(client, "<script>alert(1)</script>").content.decode()


class TestTheDoor:
    def test_everybody_may_look_without_signing_in(self, client: Client) -> None:
        page = client.get(VERIFY)
        assert page.status_code == 200
        assert "keep nothing" in said(page)
        assert "Genuine" not in said(page)

    def test_a_check_keeps_nothing(self, client: Client) -> None:
        before = database_snapshot()
        _check(client, _receipt_file())
        assert database_snapshot() == before

    def test_a_foreign_site_cannot_use_the_form(self) -> None:
        assert _check(Client(enforce_csrf_checks=True), MANIFEST).status_code == 403

    def test_the_key_file_checks_a_signature_without_us(self, client: Client) -> None:
        answer = client.get("/.well-known/occicor-keys.json")
        assert answer["Content-Type"] == "application/json"
        signature = _signature(MANIFEST)
        key = next(key for key in answer.json()["keys"] if key["key_id"] == signature["key_id"])
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key["public_key"]))
        public.verify(base64.b64decode(signature["signature"]), signing.canonical(MANIFEST))

    def test_the_key_file_holds_no_private_key(self, client: Client, settings: Any) -> None:
        assert settings.SIGNING_KEY not in client.get(reverse("rights_requests:keys")).content.decode()
