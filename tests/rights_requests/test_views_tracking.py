"""The follow link: what it shows without sign-in, what it never shows, and the receipt to keep."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from privacy.package import signing
from privacy.vocabulary import Right
from rights_requests.follow import follow_token
from rights_requests.models import Receipt, RefusalReason, RightsRequest, State
from tests.factories import make_package, make_request, make_user
from tests.rights_requests.browsing import browser_of, database_snapshot, said

pytestmark = pytest.mark.django_db

CONTENT = {
    "document": "occicor.receipt",
    "version": 1,
    "reference": "GONE-1",
    "completed_at": "2027-01-07T14:05:00+01:00",
    "categories": [
        {"slug": "a", "title": "Your profile", "found": 1, "erased": 1, "masked": 0, "kept": 0, "why": ""},
        {"slug": "b", "title": "Your requests", "found": 2, "erased": 0, "masked": 0, "kept": 2, "why": "To show it."}
        | {"until": "5 years after we answered"},
    ],
    "residue": {"hits": 0},
}


@pytest.fixture
def person() -> User:
    return make_user("ada.lovelace@example.org")


@pytest.fixture
def erased(person: User) -> RightsRequest:
    """A finished erasure: the request stays, the person's account is gone."""
    filed = make_request(person, Right.ERASURE, State.COMPLETED, reference="GONE-1", message="")
    signature = signing.sign(signing.canonical(CONTENT))
    Receipt.objects.create(request=filed, content=CONTENT, signature=signature.value_b64, key_id=signature.key_id)
    person.delete()
    filed.refresh_from_db()
    return filed


def _page(name: str, filed: RightsRequest) -> str:
    return reverse(f"rights_requests:{name}", kwargs={"token": follow_token(filed.pk)})


def test_after_the_account_is_gone_the_link_shows_state_and_receipt(client: Client, erased: RightsRequest) -> None:
    page = said(client.get(_page("follow", erased)))
    for words in ("GONE-1", "Your data is deleted", "Your receipt", "Save the signed receipt"):
        assert words in page
    assert (
        "Your profile 1 record deleted Your requests 2 records kept To show it. How long: 5 years after we answered."
        in page
    )


def test_the_saved_receipt_is_genuine_on_the_public_check(client: Client, erased: RightsRequest) -> None:
    saved = client.get(_page("follow_receipt", erased))
    assert saved["Content-Disposition"] == 'attachment; filename="receipt-GONE-1.json"'
    answer = client.post(reverse("rights_requests:verify"), {"document": saved.content.decode()})
    assert "Genuine: this receipt is ours and unchanged" in said(answer)


def test_a_saved_receipt_that_is_changed_is_called_altered(client: Client, erased: RightsRequest) -> None:
    saved = json.loads(client.get(_page("follow_receipt", erased)).content)
    saved["receipt"]["categories"][0]["erased"] = 0
    answer = client.post(reverse("rights_requests:verify"), {"document": json.dumps(saved)})
    assert "Altered" in said(answer)


def test_without_receipt_there_is_no_file(client: Client, person: User) -> None:
    assert client.get(_page("follow_receipt", make_request(person, Right.ERASURE))).status_code == 404


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("right", list(Right))
def test_the_link_shows_nothing_about_the_person_and_offers_no_act(
    client: Client, person: User, right: Right, state: State
) -> None:
    filed = make_request(person, right, state, message="my secret words", plan={})
    for name in ("follow", "follow_progress"):
        answer = client.get(_page(name, filed))
        assert answer.status_code == 200
        content = answer.content.decode()
        for secret in ("lovelace", "my secret words", str(person.pk), "withdraw/"):
            assert secret not in content


def test_words_written_for_the_person_are_shown_to_nobody_but_the_person(client: Client, person: User) -> None:
    words = "Dear Ms Lovelace, we know you from the shop in Ockham."
    filed = make_request(
        person, state=State.REFUSED, refusal_reason=RefusalReason.NOT_IDENTIFIED, refusal_text=words, plan={}
    )
    page = said(client.get(_page("follow", filed)))
    assert "Lovelace" not in page
    assert "We cannot be sure who is asking" in page
    assert "Commission nationale" in page
    assert words in said(browser_of(person).get(reverse("rights_requests:detail", args=[filed.reference])))


def test_a_package_is_not_handed_out_without_sign_in(client: Client, person: User) -> None:
    filed = make_request(person, state=State.COMPLETED)
    make_package(filed)
    page = client.get(_page("follow", filed))
    assert "Sign in to download your copy" in said(page)


@pytest.mark.parametrize("token", ["x", "0" * 32, "0" * 32 + ":" + "A" * 43, "%00", "a:b:c"])
def test_a_made_up_link_is_not_found(client: Client, token: str) -> None:
    for tail in ("", "progress/", "receipt.json"):
        assert client.get(f"/requests/follow/{token}/{tail}").status_code == 404


def test_the_link_of_one_request_does_not_open_another(client: Client, person: User) -> None:
    first, second = make_request(person), make_request(person, Right.ERASURE)
    mixed = second.pk.hex + ":" + follow_token(first.pk).split(":")[1]
    assert client.get(f"/requests/follow/{mixed}/").status_code == 404


def test_the_address_goes_to_no_other_site_and_into_no_search_engine(client: Client, erased: RightsRequest) -> None:
    for name in ("follow", "follow_progress", "follow_receipt"):
        answer = client.get(_page(name, erased))
        assert answer["Referrer-Policy"] == "same-origin"
        assert "noindex" in answer["X-Robots-Tag"]
        assert "no-store" in answer["Cache-Control"]


def test_looking_changes_nothing(client: Client, erased: RightsRequest) -> None:
    before = database_snapshot()
    for name in ("follow", "follow_progress", "follow_receipt"):
        client.get(_page(name, erased))
        client.head(_page(name, erased))
        assert client.post(_page(name, erased)).status_code == 405
    assert database_snapshot() == before
