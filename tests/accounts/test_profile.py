"""The account page and the profile."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.test import Client

from accounts import services
from accounts.models import Profile, ProfileChange, User
from privacy import restriction
from privacy.actors import SYSTEM
from privacy.data_map.subject import subject_of_user
from privacy.models import AuditEntry
from privacy.vocabulary import StopGround
from tests.accounts.flows import sign_in
from tests.factories import make_user
from tests.privacy.retention.sweeping import swept

pytestmark = pytest.mark.django_db
PROFILE = "/account/profile/"
MARA = {
    "name": "Mara Lindqvist",
    "workplace": "Nordkvist Retail",
    "position": "Category manager",
    "phone": "+46 8 123 456 78",
    "address": "Storgatan 1\n111 22 Stockholm",
}


@pytest.mark.parametrize("path", ["/account/", PROFILE])
def test_account_pages_are_for_the_signed_in(client: Client, path: str) -> None:
    assert client.get(path)["Location"] == f"/account/login/?next={path}"


def test_the_account_page_says_what_can_be_done(client: Client) -> None:
    sign_in(client, make_user())
    page = client.get("/account/").content.decode()
    for way in (
        "/requests/",
        PROFILE,
        "/account/email/",
        "/account/password/change/",
        "/account/2fa/",
        "/account/sessions/",
    ):
        assert f'href="{way}"' in page
    assert "1 browser." in page
    assert "Off. An app or a passkey" in page


def test_the_profile_is_saved_and_shown_again(client: Client) -> None:
    user = make_user()
    sign_in(client, user)
    assert client.post(PROFILE, MARA)["Location"] == PROFILE
    saved = Profile.objects.get(user=user)
    assert {name: getattr(saved, name).replace("\r\n", "\n") for name in MARA} == MARA
    assert "Mara Lindqvist" in client.get(PROFILE).content.decode()
    assert "Hello, Mara Lindqvist" in client.get("/account/").content.decode()


@pytest.mark.promise("P0.2")
def test_each_field_says_why_it_asks(client: Client) -> None:
    sign_in(client, make_user())
    page = client.get(PROFILE).content.decode()
    for name in MARA:
        assert f'id="id_{name}_helptext"' in page
        assert f'for="id_{name}"' in page
    assert page.count("So that we can") == len(MARA)


def test_nothing_is_required(client: Client) -> None:
    user = make_user()
    sign_in(client, user)
    assert client.post(PROFILE, dict.fromkeys(MARA, "")).status_code == 302


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "x" * 121, "Use at most 120 characters; this has 121."),
        ("address", "x" * 501, "Use at most 500 characters; this has 501."),
        ("phone", "call me", "Enter a phone number in digits"),
    ],
)
def test_a_mistake_is_said_at_its_field_and_nothing_typed_is_lost(
    client: Client, field: str, value: str, said: str
) -> None:
    user = make_user()
    sign_in(client, user)
    answer = client.post(PROFILE, {**MARA, field: value})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert said in page
    assert f'href="#id_{field}"' in page
    assert value in page
    assert "Category manager" in page
    assert "<title>Error: Your profile" in page
    assert Profile.objects.get(user=user).position == ""


def test_markup_in_a_name_is_shown_as_text(client: Client) -> None:
    sign_in(client, make_user())
    client.post(PROFILE, {**MARA, "name": "<script>alert(1)</script>"})
    assert "<script>alert" not in client.get("/account/").content.decode()


def test_the_audit_says_which_fields_changed_and_not_the_words() -> None:
    user = make_user()
    actor = services.actor_of(user.pk)
    services.update_profile(actor=actor, user_id=user.pk, **MARA)
    services.update_profile(actor=actor, user_id=user.pk, **{**MARA, "phone": ""})
    services.update_profile(actor=actor, user_id=user.pk, **{**MARA, "phone": ""})
    first, second = AuditEntry.objects.filter(event="profile.updated")
    assert set(first.data) == set(MARA)
    assert second.data == {"phone": True}
    assert "Mara" not in str(first.__dict__)
    assert str(user.pk) not in str(first.__dict__)


def test_nobody_writes_the_profile_of_another() -> None:
    with pytest.raises(PermissionDenied):
        services.update_profile(actor=services.actor_of(make_user().pk), user_id=make_user().pk, **MARA)


def test_an_account_without_a_profile_can_write_one(client: Client) -> None:
    user = make_user()
    Profile.objects.all().delete()
    sign_in(client, user)
    assert client.get(PROFILE).status_code == 200
    assert client.post(PROFILE, MARA).status_code == 302
    assert Profile.objects.get(user=user).name == "Mara Lindqvist"


def test_an_account_is_opened_with_its_profile_or_not_at_all() -> None:
    user = make_user()
    twin = User(pk=user.pk, email="twin@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        services.open_account(actor=services.actor_of(twin.pk), user=twin)
    user.refresh_from_db()
    assert user.email != "twin@example.org"


def entries(client: Client) -> str:
    """The part of the page that says what was changed."""
    page = client.get(PROFILE).content.decode()
    return page[page.index("What was changed") : page.index("</main>")]


@pytest.mark.promise("P5.2")
def test_the_page_shows_what_was_changed_by_whom_and_puts_it_back_with_one_press(client: Client) -> None:
    user = make_user()
    sign_in(client, user)
    assert "Nothing so far." in entries(client)
    client.post(PROFILE, MARA)
    client.post(PROFILE, {**MARA, "workplace": "Another\u202eShop"})
    shown = entries(client)
    assert '<del><bdi class="copy">Nordkvist Retail</bdi></del>' in shown
    assert "by you." in shown
    change = ProfileChange.objects.get(field="workplace", old="Nordkvist Retail")
    assert shown.count("/put-back/") == 1
    for _press in range(2):
        assert client.post(f"{PROFILE}changes/{change.pk}/put-back/")["Location"] == PROFILE
    assert Profile.objects.get(user=user).workplace == "Nordkvist Retail"
    assert ProfileChange.objects.filter(field="workplace").count() == 3
    client.post(f"{PROFILE}changes/{change.pk}/forget/")
    client.post(f"{PROFILE}changes/{change.pk}/forget/")
    assert not ProfileChange.objects.filter(pk=change.pk).exists()
    assert AuditEntry.objects.filter(event="profile.change_forgotten").count() == 1
    assert client.post(f"{PROFILE}changes/{change.pk}/put-back/").status_code == 404


def test_what_is_emptied_is_gone_from_the_history_too(client: Client) -> None:
    user = make_user()
    sign_in(client, user)
    client.post(PROFILE, MARA)
    client.post(PROFILE, {**MARA, "phone": "+46 8 999 99 99"})
    client.post(PROFILE, {**MARA, "phone": ""})
    change = ProfileChange.objects.get(field="phone")
    assert (change.old, change.new) == ("", "")
    assert "Emptied. What stood here is gone." in entries(client)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProfileChange.objects.create(user=user, field="phone", old="+46 8 123 456 78", new="", by="person")


def test_line_breaks_of_a_browser_are_no_change(client: Client) -> None:
    user = make_user()
    services.update_profile(actor=services.actor_of(user.pk), user_id=user.pk, **MARA)
    ProfileChange.objects.all().delete()
    sign_in(client, user)
    client.post(PROFILE, {**MARA, "address": MARA["address"].replace("\n", "\r\n")})
    assert not ProfileChange.objects.exists()


def test_what_our_staff_corrected_says_so(client: Client) -> None:
    user = make_user()
    sign_in(client, user)
    services.update_profile(actor=SYSTEM, user_id=user.pk, **MARA)
    assert "by our staff, because you asked for it." in entries(client)


def test_two_windows_do_not_overwrite_each_other_in_silence(client: Client) -> None:
    user = make_user()
    sign_in(client, user)
    seen = client.get(PROFILE).context["form"].initial["seen"]
    client.post(PROFILE, {**MARA, "seen": seen})
    answer = client.post(PROFILE, {**MARA, "seen": seen, "name": "Mara L.", "position": ""})
    page = answer.content.decode()
    assert "This was changed meanwhile and now says “Mara Lindqvist”." in page
    assert "now says “Category manager”." in page
    assert 'value="Mara L."' in page
    assert Profile.objects.get(user=user).name == "Mara Lindqvist"
    again = answer.context["form"]["seen"].value()
    assert client.post(PROFILE, {**MARA, "seen": again, "name": "Mara L."})["Location"] == PROFILE
    assert Profile.objects.get(user=user).name == "Mara L."
    # What says the same in both windows was not lost.
    assert client.post(PROFILE, {**MARA, "seen": seen, "name": "Mara L."})["Location"] == PROFILE


def test_nobody_puts_back_or_forgets_the_change_of_another(client: Client) -> None:
    user, other = make_user(), make_user()
    services.update_profile(actor=services.actor_of(user.pk), user_id=user.pk, **MARA)
    change = ProfileChange.objects.filter(user=user)[0]
    sign_in(client, other)
    client.post(f"{PROFILE}changes/{change.pk}/forget/")
    assert client.post(f"{PROFILE}changes/{change.pk}/put-back/").status_code == 404
    assert ProfileChange.objects.filter(pk=change.pk).exists()
    for act in (services.put_back, services.forget_change):
        with pytest.raises(PermissionDenied):
            act(actor=services.actor_of(other.pk), user_id=user.pk, change_id=change.pk)


def test_a_restricted_profile_can_be_corrected_and_its_history_waits(client: Client) -> None:
    user, free = make_user(), make_user()
    sign_in(client, user)
    subject = subject_of_user(user.pk)
    who = {"subject_digest": subject.digest, "digests": subject.digests()}
    restriction.impose(actor=SYSTEM, **who, ground=StopGround.CLAIMS)
    client.post(PROFILE, MARA)
    assert "We only store what stands here" in client.get(PROFILE).content.decode()
    services.update_profile(actor=services.actor_of(free.pk), user_id=free.pk, **MARA)
    assert swept("accounts-profilechange").deleted == 0
    ProfileChange.objects.update(changed_at=Now() - timedelta(days=settings.PROFILE_HISTORY_DAYS, seconds=1))
    tally = swept("accounts-profilechange")
    assert (tally.deleted, tally.kept, tally.left) == (len(MARA), {"restriction": len(MARA)}, 0)
    assert set(ProfileChange.objects.values_list("user_id", flat=True)) == {user.pk}
