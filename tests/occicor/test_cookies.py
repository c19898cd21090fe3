"""The cookies of the site: those that the policy names, and no other."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from privacy.vocabulary import Right
from tests.accounts.flows import code_sent_to, sign_up
from tests.factories import make_user
from tests.rights_requests.browsing import browser_of, said

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P11.1"), pytest.mark.promise("P1.1")]
NEEDED = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}


def test_what_is_said_on_the_next_page_is_not_carried_by_a_cookie() -> None:
    browser = browser_of(make_user())
    browser.post(reverse("accounts:profile"), {"name": "Ada"})
    assert set(browser.cookies) <= NEEDED
    assert "Your profile is saved." in said(browser.get(reverse("accounts:profile")))


def test_no_address_is_in_a_cookie_after_signing_up(client: Client) -> None:
    sign_up(client, "ada@example.org")
    answer = client.post(
        reverse("account_email_verification_sent"), {"code": code_sent_to("ada@example.org")}, follow=True
    )
    assert "ada@example.org is confirmed" in said(answer)
    assert set(client.cookies) == NEEDED


def test_pages_that_anyone_may_read_set_none(client: Client) -> None:
    for name in ("visitors:home", "visitors:privacy", "rights_requests:new"):
        client.get(reverse(name))
    client.get(reverse("rights_requests:new_right", args=[Right.ACCESS]))
    assert not client.cookies
