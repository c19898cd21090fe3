"""Passwords made of what everybody guesses first are refused, and any other is taken as it was typed."""

import pytest
from django.test import Client

from accounts.models import User
from accounts.passwords import is_guessed_first
from tests.accounts.flows import sign_in, sign_up
from tests.factories import PASSWORD, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P4.1")]


@pytest.mark.parametrize(
    "guessed",
    [
        *("qwertyqwerty", "sunshine2026!", "Password1234", "monkeydragon", "123iloveyou123", "abcabcabcabc"),
        *("occicorprivacy", "Occicor12345", "Shelves2026!", "xxxxxxxxxxxxxxxx"),
    ],
)
def test_what_is_made_of_what_everybody_guesses_first_is_refused(guessed: str) -> None:
    assert is_guessed_first(guessed)


@pytest.mark.parametrize(
    "good",
    [
        *("correct horse battery staple", "correcthorsebatterystaple", "tulip-Window-seven", "ßüß Ωμέγα 沈黙 рыба"),
        *("a" + "quite different pass phrase " * 40, "                tulip-Window", "7f!Kq_2pZ#vb"),
    ],
)
def test_whatever_else_is_long_enough_is_no_guess(good: str) -> None:
    assert not is_guessed_first(good)


def test_whatever_else_is_long_enough_is_taken_exactly_as_it_was_typed(client: Client) -> None:
    """No kind of character is asked for, spaces at the ends and capitals count, and 64 and more fit."""
    user = make_user()
    sign_in(client, user)
    typed = " all small letters and Ωμέγα, then on and on and on and on and on for long "
    assert len(typed) > 64
    client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": typed})
    user.refresh_from_db()
    assert user.check_password(typed)
    assert not user.check_password(typed.strip())
    assert not user.check_password(typed.lower())


def test_whoever_types_one_reads_what_to_write_instead(client: Client) -> None:
    page = sign_up(client, "weak@example.org", "Occicor12345").content.decode()
    assert "Put three or four words together that do not belong together." in page
    assert not User.objects.exists()
