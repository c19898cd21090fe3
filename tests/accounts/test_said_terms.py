"""What a setting decides stands in no text as a number: pages say it in every language."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import get_default_password_validators
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.passwords import GuessedFirst, _common, is_guessed_first
from tests.accounts.flows import sign_up

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P4.1")]
LANGUAGES = ("en", "fr", "ar")


@pytest.mark.parametrize("way", ["sign_up", "reset"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_that_asks_for_a_code_says_how_long_it_counts(
    language: str, way: str, client: Client, settings: Any
) -> None:
    settings.EMAIL_CODE_MINUTES = 17
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    if way == "sign_up":
        answer = sign_up(client, "ada@example.org")
    else:
        answer = client.post("/account/password/reset/", {"email": "ada@example.org"})
    page = client.get(answer["Location"]).content.decode()
    (lede,) = re.findall(r'<p class="lede">(.*?)</p>', page, re.DOTALL)
    assert f'lang="{language}"' in page
    assert re.findall(r"\d+", lede) == ["17"]


def test_every_code_that_comes_by_mail_counts_as_long() -> None:
    for name in ("EMAIL_VERIFICATION", "PASSWORD_RESET"):
        assert getattr(settings, f"ACCOUNT_{name}_BY_CODE_TIMEOUT") == settings.EMAIL_CODE_MINUTES * 60
        assert getattr(settings, f"ACCOUNT_{name}_BY_CODE_MAX_ATTEMPTS") == settings.EMAIL_CODE_ATTEMPTS


def test_what_everybody_uses_is_refused_once_and_with_whatever_stands_around_it() -> None:
    """Django's own look at the most used passwords would say it a second time."""
    assert max(map(len, _common())) <= 48
    for guessed in ("mypassword123", "            trustno1", f"Trustno1{' ' * 9}"):
        with pytest.raises(ValidationError) as refused:
            GuessedFirst().validate(guessed)
        assert len(refused.value.messages) == 1
    assert all(is_guessed_first(one) for one in _common())
    names = [type(one).__name__ for one in get_default_password_validators()]
    assert "CommonPasswordValidator" not in names
