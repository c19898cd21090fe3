"""Keys of Customers: made, shown once, renewed, ended; and what a system can do with one, for its own people only."""

import itertools
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from post_office.models import Email

from accounts import enrolling, keys
from accounts.administering import administrator_actor
from accounts.asked_once import AnotherPerson, Asked, made_by
from accounts.errors import KeyRefused
from accounts.models import ApiKey, Customer, Enrolment
from accounts.vocabulary import Scope
from privacy.models import AuditEntry
from tests.accounts.flows import confirm_again
from tests.accounts.portal.people import browser_at
from tests.api.app import SECRET, App, System
from tests.api.factories import make_key
from tests.attacks.site_map import routes
from tests.customer_factories import make_administrator
from tests.factories import make_customer, make_enrolment, make_user
from tests.waiting import wait_until_someone_waits_for_us

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P1.3")]
PEOPLE = "customer/enrolments/"
LINA = {"nickname": "Lina", "work_email": "lina@work.example", "attributes": {"store": "Lyon 3", "shelves": 12}}


@pytest.fixture
def customer() -> Customer:
    """A Customer with a key that may do everything."""
    made = make_customer()
    make_key(made, secret=SECRET)
    return made


def test_a_key_is_shown_once_and_known_by_its_digest_only(customer: Customer) -> None:
    client = browser_at(make_administrator(customer=customer))
    page = "/account/customer/keys/"
    asked = {"name": "Staff list", "scopes": ["enrolments:read"]}
    assert "/reauthenticate/" in client.post(page, asked)["Location"]
    confirm_again(client)
    shown = client.post(page, asked).content.decode()
    secret = shown.split("occ_")[1][:64]
    made = ApiKey.objects.get(name="Staff list", scopes=["enrolments:read"])
    assert keys.by_secret(f"occ_{secret}") == made
    assert secret not in client.get(page).content.decode()
    assert secret not in str(list(ApiKey.objects.values()))
    renewed = client.post(f"{page}{made.pk}/renew/").content.decode()
    assert keys.by_secret(f"occ_{secret}") is None
    assert keys.by_secret("occ_" + renewed.split("occ_")[1][:64]) == made
    client.post(f"{page}{made.pk}/end/")
    assert keys.by_secret("occ_" + renewed.split("occ_")[1][:64]) is None
    events = AuditEntry.objects.filter(event__startswith="api_key.").order_by("seq").values_list("event", flat=True)
    assert list(events) == ["api_key.made", "api_key.renewed", "api_key.ended"]


def test_a_system_enrols_reads_changes_and_ends(customer: Customer) -> None:
    system = System()
    made = system.post(PEOPLE, LINA)
    assert made.status_code == 201, made.content
    assert system.post(PEOPLE, LINA).status_code == 200
    person = Enrolment.objects.get()
    assert (person.customer, person.invited_at is not None) == (customer, True)
    line = system.get(PEOPLE).json()["items"][0]
    assert (line["id"], "attributes" in line) == (str(person.pk), False)
    address = f"{PEOPLE}{person.pk}/"
    read = system.get(address)
    assert read.json()["attributes"] == LINA["attributes"]
    said = {"nickname": "Lin", "attributes": {"store": "Lyon 4"}}
    assert system.asks("put", address, said).status_code == 428
    assert system.asks("put", address, said, If_Match=read["ETag"]).json()["nickname"] == "Lin"
    assert system.asks("put", address, said, If_Match=read["ETag"]).status_code == 412
    wrong = system.post(PEOPLE, {**LINA, "nickname": "see https://x.example"})
    assert (wrong.status_code, wrong.json()["detail"][:5]) == (422, "Enter")
    ended = system.post(f"{address}end/").json()
    assert (ended["ended_at"] is not None, ended["goes_at"] is not None) == (True, True)
    with CaptureQueriesContext(connection) as asked:
        assert system.get(PEOPLE).json()["items"] == []
    assert len(asked) <= 6
    assert len(system.get(f"{PEOPLE}?standing=ended").json()["items"]) == 1
    # Read, and shown once more when it ended.
    looked = AuditEntry.objects.filter(event="enrolment.viewed")
    assert [entry.actor.startswith(f"customer:{customer.pk}:") for entry in looked] == [True, True]
    assert ApiKey.objects.get().last_used_on == timezone.localdate()


