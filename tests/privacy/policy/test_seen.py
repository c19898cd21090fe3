"""Which version a person was shown is on record, and the notice of a change stays until they say so."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from accounts.services import actor_of
from privacy.models import AuditEntry, PolicySeen
from privacy.policy import seen, versions
from privacy.vocabulary import PolicySeenHow
from rights_requests.models import Recipient
from tests.accounts.flows import sign_up
from tests.factories import make_user
from tests.privacy.policy.publishing import published
from tests.rights_requests.browsing import browser_of, said

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P10.1")]
NOTICE = "Our privacy policy changes"


def change(*, material: bool = True) -> int:
    Recipient.objects.create(name=f"Carrier {Recipient.objects.count()}", what_for="carries mail", country="FR")
    return published("A carrier is new.", material=material).number


def record(user: User, number: int | None = None) -> PolicySeen | None:
    return seen.record(actor=actor_of(user.pk), user_id=user.pk, how=PolicySeenHow.SAID_SO, number=number)


def test_whoever_opens_an_account_has_the_version_on_record_that_was_shown(client: Client) -> None:
    published()
    assert reverse("visitors:policy") in client.get(reverse("account_signup")).content.decode()
    sign_up(client, "ada@example.org")
    row = PolicySeen.objects.get()
    assert (row.user.email, row.version_id, row.how, row.language) == ("ada@example.org", 1, "sign_up", "en")
    assert AuditEntry.objects.get(event="policy.seen").data == {"how": "sign_up"}


def test_an_account_can_be_opened_while_nothing_is_published(client: Client) -> None:
    sign_up(client, "ada@example.org")
    assert User.objects.filter(email="ada@example.org").exists()
    assert not PolicySeen.objects.exists()


def test_the_first_time_counts_in_the_language_of_that_time() -> None:
    published()
    user = make_user()
    with translation.override("fr-ca"):
        first = record(user)
    assert first is not None
    assert (first.language, record(user)) == ("fr", first)
    assert AuditEntry.objects.filter(event="policy.seen").count() == 1
    assert record(user, 7) is None


def test_nobody_says_it_for_somebody_else() -> None:
    published()
    with pytest.raises(PermissionDenied):
        seen.record(actor=actor_of(make_user().pk), user_id=make_user().pk, how=PolicySeenHow.SAID_SO)


def test_the_newest_material_change_is_unseen_until_it_or_a_later_one_was_seen() -> None:
    user = make_user()
    published()
    assert versions.unseen_change(user.pk) is None
    second, third, fourth = change(), change(), change(material=False)
    unseen = versions.unseen_change(user.pk)
    assert unseen is not None
    assert unseen.number == third
    record(user, second)
    assert versions.unseen_change(user.pk) == unseen
    record(user, fourth)
    assert versions.unseen_change(user.pk) is None


def test_a_notice_stands_on_each_page_until_the_person_says_that_they_have_seen_it() -> None:
    published()
    user = make_user()
    browser = browser_of(user)
    page = reverse("accounts:overview")
    assert NOTICE not in said(browser.get(page))
    number = change()
    shown = browser.get(page)
    assert NOTICE in said(shown)
    assert reverse("visitors:policy_version", args=[number]) in shown.content.decode()
    # What was published since the page was shown has not been seen.
    later = change()
    answer = browser.post(reverse("visitors:policy_seen"), {"number": number, "next": page})
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert f"versions/{later}/" in browser.get(page).content.decode()
    browser.post(reverse("visitors:policy_seen"), {"number": later, "next": page})
    assert NOTICE not in said(browser.get(page))
    assert set(PolicySeen.objects.filter(user=user).values_list("version", "how")) == {
        (number, "said_so"),
        (later, "said_so"),
    }


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "nowhere", ""]
)
def test_saying_so_leads_nowhere_else(elsewhere: str) -> None:
    published()
    browser = browser_of(make_user())
    answer = browser.post(reverse("visitors:policy_seen"), {"number": "1", "next": elsewhere})
    assert answer["Location"] == reverse("visitors:policy")


@pytest.mark.parametrize("number", ["", "x", "99", "9" * 30, "9" * 5000, "-1"])
def test_a_number_that_is_none_changes_nothing(number: str) -> None:
    published()
    browser = browser_of(make_user())
    assert browser.post(reverse("visitors:policy_seen"), {"number": number}).status_code == 302
    assert not PolicySeen.objects.exists()


def test_visitors_see_no_notice_and_cannot_say_that_they_have_seen_one(client: Client) -> None:
    published()
    change()
    assert NOTICE not in said(client.get("/"))
    answer = client.post(reverse("visitors:policy_seen"), {"number": "2"})
    assert answer["Location"].startswith(reverse("account_login"))
