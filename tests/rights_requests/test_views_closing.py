"""Closing an account: what goes and what stays, what to settle first, and the erasure that does it."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import FormerAddress, User
from rights_requests.models import RightsRequest
from tests.factories import make_customer, make_staff, make_user
from tests.rights_requests.browsing import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P5.3")]
CLOSE = "/account/close/"
CHECK = reverse("rights_requests:new_check", kwargs={"right": "erasure"})


def page_of(user: User) -> str:
    """The page as this person sees it."""
    return browser_of(user).get(CLOSE).content.decode()


def test_it_is_for_the_signed_in_and_one_click_from_their_account(client: Client) -> None:
    assert client.get(CLOSE)["Location"] == f"/account/login/?next={CLOSE}"
    assert f'href="{CLOSE}"' in browser_of(make_user()).get("/account/").content.decode()


def test_one_button_leads_from_the_plan_to_the_check_of_an_erasure_of_just_this_plan() -> None:
    user = make_user()
    browser = browser_of(user)
    page = browser.get(CLOSE)
    assert "Your profile" in page.content.decode()
    assert "Settle" not in page.content.decode()
    shown = {"plan_hash": page.context["current"]["plan_hash"]}
    assert browser.post(reverse("rights_requests:new_right", kwargs={"right": "erasure"}), shown)["Location"] == CHECK
    check = browser.get(CHECK)
    browser.post(CHECK, {"key": check.context["form"].initial["key"], "country": "FR"})
    filed = RightsRequest.objects.get(subject_user=user)
    assert (filed.right, filed.plan_hash) == ("erasure", shown["plan_hash"])
    again = browser.get(CLOSE).content.decode()
    assert "You have already asked for this" in again
    assert filed.reference in again


def test_whoever_just_changed_their_address_reads_until_when_it_waits() -> None:
    user = make_user()
    FormerAddress.objects.create(user=user, email="left@example.org")
    assert "We begin after" in page_of(user)


def test_a_member_of_staff_is_told_what_else_closes() -> None:
    assert "You work for us with this account" in page_of(make_staff())


def test_the_last_who_may_do_everything_is_told_to_hand_that_over_first() -> None:
    last = make_staff(superuser=True)
    assert "Nobody else may do what you may do here" in page_of(last)
    make_staff(superuser=True)
    assert "Nobody else" not in page_of(last)


def test_whoever_answers_for_a_company_is_told_while_the_agreement_lasts() -> None:
    user = make_user("privacy@shop.example")
    make_customer("Old Shop", privacy_contact=user.email, agreement_ended_on=date(2020, 1, 1))
    assert "You answer for" not in page_of(user)
    make_customer("New Shop", privacy_contact=user.email)
    page = page_of(user)
    assert "You answer for New Shop" in page
    assert "Old Shop" not in page