def test_the_same_sent_late_under_its_key_does_not_begin_an_enrolment_anew(customer: Customer) -> None:
    system, key = System(), "2f1c9a4e-enrol-lina"
    first = system.post(PEOPLE, LINA, Idempotency_Key=key)
    address = f"{PEOPLE}{first.json()['id']}/"
    system.post(f"{address}end/")
    again = system.post(PEOPLE, LINA, Idempotency_Key=key)
    assert (again.status_code, again["Idempotent-Replayed"]) == (201, "true")
    assert (again.json()["id"], again.json()["ended_at"] is not None) == (first.json()["id"], True)
    other = system.post(PEOPLE, {**LINA, "work_email": "mona@work.example"}, Idempotency_Key=key)
    assert (other.status_code, other.json()["type"].partition("#")[2]) == (422, "problem-other-request")
    assert system.post(PEOPLE, LINA, Idempotency_Key="short").status_code == 422
    assert Email.objects.count() == 1
    # A word of its own begins it anew; under the key of the first one it would be the same again.
    anew = system.post(PEOPLE, LINA, Idempotency_Key="another-key-of-lina")
    assert (anew.status_code, anew.json()["ended_at"], Email.objects.count()) == (201, None, 2)
    stored = str(list(Enrolment.objects.values("asked_as", "asked_what")))
    assert key not in stored


@pytest.mark.django_db(transaction=True)
def test_two_that_meet_under_one_key_enrol_one_person(customer: Customer) -> None:
    actor, person = keys.actor_of(ApiKey.objects.get()), {"nickname": "Lina", "work_email": "lina@work.example"}
    asked = Asked.of(customer=customer, key="12345678", body=b"{}")
    made: list[Any] = []

    def enrol() -> None:
        made.append(enrolling.enrol(actor=actor, customer_id=customer.pk, asked=asked, **person).pk)
        connection.close()

    thread = Thread(target=enrol)
    with transaction.atomic():
        first = enrolling.enrol(actor=actor, customer_id=customer.pk, asked=asked, **person)
        thread.start()
        wait_until_someone_waits_for_us()
    thread.join()
    assert made == [first.pk]
    other = Asked.of(customer=customer, key="12345678", body=b"{ }")
    with pytest.raises(AnotherPerson):
        enrolling.enrol(actor=actor, customer_id=customer.pk, asked=other, **person)
    # The same key of another Customer is another key.
    assert made_by(make_customer(), asked) is None


def test_a_key_that_may_not_read_is_told_nothing_that_was_said() -> None:
    customer = make_customer()
    make_key(customer, Scope.WRITE, secret=SECRET)
    system, person = System(), make_enrolment(customer=customer, attributes={"store": "Lyon 3"})
    address = f"{PEOPLE}{person.pk}/"
    told = [
        system.post(PEOPLE, LINA),
        system.asks("put", address, {"nickname": "Lin", "attributes": {"store": "Lyon 4"}}, If_Match="*"),
        system.post(f"{address}end/"),
    ]
    assert [(answer.status_code, answer.json()["attributes"]) for answer in told] == [
        (201, None),
        (200, None),
        (200, None),
    ]
    assert not AuditEntry.objects.filter(event="enrolment.viewed").exists()


def test_a_list_goes_on_as_it_began_and_only_so_many_are_written_to(customer: Customer, settings: Any) -> None:
    for _turn in range(2):
        make_enrolment(customer=customer, ended_at=timezone.now())
        make_enrolment(customer=customer)
    system = System()
    first = system.get(f"{PEOPLE}?standing=ended&limit=1").json()
    assert system.get(first["next"]).json()["items"][0]["ended_at"] is not None
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "enrol": "1/h/key"}
    assert [system.post(PEOPLE, LINA).status_code for _turn in range(2)] == [201, 200]
    full = system.post(PEOPLE, {**LINA, "work_email": "two@work.example"})
    assert full.status_code == 429
    assert 3500 < int(full["Retry-After"]) <= 3600
    huge = system.post(PEOPLE, {**LINA, "attributes": {"shelves": 10**400}})
    assert huge.status_code == 422


