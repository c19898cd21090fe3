"""Is this address known? Every door that takes an address from a stranger says the same of all, with the same work.

Each door is tried with an address that nobody has and with one of every kind that we know; each try begins from the
same state (A3). What can be told by the clock is the work behind an answer: password hashes and statements (A4).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.forms import EmailField
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.module_loading import import_string
from post_office.models import Email

from accounts.models import FormerAddress
from occicor.even_doors import DOORS as EVEN
from privacy import restriction
from privacy.actors import SYSTEM
from privacy.data_map.subject import subject_of_user
from privacy.vocabulary import StopGround
from tests.accounts.flows import BORN
from tests.api.app import App
from tests.attacks.form_classes import form_classes
from tests.factories import make_enrolment, make_message, make_request, make_subscription, make_user
from tests.quick_argon2 import QuickArgon2PasswordHasher
from tests.rights_requests.browsing import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P6.1")]
NOBODY = "somebody@elsewhere.example"
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
# What is drawn anew for each visitor: references, numbers of rows, tokens, the minute.
MADE = re.compile(
    r"OC-\w{4}-\w{4}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[\w-]+:[\w-]{6}:[\w-]{43}|[\w-]+:[\w-]{43}"
    r'|"session_token": ?"[^"]+"'
)
# Our own mailbox is no attacker's.
OURS = {"privacy@occicor.example"}
Visit = Callable[[Client, str], Iterator[Any]]


def sign_in(client: Client, address: str) -> Iterator[Any]:
    """With a wrong password."""
    yield client.post(reverse("account_login"), {"login": address, "password": "wrong wrong wrong"})


def sign_in_by_app(client: Client, address: str) -> Iterator[Any]:
    """The same with an app."""
    yield App(client=client).post("auth/login", {"email": address, "password": "wrong wrong wrong"})


def sign_up(client: Client, address: str) -> Iterator[Any]:
    """And look at the page that asks for the code, and enter a wrong one."""
    given = {**BORN, "email": address, "password1": "an even better battery staple"}
    yield client.post(reverse("account_signup"), given)
    yield client.get(reverse("account_email_verification_sent"))
    yield client.post(reverse("account_email_verification_sent"), {"code": "AAAA-AAAA"})


def reset(client: Client, address: str) -> Iterator[Any]:
    """A new password, and a wrong code."""
    yield client.post(reverse("account_reset_password"), {"email": address})
    yield client.get(reverse("account_confirm_password_reset_code"))
    yield client.post(reverse("account_confirm_password_reset_code"), {"code": "AAAA-AAAA"})


def show_address(client: Client, address: str) -> Iterator[Any]:
    """That the mailbox is one's own, with a wrong code."""
    yield client.post(reverse("rights_requests:address"), {"email": address})
    yield client.get(reverse("rights_requests:code"))
    yield client.post(reverse("rights_requests:code"), {"code": "AAAA-AAAA"})


def report_a_child(client: Client, address: str) -> Iterator[Any]:
    """Say that it is a child's."""
    yield client.post(reverse("rights_requests:child"), {"who": address, "relation": "other", "message": ""})


def ask_for_messages(client: Client, address: str) -> Iterator[Any]:
    """Be written to."""
    page = client.get(reverse("visitors:newsletter")).content.decode()
    hidden = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
    yield client.post(reverse("visitors:newsletter"), {**hidden, "topics": ["newsletter"], "email": address})


def write_to_us(client: Client, address: str) -> Iterator[Any]:
    """Write from an address that is not one's own."""
    page = client.get(reverse("visitors:contact")).content.decode()
    hidden = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
    given = {"topic": "other", "text": "When do you open?", "email": address, "name": ""}
    yield client.post(reverse("visitors:contact"), {**hidden, **given})


def ask_for_someone(client: Client, address: str) -> Iterator[Any]:
    """The question and the check of an agent who is signed in."""
    someone = {"role": "agent", "name": "Bo", "email": address, "country": "FR", "right": "access"}
    yield client.post(reverse("rights_requests:for_someone"), someone)
    what = reverse("rights_requests:for_someone_what", args=["access"])
    yield client.post(what, {"message": ""})
    check = reverse("rights_requests:for_someone_check", args=["access"])
    shown = client.get(check)
    yield shown
    hidden = dict(
        re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', shown.content.decode())
    )
    yield client.post(check, {**hidden, "signed": "Bo", "country": "FR"})


