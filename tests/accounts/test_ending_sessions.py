"""Whoever runs the site signs one account out, or everybody."""

from functools import partial
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.test import Client

from accounts import securing
from privacy.actors import SYSTEM, Actor
from privacy.models import AuditEntry
from tests.accounts.flows import sign_in
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P4.1")]


def ended(*words: str) -> str:
    out = StringIO()
    call_command("end_sessions", *words, stdout=out)
    return out.getvalue().strip()


def test_the_command_ends_those_of_one_account_or_of_everybody_on_record() -> None:
    ada, bob, eve = (Client() for _ in range(3))
    person = make_user()
    sign_in(ada, person)
    for browser in (bob, eve):
        sign_in(browser, make_user())
    assert ended(f" {person.email.upper()} ") == "1 ended."
    assert [browser.get("/account/").status_code for browser in (ada, bob, eve)] == [302, 200, 200]
    assert ended("--everybody") == "2 ended."
    assert [browser.get("/account/").status_code for browser in (bob, eve)] == [302, 302]
    assert ended("--everybody") == "0 ended."
    assert [entry.data for entry in AuditEntry.objects.filter(event="sessions.ended")] == [
        {"sessions": 1},
        {"sessions": 2},
    ]
    with pytest.raises(CommandError, match="no account"):
        ended("nobody@example.org")
    for act in (securing.sign_out_everybody, partial(securing.sign_out, user_id=person.pk)):
        with pytest.raises(PermissionDenied):
            act(actor=Actor.staff(person.pk))


def test_nobody_named_is_nobody_signed_out(client: Client) -> None:
    sign_in(client, make_user())
    with pytest.raises(ValueError, match="identif"):
        securing.sign_out(actor=SYSTEM, user_id=None)  # type: ignore[arg-type] # a slip: of a row without an owner
    assert client.get("/account/").status_code == 200
