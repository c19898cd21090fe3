"""Showing that an address is one's own: what is sent to whom, what a code opens, and that a stranger learns nothing."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from accounts.models import FormerAddress
from privacy import restriction
from privacy.actors import SYSTEM
from privacy.data_map.subject import Subject, subject_of_user
from privacy.digests import keyed_digest
from privacy.vocabulary import Right, StopGround
from rights_requests.models import EmailProof, IdentityCheck, RightsRequest, State
from rights_requests.services.proving import check_code, forget_old_proofs, send_code
from rights_requests.vocabulary import ProofPurpose
from tests.factories import make_enrolment, make_request, make_user
from tests.rights_requests.browsing import hidden, said
from tests.rights_requests.scenario import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P7.2")]

ADDRESS = reverse("rights_requests:address")
CODE = reverse("rights_requests:code")
STRANGER = "ada@example.org"


def code_in_mail(address: str) -> str:
    """The code in the newest message to an address; empty when it holds none."""
    text = Email.objects.filter(to=address).latest("id").message
    found = re.search(r"^[0-9A-Z]{4}-[0-9A-Z]{4}$", text, re.MULTILINE)
    return found[0] if found else ""


@pytest.fixture
def known() -> str:
    """Somebody without an account, whom a Customer enrolled."""
    make_enrolment(STRANGER)
    return STRANGER


def proven(client: Client, address: str, onward: str = "") -> Client:
    """The browser of somebody who has just typed the code from their mailbox."""
    client.post(ADDRESS, {"email": address, "next": onward})
    client.post(CODE, {"code": code_in_mail(address), "next": onward})
    return client


def test_whoever_is_not_known_is_asked_how_we_know_them_and_led_back(client: Client) -> None:
    wanted = reverse("rights_requests:new_right", kwargs={"right": "access"})
    answer = client.get(wanted, follow=True)
    assert "How do we know that it is you?" in said(answer)
    assert f"{ADDRESS}?next=%2Frequests%2Fnew%2Faccess%2F" in answer.content.decode()


def test_an_address_on_record_gets_a_code_that_opens_the_way_once(known: str) -> None:
    sent = send_code(address="  Ada@Example.ORG ", purpose=ProofPurpose.FILE)
    code = code_in_mail(known)
    typed = code.lower().replace("-", " ")
    assert check_code(proof_id=sent.proof_id, address=sent.address, code=typed)
    assert not check_code(proof_id=sent.proof_id, address=sent.address, code=code)


@pytest.mark.promise("P5.1")
def test_somebody_we_do_not_know_is_told_in_their_own_mailbox_that_we_hold_nothing() -> None:
    sent = send_code(address=STRANGER, purpose=ProofPurpose.FILE)
    assert code_in_mail(STRANGER) == ""
    assert "we hold no personal data" in Email.objects.get(to=STRANGER).message
    assert not check_code(proof_id=sent.proof_id, address=STRANGER, code="")


def test_somebody_with_an_account_is_told_to_sign_in_and_gets_no_code() -> None:
    user = make_user()
    sent = send_code(address=user.email, purpose=ProofPurpose.FILE)
    assert code_in_mail(user.email) == ""
    assert "Sign in" in Email.objects.get(to=user.email).message
    assert not check_code(proof_id=sent.proof_id, address=user.email, code="")


def test_somebody_who_asked_before_gets_a_code_even_when_nothing_else_is_held() -> None:
    request = make_request(make_user(), state=State.REFUSED)
    digest = keyed_digest("email", STRANGER)
    RightsRequest.objects.filter(pk=request.pk).update(subject_user=None, subject_digest=digest)
    send_code(address=STRANGER, purpose=ProofPurpose.FILE)
    assert code_in_mail(STRANGER)


@pytest.mark.promise("P9.1")
@pytest.mark.parametrize("ground", [StopGround.MINOR, StopGround.ACCURACY])
def test_a_person_whose_data_may_not_be_used_is_known_and_can_still_show_who_they_are(ground: StopGround) -> None:
    person = Subject(emails=frozenset({STRANGER}))
    who = {"subject_digest": person.digest, "digests": person.digests()}
    restriction.impose(actor=SYSTEM, **who, ground=ground)
    sent = send_code(address=STRANGER, purpose=ProofPurpose.FILE)
    assert check_code(proof_id=sent.proof_id, address=STRANGER, code=code_in_mail(STRANGER))


@pytest.mark.parametrize("address", ["known", "stranger", "account"])
def test_pages_are_the_same_for_every_address(client: Client, known: str, address: str) -> None:
    typed = {"known": known, "stranger": "bob@example.org", "account": make_user().email}[address]
    first = client.post(ADDRESS, {"email": typed, "next": ""})
    assert (first.status_code, first["Location"]) == (302, f"{CODE}?next=%2Frequests%2F")
    page = said(client.get(CODE)).replace(typed, "ADDRESS")
    assert "If we know you by this address, the message holds a code." in page
    assert Email.objects.filter(to=typed).count() == 1
    wrong = client.post(CODE, {"code": "AAAA-AAAA"})
    assert "This code does not count." in said(wrong)


def test_as_many_queries_for_strangers_as_for_people_we_know(known: str) -> None:
    counts = []
    for address in (known, "bob@example.org"):
        with CaptureQueriesContext(connection) as queries:
            send_code(address=address, purpose=ProofPurpose.FILE)
        counts.append(len(queries))
    assert counts[0] == counts[1] > 5


def test_after_five_messages_in_an_hour_a_mailbox_is_left_alone(client: Client, known: str) -> None:
    for _time in range(7):
        answer = client.post(ADDRESS, {"email": known})
        assert answer.status_code == 302
    assert Email.objects.filter(to=known).count() == 5


def test_a_stranger_who_asks_again_and_again_does_not_keep_the_owner_out(client: Client, known: str) -> None:
    for _time in range(7):
        stranger = send_code(address=known, purpose=ProofPurpose.FILE)
    EmailProof.objects.update(created_at=timezone.now() - timedelta(minutes=50), expires_at=timezone.now())
    code = code_in_mail(known)
    client.post(ADDRESS, {"email": known})
    assert Email.objects.filter(to=known).count() == 5
    client.post(CODE, {"code": "AAAA-AAAA"})
    assert "Location" in client.post(CODE, {"code": code})
    assert client.get(reverse("rights_requests:list")).status_code == 200
    assert not check_code(proof_id=stranger.proof_id, address=known, code=code)


def test_what_was_not_sent_does_not_count_as_a_message(known: str) -> None:
    asked = [send_code(address=known, purpose=ProofPurpose.FILE).proof_id for _time in range(12)]
    EmailProof.objects.filter(pk__in=asked[:5]).update(created_at=timezone.now() - timedelta(hours=2))
    send_code(address=known, purpose=ProofPurpose.FILE)
    assert Email.objects.filter(to=known).count() == 6


@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_ask_at_once_five_cause_a_message(known: str) -> None:
    at_once(20, lambda _number: send_code(address=known, purpose=ProofPurpose.FILE))
    assert Email.objects.filter(to=known).count() == 5


def test_whoever_left_an_address_is_not_reached_through_it_once_another_has_shown_that_it_is_theirs(known: str) -> None:
    before = make_user("moved@example.org")
    FormerAddress.objects.create(user=before, email=known)
    sent = send_code(address=known, purpose=ProofPurpose.FILE)
    assert not check_code(proof_id=sent.proof_id, address=known, code="AAAA-AAAA")
    assert subject_of_user(before.pk).left == {known}
    assert check_code(proof_id=sent.proof_id, address=known, code=code_in_mail(known))
    assert subject_of_user(before.pk).left == frozenset()


def test_a_code_dies_after_five_wrong_tries(known: str) -> None:
    sent = send_code(address=known, purpose=ProofPurpose.FILE)
    code = code_in_mail(known)
    for _try in range(5):
        assert not check_code(proof_id=sent.proof_id, address=known, code="AAAA-AAAA")
    assert not check_code(proof_id=sent.proof_id, address=known, code=code)


def test_a_code_dies_with_its_time_and_is_forgotten_a_day_later(known: str) -> None:
    sent = send_code(address=known, purpose=ProofPurpose.FILE)
    EmailProof.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert not check_code(proof_id=sent.proof_id, address=known, code=code_in_mail(known))
    assert forget_old_proofs() == 0
    EmailProof.objects.update(expires_at=timezone.now() - timedelta(days=2))
    assert forget_old_proofs() == 1


def test_a_code_for_one_address_opens_no_other(known: str) -> None:
    sent = send_code(address=known, purpose=ProofPurpose.FILE)
    assert not check_code(proof_id=sent.proof_id, address="bob@example.org", code=code_in_mail(known))


def test_neither_code_nor_address_can_be_read_from_the_table(known: str) -> None:
    send_code(address=known, purpose=ProofPurpose.FILE)
    row = str(EmailProof.objects.values().get())
    assert known not in row
    assert code_in_mail(known) not in row


@pytest.mark.django_db(transaction=True)
def test_one_code_in_twenty_hands_opens_one_door(known: str) -> None:
    sent = send_code(address=known, purpose=ProofPurpose.FILE)
    code = code_in_mail(known)

    def redeem(_number: int) -> bool:
        try:
            return check_code(proof_id=sent.proof_id, address=known, code=code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as hands:
        assert sum(hands.map(redeem, range(20))) == 1
    assert EmailProof.objects.get().attempts == 1


def test_a_code_of_an_agent_does_not_open_an_account_that_has_the_address(client: Client) -> None:
    user = make_user()
    client.post(ADDRESS, {"email": user.email, "next": "/requests/for-someone/"})
    client.post(CODE, {"code": code_in_mail(user.email), "next": "/requests/for-someone/"})
    assert client.get(reverse("rights_requests:list")).status_code == 302


def test_a_proof_lasts_half_an_hour_and_can_be_given_up_before(client: Client, known: str) -> None:
    proven(client, known)
    assert client.get(reverse("rights_requests:list")).status_code == 200
    with override_settings(EMAIL_PROOF_MINUTES=0):
        assert client.get(reverse("rights_requests:list")).status_code == 302
    client.post(reverse("rights_requests:leave"))
    assert client.get(reverse("rights_requests:list")).status_code == 302


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "/admin/", "/requests/../admin/x", ""])
def test_the_way_on_stays_on_the_pages_of_requests(client: Client, known: str, onward: str) -> None:
    client.post(ADDRESS, {"email": known, "next": onward})
    answer = client.post(CODE, {"code": code_in_mail(known), "next": onward})
    assert answer["Location"].startswith("/requests/")


@pytest.mark.promise("P5.1")
def test_a_person_without_an_account_asks_for_a_copy_follows_it_and_withdraws(client: Client, known: str) -> None:
    question = reverse("rights_requests:new_right", kwargs={"right": "access"})
    check = reverse("rights_requests:new_check", kwargs={"right": "access"})
    proven(client, known, question)
    client.post(question, {"message": "Everything, please"})
    sent = client.post(check, {"key": hidden(client.get(check), "key")}, follow=True)
    request = RightsRequest.objects.get()
    assert request.reference in said(sent)
    assert (request.right, request.subject_user, request.subject_sealed is None) == (Right.ACCESS, None, False)
    assert IdentityCheck.objects.get(request=request).method == "email_code"
    detail = reverse("rights_requests:detail", kwargs={"reference": request.reference})
    assert "Everything, please" in said(client.get(detail))
    client.post(reverse("rights_requests:withdraw", kwargs={"reference": request.reference}))
    assert RightsRequest.objects.get().state == State.WITHDRAWN
    assert Email.objects.filter(to=known, subject__contains=request.reference).count() >= 2


def test_a_request_of_somebody_else_without_an_account_is_as_unknown_as_any(client: Client, known: str) -> None:
    theirs = make_request(make_user())
    proven(client, known)
    for reference in (theirs.reference, "OC-9999-9999"):
        assert client.get(reverse("rights_requests:detail", kwargs={"reference": reference})).status_code == 404


def test_no_code_is_awaited_in_a_browser_that_asked_for_none(client: Client) -> None:
    assert client.get(CODE)["Location"].startswith(ADDRESS)