def share_a_card(client: Client, address: str) -> Iterator[Any]:
    """Let somebody see one's profile."""
    yield client.post(reverse("accounts:sharing_give"), {"email": address, "parts": ["email"], "days": "7"})


def claim(client: Client, address: str) -> Iterator[Any]:
    """Say that it is one's own address at work, with a wrong code."""
    yield client.post(reverse("accounts:claim"), {"work_email": address})
    yield client.get(reverse("accounts:claim_code"))
    yield client.post(reverse("accounts:claim_code"), {"code": "000000"})


def change_address(client: Client, address: str) -> Iterator[Any]:
    """Have it as one's own."""
    yield client.post(reverse("account_email"), {"email": address, "action_add": "1"})
    yield client.get(reverse("account_email_verification_sent"))


@dataclass(frozen=True)
class Door:
    """How it is tried, by whom, and on which form it stands; that of signing in takes its field when it is shown.

    By so many statements its work may differ, each a fifth of a millisecond: five are a message that is held back for
    somebody whose data may not be used, eight the message to an address that was left a short while ago.
    """

    visit: Visit
    form: str = ""
    signed_in: bool = False
    statements: int = 6


DOORS = {
    "sign in": Door(sign_in),
    "sign in by app": Door(sign_in_by_app),
    "sign up": Door(sign_up, "accounts.forms.SignupForm", statements=14),
    "reset": Door(reset, "accounts.api.signing_in.PasswordResetInput", statements=9),
    "show an address": Door(show_address, "rights_requests.forms.AddressForm"),
    "report a child": Door(report_a_child, "rights_requests.forms.ChildForm"),
    "ask for messages": Door(ask_for_messages, "consent.forms.SubscribeForm"),
    "write to us": Door(write_to_us, "visitors.forms.ContactForm"),
    "ask for someone": Door(ask_for_someone, "rights_requests.questions.for_someone.WhoForm", signed_in=True),
    "share a card": Door(share_a_card, "accounts.sharing.forms.ShareForm", signed_in=True),
    "claim": Door(claim, "accounts.forms.ClaimForm", signed_in=True),
    "change the address": Door(change_address, "accounts.forms.AddEmailForm", signed_in=True),
}
# Who fills these in has the data before their eyes, or gives an address that is not looked up.
NO_DOORS = {
    "accounts.admin.forms.AppointForm": "staff",
    "accounts.admin.forms.CustomerForm": "staff",
    "accounts.admin.forms.EnrolForm": "staff",
    "consent.admin.forms.PartyForm": "staff",
    "privacy.admin.holding_forms.HoldBackForm": "staff",
    "privacy.desk.holds.OpenHoldForm": "staff",
    "rights_requests.desk.intake.IntakeForm": "staff",
    "accounts.portal.forms.EnrolForm": "a Customer's own people (accounts/portal tests that accounts are not shown)",
    "rights_requests.questions.portability.PortabilityForm": "where a copy goes",
    "visitors.style_samples.SampleForm": "sent nowhere",
}


def known_addresses() -> dict[str, str]:
    """An address of each kind that we know."""
    made = {kind: f"{kind.replace(' ', '.')}@known.example" for kind in KINDS}
    make_user(made["account"])
    make_user(made["unconfirmed"], verified=False)
    make_user(made["closed"], is_active=False)
    make_request(make_user(made["asked"]))
    blocked = subject_of_user(make_user(made["reported"]).pk)
    who = {"subject_digest": blocked.digest, "digests": blocked.digests()}
    restriction.impose(actor=SYSTEM, **who, ground=StopGround.MINOR)
    make_enrolment(made["enrolled"])
    make_subscription(made["reader"])
    make_message(made["wrote"])
    FormerAddress.objects.create(user=make_user("moved@known.example"), email=made["left"])
    return made


KINDS = ("account", "unconfirmed", "closed", "asked", "reported", "enrolled", "reader", "wrote", "left")


@dataclass(frozen=True)
class Told:
    """What a visitor got, whom messages went to, and what it cost; to which views something was sent."""

    answers: tuple[tuple[int, str, str], ...]
    views: frozenset[str]
    mailed: frozenset[str]
    hashes: int
    statements: int


