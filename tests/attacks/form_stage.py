"""What the forms of the site are about: requests that wait for each act of staff and each answer of their people."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from allauth.mfa.totp.internal.auth import TOTP
from django.utils import timezone

from accounts.models import Customer, Enrolment, User
from privacy import breaches, disclosures, restriction
from privacy.actors import SYSTEM
from privacy.case_words import RecipientKind
from privacy.data_map.plan import plan
from privacy.data_map.subject import subject_of_user
from privacy.models import Breach, Disclosure, LegalHold
from privacy.vocabulary import Right, StopGround
from rights_requests.models import (
    Decision,
    IdentityCheck,
    Proposal,
    Recipient,
    RecipientNotice,
    RefusalReason,
    RightsRequest,
    State,
)
from rights_requests.services import doubting, terms
from rights_requests.vocabulary import AskReason, IdentityMethod, NoticeKind
from tests.attacks.site_map import KEPT, Things
from tests.factories import make_customer, make_enrolment, make_message, make_request, make_user
from tests.import_factories import make_import
from tests.privacy.holding import hold
from tests.rights_requests.desk import make_erasure
from tests.rights_requests.scenario import staff_actor
from tests.rights_requests.test_merging import asked_by_address
from visitors.models import ContactMessage

SECRET = "JBSWY3DPEHPK3PXP"


def _asked(address: str = "") -> RightsRequest:
    person = make_user(address)
    shown = plan(subject_of_user(person.pk), Right.ACCESS)
    return make_request(person, Right.ACCESS, plan=shown.as_json(), plan_hash=shown.hash)


def _restricted() -> RightsRequest:
    person = make_user()
    subject, request = subject_of_user(person.pk), make_request(person, Right.RESTRICTION, State.COMPLETED)
    who = {"subject_digest": subject.digest, "digests": subject.digests()}
    restriction.impose(actor=SYSTEM, **who, ground=StopGround.ACCURACY, request_id=request.pk)
    return request


def _appealed() -> RightsRequest:
    refused = {"refusal_reason": RefusalReason.EXCESSIVE, "refusal_text": "Twice.", "appealed_at": timezone.now()}
    return make_request(make_user(), Right.OBJECTION, State.APPEALED, **refused)


def _part_appealed() -> RightsRequest:
    request = make_erasure()
    Decision.objects.create(request=request, appealed_at=timezone.now(), appeal_text="This too.", **KEPT)
    return request


def _checked() -> RightsRequest:
    request = make_request(make_user())
    IdentityCheck.objects.create(request=request, method=IdentityMethod.EMAIL_CODE)
    return request


def _told() -> RightsRequest:
    request = make_request(make_user(), Right.RECTIFICATION, State.COMPLETED)
    recipient = Recipient.objects.get(name="Carrier")
    RecipientNotice.objects.create(request=request, recipient=recipient, kind=NoticeKind.RECTIFICATION)
    return request


def _with_an_app() -> User:
    user = make_user("dora@example.org")
    TOTP.activate(user, SECRET)
    return user


def _documented() -> RightsRequest:
    request = make_request(_newcomer())
    doubting.doubt(request_id=request.pk, actor=staff_actor(), text="A new hand.", despite="Another place.")
    return doubting.agree(request_id=request.pk, actor=staff_actor())


def _questioned(address: str = "") -> RightsRequest:
    person = User.objects.get(email=address) if address else make_user()
    request = make_request(person, Right.RECTIFICATION)
    reason = AskReason.CLARIFICATION
    return terms.ask(request_id=request.pk, actor=staff_actor(), reason=reason, text="Which shop?")


def _newcomer() -> User:
    return User.objects.get(email="new@occicor.example")


def _hold() -> LegalHold:
    user = make_user()
    return hold(user, actor=staff_actor(), telling_forbidden=True, power="12/2027")


def _disclosure() -> Disclosure:
    """Recorded, and not confirmed yet."""
    user = make_user()
    of = disclosures.Of((subject_of_user(user.pk),))
    secrecy = disclosures.Secrecy(timezone.localdate() + timedelta(days=30), "Art. 11")
    to = {"to_name": "Police", "to_kind": RecipientKind.POLICE, "power": "Art. 60-1", "reference": "PV 1"}
    given = {"slugs": ["accounts-profile"], "country": "FR", "why": "An inquiry.", "happened_at": timezone.now()}
    return disclosures.record(actor=staff_actor(), what=disclosures.What(**given, **to), of=of, secrecy=secrecy)  # type: ignore[arg-type]


def _breach() -> Breach:
    """With a letter that waits for its second person."""
    known = breaches.Known("A key.", ["confidentiality"], ["visitors-contactmessage"])
    found = breaches.open_breach(actor=staff_actor(), title="Key", discovered_at=timezone.now(), known=known)
    words = {"en": {"what": "A key.", "consequences": "Mail.", "measures": "Changed."}}
    return breaches.write_letter(actor=staff_actor(), breach_id=found.pk, texts=words)


def _notified() -> Breach:
    found, now = _breach(), timezone.now()
    return breaches.notify(actor=staff_actor(), breach_id=found.pk, at=now, number="", delay_reason="", text="")


@dataclass(frozen=True)
class Stage:
    """What is there beside the things of the one person; make it when everybody's browser is there."""

    things: Things
    asked: RightsRequest = field(default_factory=partial(_asked, "carla@example.org"))
    again: RightsRequest = field(default_factory=asked_by_address)
    restricted: RightsRequest = field(default_factory=_restricted)
    appealed: RightsRequest = field(default_factory=_appealed)
    part_appealed: RightsRequest = field(default_factory=_part_appealed)
    checked: RightsRequest = field(default_factory=_checked)
    told: RightsRequest = field(default_factory=_told)
    documented: RightsRequest = field(default_factory=_documented)
    questioned: RightsRequest = field(default_factory=partial(_questioned, "bob@example.org"))
    message: ContactMessage = field(default_factory=make_message)
    customer: Customer = field(default_factory=make_customer)
    enrolled: Enrolment = field(default_factory=make_enrolment)
    account: User = field(default_factory=_with_an_app)
    newcomer: User = field(default_factory=_newcomer)
    hold: LegalHold = field(default_factory=_hold)
    disclosure: Disclosure = field(default_factory=_disclosure)
    breach: Breach = field(default_factory=_breach)
    notified: Breach = field(default_factory=_notified)

    @property
    def corrected(self) -> RightsRequest:
        """A request of the one person that proposes another name."""
        return self.things.requests["rights_requests:add_proof"]

    @property
    def another_list(self) -> UUID:
        """Another list of people that waits to be imported."""
        return make_import(by=self.things.user.administers).pk

    def profile_key(self, user: User, value: str = "name") -> str:
        """What names a value of somebody's profile."""
        return f"accounts-profile:{user.pk}:{value}"


def _corrected() -> RightsRequest:
    request = make_request(make_user(), Right.RECTIFICATION)
    row = {"holding": "accounts-profile", "field": "name", "row_key": str(request.subject_user_id)}
    Proposal.objects.create(request=request, **row, old="", new="Ada")
    return request


# What an act of staff settles, so that no second one is possible.
MADE_ANEW: Mapping[str, Callable[[], Any]] = {
    "asked": _asked,
    "questioned": _questioned,
    "corrected": _corrected,
    "disclosure": _disclosure,
    "breach": _breach,
}


class Anew(Stage):
    """The same for a site that keeps what was sent: whoever asks again for one of these gets another one."""

    def __getattribute__(self, name: str) -> Any:
        """The first, or one more."""
        if name in MADE_ANEW:
            given = self.__dict__.setdefault("given", set())
            if name in given:
                return MADE_ANEW[name]()
            given.add(name)
        return super().__getattribute__(name)
