"""A Customer sees its own people, ever, and nobody else does: each address, verb, person and question."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.administering import administrator_actor
from accounts.models import Customer, Enrolment
from accounts.portal import looking, selectors
from accounts.portal.urls import urlpatterns
from privacy.models import AuditEntry
from tests.accounts.portal import people
from tests.api.factories import make_key
from tests.customer_factories import make_administrator
from tests.factories import make_customer, make_enrolment
from tests.guards.sources import ROOT
from tests.rights_requests.browsing import without_csrf

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P1.3")]
VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
NAME, ADDRESS, FACT, COMPANY = "Vidalina", "vidalina@canary.example", "Perpignan 7", "Canary Foods"
WRITTEN = {"nickname": "Mallory", "work_email": ADDRESS, "facts": "store: 1", "customer": "1", "end": "on"}
ROUTES = [route.name for route in urlpatterns]
OTHERS: dict[str, Callable[[Customer], Client]] = {
    "nobody": lambda _customer: Client(),
    "somebody": lambda _customer: people.somebody(),
    "staff": lambda _customer: people.member_of_staff(),
    "administrator of another Customer": lambda _customer: people.administrator_of_another(),
    "removed administrator": people.removed,
    "after the agreement": people.after_the_agreement,
    "closed account": people.closed,
}


@pytest.fixture
def theirs() -> Enrolment:
    """The person whom nobody else may see."""
    customer = make_customer(COMPANY)
    make_enrolment(f"old.{ADDRESS}", customer=customer, nickname=f"Old {NAME}", ended_at=timezone.now())
    return make_enrolment(ADDRESS, customer=customer, nickname=NAME, attributes={"store": FACT})


def at(route: str, theirs: Enrolment) -> str:
    """The address of a page of the portal; a new kind of thing in addresses is to be named here."""
    taken = re.findall(r"<\w+:(\w+)>", next(str(known.pattern) for known in urlpatterns if known.name == route))
    keys = theirs.customer.api_keys.all() or [make_key(theirs.customer)]
    things: dict[str, Any] = {"enrolment_id": theirs.pk, "key_id": keys[0].pk}
    return reverse(f"accounts:{route}", kwargs={name: things[name] for name in taken})


def answers(client: Client, path: str, verbs: Iterable[str]) -> Iterator[tuple[str, HttpResponse]]:
    for verb in verbs:
        yield verb, client.generic(verb, path, QUERY_STRING="q=vidal&standing=all")
        if verb in {"POST", "PUT", "PATCH"}:
            yield verb, client.generic(verb, path, "nickname=Mallory", "application/x-www-form-urlencoded")
    yield "POST", client.post(path, WRITTEN)


def state() -> list[dict[str, Any]]:
    return list(Enrolment.objects.filter(customer__name=COMPANY).order_by("pk").values())


@pytest.mark.parametrize(("who", "route"), list(product(OTHERS, ROUTES)))
def test_nobody_else_sees_or_changes_anything(who: str, route: str, theirs: Enrolment) -> None:
    client, path, before = OTHERS[who](theirs.customer), at(route, theirs), state()
    own_pages = who == "administrator of another Customer" and str(theirs.pk) not in path
    for verb, answer in answers(client, path, ("GET", "POST") if who in {"staff", "closed account"} else VERBS):
        signs_in = answer.status_code == 302 and answer["Location"].startswith(reverse("account_login"))
        refused = answer.status_code in {404, 405} or (who in {"nobody", "closed account"} and signs_in)
        assert own_pages or refused, (verb, answer.status_code)
        shown = answer.content.decode()
        for secret in (NAME, FACT, COMPANY, str(theirs.pk)[:8]):
            assert secret not in shown, verb
    assert state() == before
    assert not AuditEntry.objects.filter(event="enrolment.viewed").exists()


def test_what_is_somebody_elses_looks_like_what_is_nobodys(theirs: Enrolment) -> None:
    client = people.administrator_of_another()
    nobodys = UUID(int=7)
    for route in ("customer_person", "customer_change", "customer_end"):
        pages = [without_csrf(client.get(reverse(f"accounts:{route}", args=[pk]))) for pk in (theirs.pk, nobodys)]
        assert pages[0].replace(str(theirs.pk).encode(), b"") == pages[1].replace(str(nobodys).encode(), b"")


def test_the_administrator_sees_them_or_the_answers_above_would_mean_nothing(theirs: Enrolment) -> None:
    client = people.browser_at(make_administrator(customer=theirs.customer))
    pages = [route for route in ROUTES if "_key_" not in str(route)]
    assert {route: client.get(at(route, theirs)).status_code for route in pages} == dict.fromkeys(pages, 200)
    assert FACT in client.get(at("customer_person", theirs)).content.decode()


def test_every_question_is_asked_for_one_customer_and_answers_nothing_of_another(theirs: Enrolment) -> None:
    other, own = make_customer(), theirs.customer
    mine = make_enrolment(customer=other, nickname="Vid")
    assert list(selectors.enrolments_of(other)) == [mine]
    assert [enrolment.pk for enrolment in selectors.people_of(other, standing="all")] == [mine.pk]
    assert list(selectors.people_of(other, search=NAME, standing="all")) == []
    assert list(selectors.people_of(other, search=ADDRESS, standing="all")) == []
    assert selectors.enrolled_at(other, ADDRESS) is None
    assert selectors.enrolled_at(own, ADDRESS) == theirs
    make_administrator(customer=own)
    desk = selectors.desk_of(other)
    assert (desk.current, desk.ended, desk.administrators) == (1, 0, [])
    with pytest.raises(Enrolment.DoesNotExist):
        selectors.person_of(other, theirs.pk)


def test_a_look_for_another_customer_is_refused_by_the_service_itself(theirs: Enrolment) -> None:
    appointed = make_administrator()
    actor = administrator_actor(appointed.user_id, appointed.customer)
    with pytest.raises(PermissionDenied):
        looking.look_at(actor=actor, customer=theirs.customer, enrolment_id=theirs.pk)
    with pytest.raises(Enrolment.DoesNotExist):
        looking.look_at(actor=actor, customer=appointed.customer, enrolment_id=theirs.pk)
    assert not AuditEntry.objects.filter(event="enrolment.viewed").exists()


def test_the_portal_asks_for_enrolments_in_one_place_only() -> None:
    asks = {
        path.name: path.read_text(encoding="utf-8").count("Enrolment.objects")
        for path in Path(ROOT, "accounts/portal").rglob("*.py")
    }
    assert {name: count for name, count in asks.items() if count} == {"selectors.py": 1}