def visited(door: Door, client: Client, address: str) -> Told:
    """Go through a door; whatever that changed is taken back."""
    cache.clear()
    hashed = Counter[str]()
    kept = client.cookies.output(), dict(client.cookies)

    def counting(name: str) -> Callable[..., Any]:
        work = getattr(QuickArgon2PasswordHasher, name)

        def counted(*args: Any, **kwargs: Any) -> Any:
            hashed[name] += 1
            return work(*args, **kwargs)

        return counted

    with transaction.atomic(), pytest.MonkeyPatch.context() as patch, CaptureQueriesContext(connection) as queries:
        for name in ("encode", "verify"):
            patch.setattr(QuickArgon2PasswordHasher, name, counting(name))
        before = set(Email.objects.values_list("pk", flat=True))
        seen = [(_masked(answer, address), _sent_to(answer)) for answer in door.visit(client, address)]
        mailed = {to for mail in Email.objects.exclude(pk__in=before) for to in mail.to}
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.update(kept[1])
    assert client.cookies.output() == kept[0]
    answers, views = zip(*seen, strict=True)
    return Told(answers, frozenset(views), frozenset(mailed) - {address} - OURS, sum(hashed.values()), len(queries))


def _sent_to(answer: Any) -> str:
    return answer.resolver_match.view_name if answer.request["REQUEST_METHOD"] == "POST" else ""


def _masked(answer: Any, address: str) -> tuple[int, str, str]:
    body = HIDDEN.sub("", answer.content.decode())
    for form in {address, escape(address), quote(address, safe=""), quote(address)}:
        body = body.replace(form, "ADDRESS")
    return answer.status_code, MADE.sub("", answer.get("Location", "")), MADE.sub("", body)


@pytest.fixture(scope="module")
def found(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, dict[str, Told]]]:
    """What each door said of each kind of address."""
    with django_db_blocker.unblock(), transaction.atomic():
        known = {**known_addresses(), "nobody": NOBODY}
        person = browser_of(make_user("curious@example.org"))
        stranger = Client()
        for client in (person, stranger):
            client.raise_request_exception = False
        for door in DOORS.values():
            visited(
                door, person if door.signed_in else stranger, NOBODY
            )  # what is looked up once is known from here on
        yield {
            name: {
                kind: visited(door, person if door.signed_in else stranger, address) for kind, address in known.items()
            }
            for name, door in DOORS.items()
        }
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", DOORS)
def test_a_door_says_the_same_of_every_address(found: dict[str, dict[str, Told]], name: str) -> None:
    """Status, way on and page; and no message goes to anybody else because of it."""
    nobody = found[name]["nobody"]
    assert {answer[0] for answer in nobody.answers} <= {200, 302, 400, 401}
    other = {kind: told for kind, told in found[name].items() if told.answers != nobody.answers}
    assert [*other] == []
    assert {kind: told.mailed for kind, told in found[name].items() if told.mailed != nobody.mailed} == {}


@pytest.mark.parametrize("name", DOORS)
def test_a_door_does_as_much_work_for_every_address(found: dict[str, dict[str, Told]], name: str) -> None:
    """The same hashes; and statements but for a few."""
    nobody, most = found[name]["nobody"], DOORS[name].statements
    assert {kind: told.hashes for kind, told in found[name].items() if told.hashes != nobody.hashes} == {}
    more = {kind: told.statements - nobody.statements for kind, told in found[name].items()}
    assert {kind: by for kind, by in more.items() if abs(by) > most} == {}, nobody.statements


def test_every_door_but_signing_in_answers_after_an_even_time(found: dict[str, dict[str, Told]]) -> None:
    """What is left of a difference in the work is over by then; one hash is nearly all the work of signing in."""
    sent = {view for name, kinds in found.items() for view in kinds["nobody"].views if "sign in" not in name}
    assert sent - {""} - EVEN.keys() == set()


def test_every_door_that_takes_an_address_is_tried() -> None:
    """Each form with a field for an address is a door above, or is named below with the reason why it is none."""
    forms = {name: import_string(name) for name in form_classes()}
    taking = {name for name, form in forms.items() if _takes_an_address(form)}
    assert taking - NO_DOORS.keys() == {door.form for door in DOORS.values()} - {""}
    assert NO_DOORS.keys() <= taking


def _takes_an_address(form: Any) -> bool:
    fields = getattr(form, "base_fields", {})
    return any(isinstance(field, EmailField) or name in {"login", "who"} for name, field in fields.items())