def test_a_key_does_what_its_scopes_say_and_opens_no_other_door() -> None:
    make_key(make_customer(), Scope.READ, secret=SECRET)
    system = System()
    assert system.get(PEOPLE).status_code == 200
    refused = system.post(PEOPLE, LINA)
    assert (refused.status_code, refused.json()["scope"]) == (403, "enrolments:write")
    assert system.get("profile/").status_code == 401
    assert system.get("requests/").status_code == 401
    assert App.of(make_user()).get(PEOPLE).status_code == 401
    assert App().get(PEOPLE)["WWW-Authenticate"].startswith("Bearer")


def test_what_is_another_customers_is_not_there(customer: Customer) -> None:
    theirs, system = make_enrolment(), System()
    nobodys = "6f9619ff-8b86-d011-b42d-00c04fc964ff"
    for method, rest in (("get", ""), ("put", ""), ("post", "end/")):
        body = {"nickname": "Mallory"} if method == "put" else None
        found = [system.asks(method, f"{PEOPLE}{pk}/{rest}", body, If_Match="*").content for pk in (theirs.pk, nobodys)]
        assert found[0] == found[1]
        assert b"not-found" in found[0]
    theirs.refresh_from_db()
    assert theirs.ended_at is None
    assert theirs.nickname != "Mallory"


def test_at_no_address_of_this_door_and_with_no_verb_is_anything_of_another_customer(customer: Customer) -> None:
    """Whatever address is added later is walked too."""
    theirs = make_enrolment("canary@theirs.example", nickname="Canary", attributes={"store": "Canary Wharf"})
    before, system = Enrolment.objects.filter(pk=theirs.pk).values().get(), System()
    own = make_enrolment(customer=customer)
    patterns = [route.pattern for route in routes() if route.pattern.startswith("api/v1/customer/")]
    assert len(patterns) > 2
    for pattern, method in itertools.product(patterns, ("get", "head", "options", "post", "put", "patch", "delete")):
        path = f"/{pattern.replace('<uuid:enrolment_id>', str(theirs.pk))}"
        body = {"nickname": "Mallory"} if method in {"post", "put", "patch"} else None
        answer = system.asks(method, f"{path}?standing=all", body, If_Match="*")
        assert b"canary" not in answer.content.lower(), (method, path)
        assert answer.status_code in {200, 404, 405, 422}, (method, path, answer.status_code)
    assert [line["id"] for line in system.get(f"{PEOPLE}?standing=all").json()["items"]] == [str(own.pk)]
    # Whom another one has enrolled can be enrolled here too: nothing tells that they are there already.
    same = {"nickname": "Cara", "work_email": theirs.work_email}
    assert system.post(PEOPLE, same).json()["attributes"] == {}
    assert Enrolment.objects.filter(pk=theirs.pk).values().get() == before


def test_a_key_ends_with_the_agreement_and_with_a_word(customer: Customer) -> None:
    system = System()
    for ends in ({"agreement_ended_on": timezone.localdate()}, {"agreement_ended_on": None}):
        Customer.objects.update(**ends)
        assert system.get(PEOPLE).status_code == (401 if ends["agreement_ended_on"] else 200)
    ApiKey.objects.update(revoked_at=timezone.now())
    assert system.get(PEOPLE).status_code == 401
    assert Client().get(f"/api/v1/{PEOPLE}", headers={"Authorization": "Bearer occ_" + "b" * 64}).status_code == 401


def test_there_are_only_so_many_keys() -> None:
    appointed = make_administrator()
    actor = administrator_actor(appointed.user_id, appointed.customer)
    made = {"actor": actor, "customer_id": appointed.customer_id, "name": "List"}
    for _turn in range(keys.MOST):
        keys.make(**made, scopes=[Scope.READ])
    with pytest.raises(KeyRefused):
        keys.make(**made, scopes=[Scope.READ])
