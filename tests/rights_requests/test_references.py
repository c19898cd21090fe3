"""References that can be read over the telephone."""

import re

import pytest

from rights_requests.references import ALPHABET, new_reference, normalised


def test_a_reference_has_no_signs_that_look_or_sound_alike() -> None:
    assert re.fullmatch(f"OC-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", new_reference())
    assert not set("0O1IL2Z5S8BUV") & set(ALPHABET)


def test_references_do_not_repeat() -> None:
    assert len({new_reference() for _number in range(10_000)}) > 9_995


@pytest.mark.parametrize(
    "typed",
    ["OC-7F3K-94QM", "oc-7f3k-94qm", " oc 7f3k 94qm ", "OC7F3K94QM", "7f3k94qm", "7F3K-94QM", "O C 7F 3K 94 QM"],
)
def test_a_reference_is_known_however_it_is_typed(typed: str) -> None:
    assert normalised(typed) == "OC-7F3K-94QM"


@pytest.mark.parametrize("typed", ["", "hello", "OC-7F3K", "x" * 500, "\x00", "ＯＣ－７Ｆ３Ｋ"])
def test_what_is_no_reference_stays_harmless(typed: str) -> None:
    assert len(normalised(typed)) <= 16
