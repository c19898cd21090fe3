"""Honest answers to the forms of the site: who sends each, on which page it stands, and what is filled in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import Customer, User
from privacy.vocabulary import Right
from rights_requests.models import Recipient, RightsRequest
from tests.attacks.roles import AGENT, OWNER, PERSON
from tests.attacks.site_map import Things
from tests.factories import PASSWORD, make_customer, make_enrolment, make_message, make_request, make_user
from visitors.models import ContactMessage

CHIEF = "superuser"
Answers = Mapping[str, Any]
NEW_PASSWORD = "an even better battery staple"


@dataclass(frozen=True)
class Case:
    """One form: who sends it, on which page it stands, honest answers, and where it goes if not to its own page."""

    name: str
    role: str
    page: str
    answers: Answers
    to: str = ""
    before: tuple[tuple[str, Answers], ...] = ()


@dataclass(frozen=True)
class Stage:
    """What the forms are about, beside the things of the one person."""

    things: Things
    asked: RightsRequest
    message: ContactMessage
    customer: Customer
    enrolled: int
    account: User

    @classmethod
    def set_up(cls, things: Things) -> "Stage":
        """Somebody else's request, a message, a Customer with one person enrolled, and an account."""
        customer = make_customer()
        enrolled = make_enrolment("lou@customer.example", customer=customer).pk
        asked = make_request(make_user("carla@example.org"), Right.ACCESS)
        return cls(things, asked, make_message("w@example.org"), customer, enrolled, make_user("dora@example.org"))

    def cases(self) -> dict[str, Case]:
        """Every form, by a name of its own."""
        found = [*self._of_accounts(), *self._of_rights(), *self._of_requests(), *self._of_visitors()]
        found += [*self._of_the_desk(), *self._of_the_admin()]
        return {case.name: case for case in found}

    def _of_accounts(self) -> Iterator[Case]:
        profile = {"name": "Ada", "workplace": "Shop", "position": "", "phone": "", "address": ""}
        sign_up = {"email": "new@example.org", "password1": NEW_PASSWORD}
        changed = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD}
        yield Case("profile", PERSON, at("accounts:profile"), profile)
        yield Case("sign up", "nobody", at("account_signup"), sign_up)
        yield Case("sign in", "nobody", at("account_login"), {"login": "dora@example.org", "password": PASSWORD})
        yield Case("forgotten password", "nobody", at("account_reset_password"), {"email": "dora@example.org"})
        yield Case("new password", PERSON, at("account_change_password"), changed)
        yield Case("who it is", PERSON, at("account_reauthenticate"), {"password": PASSWORD})
        yield Case("new address", PERSON, at("account_email"), {"email": "b2@example.org", "action_add": ""})
        yield Case("end sessions", PERSON, at("usersessions_list"), {})

    def _of_rights(self) -> Iterator[Case]:
        yield sending(Right.ACCESS, {"message": "all of it"})
        yield sending(Right.RESTRICTION, {"ground": "accuracy", "message": ""})
        yield sending(Right.PORTABILITY, {"way": "myself", "email": "", "url": ""})
        yield sending(Right.OBJECTION, {"ground": "marketing", "message": ""})
        yield sending(Right.ERASURE, {"ground": "consent_withdrawn"})
        someone = {"role": "agent", "name": "Bo", "email": "x@example.org", "country": "FR", "right": "access"}
        right = {"right": Right.ACCESS}
        asked = (at("rights_requests:for_someone_what", **right), {"message": ""})
        before = ((at("rights_requests:for_someone"), someone), asked)
        check = at("rights_requests:for_someone_check", **right)
        yield Case("for someone", PERSON, check, {"signed": "Bo"}, before=before)

    def _of_requests(self) -> Iterator[Case]:
        requests = self.things.requests
        own = {"reference": requests[""].reference}
        refused = {"reference": requests["rights_requests:appeal"].reference}
        yield Case("withdraw", OWNER, at("rights_requests:withdraw", **own), {})
        yield Case("write", OWNER, at("rights_requests:write", **own), {"text": "When?"})
        yield Case("appeal", OWNER, at("rights_requests:appeal", **refused), {"text": "Look again."})

    def _of_visitors(self) -> Iterator[Case]:
        question = {"topic": "other", "text": "When do you open?", "email": "w@example.org", "name": ""}
        child = {"who": "child@example.org", "relation": "other", "message": ""}
        yield Case("contact", "nobody", at("visitors:contact"), question)
        yield Case("a child", "nobody", at("rights_requests:child"), child)
        yield Case("address", "nobody", at("rights_requests:address"), {"email": "bob@work.example"})

    def _of_the_desk(self) -> Iterator[Case]:
        yield self._act("refuse", {"reason": "excessive", "text": "Twice."})
        yield self._act("take", {})
        yield self._act("approve", {"plan_hash": ""})
        yield self._act("doubt", {"text": "A new address.", "despite": "Another hand."})
        yield self._act("ask", {"reason": "clarification", "text": "Which shop?"})
        yield self._act("extend", {"reason": "complexity", "text": "Many shops."})
        yield self._act("write", {"text": "We are at it."})
        yield self._act("remark", {"text": "Called."})
        letter = {"channel": "letter", "received_on": timezone.localdate().isoformat(), "right": "access"}
        said = {"role": "self", "email": "carl@example.org", "message": "I want to see it all.", "country": "FR"}
        intake = at("admin:rights_requests_rightsrequest_intake")
        yield Case("take in", AGENT, intake, {**letter, **said})

    def _of_the_admin(self) -> Iterator[Case]:
        customer = {"name": "Corner", "kind": "retailer", "country": "FR", "our_role": "controller"}
        person = {"customer": str(self.customer.pk), "nickname": "Lou", "address": "lo@work.example", "facts": ""}
        recipient = {"name": "Post", "what_for": "letters", "country": "FR", "adapter": "manual"}
        carrier = Recipient.objects.get(name="Carrier").pk
        template = {"title": "Hi", "right": "", "language": "en", "text": "Hello."}
        yield Case("add a customer", AGENT, at("admin:accounts_customer_add"), customer)
        yield Case("change a customer", AGENT, change("accounts_customer", self.customer.pk), customer)
        yield Case("enrol", AGENT, at("admin:accounts_enrolment_add"), person)
        yield Case("end enrolment", AGENT, change("accounts_enrolment", self.enrolled), {"end": "on"})
        yield Case("answered", AGENT, change("visitors_contactmessage", self.message.pk), {"answered": "on"})
        yield Case("add a wording", AGENT, at("admin:rights_requests_replytemplate_add"), template)
        yield Case("add a recipient", AGENT, at("admin:rights_requests_recipient_add"), recipient)
        yield Case("change a recipient", AGENT, change("rights_requests_recipient", carrier), recipient)
        yield Case("access", CHIEF, change("accounts_user", self.account.pk), {"is_active": "on"})
        yield Case("add a team", CHIEF, at("admin:auth_group_add"), {"name": "Night shift"})

    def _act(self, name: str, answers: Answers) -> Case:
        to = at("admin:rights_requests_rightsrequest_act", request_id=self.asked.pk, name=name)
        return Case(f"act: {name}", AGENT, change("rights_requests_rightsrequest", self.asked.pk), answers, to)


def at(view: str, **parts: Any) -> str:
    """The address of a page."""
    return reverse(view, kwargs=parts)


def change(model: str, pk: Any) -> str:
    """The address of a row's page in the admin."""
    return at(f"admin:{model}_change", object_id=pk)


def sending(right: Right, answers: Answers) -> Case:
    """The check page of a right, after its question was answered."""
    asking = at("rights_requests:new_right", right=right)
    check = at("rights_requests:new_check", right=right)
    return Case(f"send {right}", PERSON, check, {"country": "FR"}, before=((asking, answers),))
