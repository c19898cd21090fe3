"""Addresses: one form for each, and nothing that looks like another person's address ever becomes it."""

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from privacy.addresses import LookAlike, normalised
from privacy.forms import ADDRESS_ALIKE, ADDRESS_WRONG, AddressField

VICTIM = "paul.nowak@shop.example"


@pytest.mark.parametrize(
    "typed", ["Paul.Nowak@Shop.Example", "  paul.nowak@shop.example\n", "ｐａｕｌ.nowak@shop.example"]
)
def test_one_address_has_one_form_however_it_is_typed(typed: str) -> None:
    assert normalised(typed) == VICTIM


@pytest.mark.parametrize(
    "typed",
    [
        "pаul.nowak@shop.example",  # Cyrillic a
        "paul.nοwak@shop.example",  # Greek omicron
        "paul.nowak@shоp.example",  # Cyrillic o in the domain
        "paul.nowak@shop.еxample",
        "paul.\u200bnowak@shop.example",  # a space without width
        "paul.nowak\u202e@shop.example",  # turns the order around
        "paul.\u00adnowak@shop.example",  # a hyphen that does not show
        "paul.nowak@shop.example＠evil.example",  # becomes a second @
        "paul.nowak@shop．example",  # becomes a full stop
        "paul.nowak@a。shop.example",  # some programs read it as a full stop
        "paul.nowak@shop.example℀evil",  # becomes a/c
        "paul nowak@shop.example\u00a0x",
    ],
)
def test_an_address_made_to_be_mistaken_is_refused(typed: str) -> None:
    with pytest.raises(LookAlike):
        normalised(typed)


@pytest.mark.parametrize("address", ["иван.ivanov@почта.example", "ann+shop@mail-2.example", "josé@señal.example"])
def test_addresses_of_people_with_other_alphabets_are_taken(address: str) -> None:
    assert normalised(address) == address


@pytest.mark.parametrize(
    "other",
    ["paul.nowak+x@shop.example", "paulnowak@shop.example", "рауӏ.nowak@shop.example", "pául.nowak@shop.example"],
)
def test_an_address_that_is_merely_like_another_never_becomes_it(other: str) -> None:
    assert normalised(other) != VICTIM


@given(st.text())
def test_the_form_of_a_form_is_itself(typed: str) -> None:
    try:
        form = normalised(typed)
    except LookAlike:
        return
    assert normalised(form) == form


class Asking(forms.Form):
    """A form with an address."""

    email = AddressField()


@pytest.mark.parametrize(
    ("typed", "answer"), [("pаul@shop.example", ADDRESS_ALIKE), ("paul", ADDRESS_WRONG), ("ｐ@", ADDRESS_WRONG)]
)
def test_a_form_says_in_plain_words_what_to_type_instead(typed: str, answer: str) -> None:
    form = Asking({"email": typed})
    assert form.errors["email"] == [answer]


def test_a_form_gives_the_one_form_of_an_address() -> None:
    form = Asking({"email": " Paul@Shop.Example "})
    assert form.is_valid()
    assert form.cleaned_data["email"] == "paul@shop.example"
