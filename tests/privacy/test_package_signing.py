"""What we signed can be recognised, and nothing else passes for it."""

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django.fixtures import Settings

from privacy.package import signing

OTHER_SEED = base64.b64encode(b"another seed of thirty-two bytes").decode()


def test_a_signature_fits_exactly_the_bytes_that_were_signed() -> None:
    payload = signing.canonical({"b": [1, True, None], "a": "é"})
    signature = signing.sign(payload)
    assert signing.verify(payload, signature.key_id, signature.value_b64)
    assert not signing.verify(payload + b" ", signature.key_id, signature.value_b64)
    assert not signing.verify(payload.replace(b"1", b"2"), signature.key_id, signature.value_b64)


def test_a_forged_signature_or_an_unknown_key_is_refused() -> None:
    signature = signing.sign(b"payload")
    assert not signing.verify(b"payload", "0" * 16, signature.value_b64)
    for value in ("", "not base64 at all!", base64.b64encode(b"short").decode(), base64.b64encode(bytes(64)).decode()):
        assert not signing.verify(b"payload", signature.key_id, value)


def test_canonical_json_does_not_depend_on_order_or_spaces() -> None:
    assert signing.canonical({"b": 1, "a": "ü"}) == signing.canonical({"a": "ü", "b": 1}) == '{"a":"ü","b":1}'.encode()
    with pytest.raises(ValueError, match="JSON"):
        signing.canonical(float("nan"))


def test_old_keys_still_check_what_they_signed(settings: Settings) -> None:
    before = signing.sign(b"payload")
    (old,) = signing.public_keys()["keys"]
    settings.SIGNING_KEY = OTHER_SEED
    assert not signing.verify(b"payload", before.key_id, before.value_b64)
    settings.OLD_VERIFY_KEYS = {old["key_id"]: old["public_key"]}
    assert signing.verify(b"payload", before.key_id, before.value_b64)
    keys = signing.public_keys()["keys"]
    assert [key["current"] for key in keys] == [True, False]
    assert signing.sign(b"payload").key_id == keys[0]["key_id"] != old["key_id"]


def test_public_keys_hold_nothing_private(settings: Settings) -> None:
    published = str(signing.public_keys())
    assert settings.SIGNING_KEY not in published
    assert settings.PACKAGE_KEK not in published


def test_a_missing_or_short_key_is_said_plainly(settings: Settings) -> None:
    settings.SIGNING_KEY = "c2hvcnQ="
    with pytest.raises(ImproperlyConfigured, match="SIGNING_KEY"):
        signing.sign(b"payload")
