"""What the driver can do inside a running site; needs the site's settings."""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.db import InterfaceError, OperationalError, connection, transaction
from post_office.models import STATUS, Email

from accounts.models import SignIn, User
from consent.mailings import sending
from consent.models import MailingCopy, Subscription
from consent.vocabulary import Topic
from privacy import audit, breaches, clock
from privacy.actors import SYSTEM
from privacy.case_words import NoticeState
from privacy.data_map import residue
from privacy.data_map.held import held_parts
from privacy.data_map.subject import Subject, subject_of_user
from privacy.ledger.file import LedgerFile
from privacy.ledger.gate import standing
from privacy.ledger.verify import audit_anchors, verify
from privacy.models import BreachPerson, Job, JobStep, RetentionRun, SentMessage
from privacy.retention import running
from privacy.vocabulary import Right
from rights_requests.fulfilment.receipt import is_signed
from rights_requests.models import Package, Receipt, RightsRequest, State
from rights_requests.people import party_of_user
from rights_requests.services import resuming
from rights_requests.services.downloading import mint_token, open_download
from rights_requests.states import TABLE
from tests.attacks.canaries import places, plant
from tests.attacks.every_form import plant_everywhere
from tests.consent.mailings import started
from tests.factories import make_customer, make_enrolment, make_user
from tests.faults import works_of_retention
from tests.privacy.holding import hold
from tests.rights_requests.desk import failure_seen
from tests.rights_requests.scenario import approved, staff_actor

# What the search for canaries asks is here under its own name.
__all__ = ("places", "plant", "plant_everywhere")
subjects: dict[str, Subject] = {}


def while_it_comes_back(command: Callable[..., Any]) -> Callable[..., Any]:
    """Ask again with a new connection for some seconds while the database is being started again."""

    @wraps(command)
    def asked(**arguments: Any) -> Any:
        until = time.monotonic() + 20
        while True:
            try:
                return command(**arguments)
            except (OperationalError, InterfaceError):
                connection.close()
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    return asked


def person(*, email: str, canary: str, rows: int) -> str:
    """A person with this many messages on record, each with the canary in it; their id.

    The messages of those who came before are gone then, so that each search goes over one person's.
    """
    user = make_user(email)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM post_office_email WHERE from_email = 'us@example.org'")
        cursor.execute(
            """INSERT INTO post_office_email (from_email, "to", cc, bcc, subject, message, html_message,
                status, created, last_updated, backend_alias)
            SELECT 'us@example.org', %s, '', '', %s || n, repeat(%s, 60), '', 0, now(), now(), ''
            FROM generate_series(1, %s) n""",
            [email, canary, canary, rows],
        )
        cursor.execute("ANALYZE post_office_email")
    subjects[str(user.pk)] = subject_of_user(user.pk)
    return str(user.pk)


def ask_for(*, user: str, right: str) -> str:
    """File and approve; the id of the request, whose job is rung for when this returns."""
    return str(approved(User.objects.get(pk=user), Right(right)).pk)


def crowd(*, size: int) -> list[str]:
    """So many people whose copies are approved in one instant; the ids of their requests."""
    with transaction.atomic():
        return [str(approved(make_user(), Right.ACCESS).pk) for _ in range(size)]


@while_it_comes_back
def made_for(*, requests: list[str]) -> dict[str, int]:
    """How many of the requests are answered, and how many packages and messages about them there are."""
    return {
        "completed": RightsRequest.objects.filter(pk__in=requests, state=State.COMPLETED).count(),
        "packages": Package.objects.filter(request__in=requests).count(),
        "messages": SentMessage.objects.filter(about__in=requests, template__endswith="package_ready").count(),
    }


def write_to_many(*, readers: int) -> str:
    """A promotional message that is being sent to so many readers of a topic that has no others; its id."""
    addresses = [f"reader{number}-{uuid4().hex[:8]}@example.org" for number in range(readers)]
    said = {"topic": Topic.PRODUCT_NEWS, "state": "confirmed", "asked_at": clock.now(), "confirmed_at": clock.now()}
    Subscription.objects.bulk_create(
        Subscription(email=address, digest=Subject(emails=frozenset({address})).digest, **said) for address in addresses
    )
    return str(started(topic=Topic.PRODUCT_NEWS).pk)


@while_it_comes_back
def written_to(*, mailing: str) -> dict[str, int]:
    """How many copies of a message are on record, how many are in the queue or left it, and to how many addresses."""
    found = SentMessage.objects.filter(about__in=MailingCopy.objects.filter(mailing=mailing).values("pk"))
    to = [str(address) for address in found.filter(email__isnull=False).values_list("email__to", flat=True)]
    return {"rows": MailingCopy.objects.filter(mailing=mailing).count(), "copies": len(to), "people": len(set(to))}


def old_sign_ins(*, rows: int) -> str:
    """Somebody with so many sign-ins whose term is over; their id."""
    return str(works_of_retention.old_sign_ins(rows))


def sweep_retention() -> str:
    """Begin a sweep by hand, once none is under way; the run's id."""
    until = time.monotonic() + 60
    while True:
        try:
            return str(running.begin(actor=SYSTEM).pk)
        except running.AlreadyRunning:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


@while_it_comes_back
def swept(*, run: str) -> dict[str, Any]:
    """How far a sweep is, what it says it deleted of sign-ins, and what of them is over still."""
    found = RetentionRun.objects.get(pk=run)
    step = JobStep.objects.filter(job__about=run, name="accounts-signin").first()
    over = SignIn.objects.filter(at__lt=clock.now() - timedelta(days=365)).count()
    return {"state": found.state, "deleted": step.count if step else 0, "over": over}


def stop_writing(*, mailing: str) -> int:
    """Take back what has not left; how many copies."""
    return sending.stop(actor=SYSTEM, mailing_id=UUID(mailing))


def tell_of_a_breach(*, people: int) -> int:
    """A breach about the messages of so many people, whose letter is released; its number. Others are left out."""
    customer = make_customer()
    group = f"customer:{customer.pk}"
    for number in range(people):
        make_enrolment(f"concerned{number}-{uuid4().hex[:8]}@example.org", customer=customer)
    known = breaches.Known("A key.", ["confidentiality"], ["accounts-enrolment"], group)
    found = breaches.open_breach(actor=staff_actor(), title="Key", discovered_at=clock.now(), known=known)
    texts = {"en": {"what": "A key.", "consequences": "Mail.", "measures": "Changed."}}
    breaches.write_letter(actor=staff_actor(), breach_id=found.pk, texts=texts)
    return breaches.release(actor=staff_actor(), breach_id=found.pk, people=people).pk


@while_it_comes_back
def told_of_the_breach(*, breach: int) -> dict[str, int]:
    """How many people are named, how many of them are told, how many letters there are, and to how many addresses."""
    people = BreachPerson.objects.filter(breach=breach)
    keys = [uuid5(UUID(int=breach), digest) for digest in people.values_list("digest", flat=True)]
    sent = SentMessage.objects.filter(about__in=keys, template="privacy/breach")
    to = [str(address) for address in sent.filter(email__isnull=False).values_list("email__to", flat=True)]
    told = people.filter(state=NoticeState.TOLD).count()
    return {"people": people.count(), "told": told, "letters": sent.count(), "addresses": len(set(to))}


def known_by(*, user: str) -> list[str]:
    """Every identifier of the person, in the clear: a test must look for them when nothing here knows them any more."""
    return sorted(subject_of_user(UUID(user)).identifiers())


def left(*, identifiers: list[str]) -> list[str]:
    """Where an unplanned search finds one of the identifiers."""
    hits = residue.scan(frozenset(identifiers))
    return [f"{hit.table}.{hit.column}" for hit in hits if not hit.planned]


def hold_back(*, user: str) -> None:
    """Put everything of a person under a legal hold."""
    hold(User.objects.get(pk=user))


@while_it_comes_back
def held_back(*, user: str) -> dict[str, Any]:
    """Whether the person's account is there, whether somebody can sign in with it, and what keeps it."""
    account = User.objects.filter(pk=user).values_list("is_active", flat=True).first()
    parts = held_parts(Subject(user_id=UUID(user)).digests())
    return {"account": account is not None, "active": bool(account), "held": "accounts-user" in parts}


def verified() -> dict[str, Any]:
    """What a walk over the whole ledger and the whole audit finds."""
    found = verify()
    return {"entries": found.entries, "problem": found.problem, "audit": audit.verify(audit_anchors()).ok}


def place_in_ledger(*, request: str) -> dict[str, Any]:
    """What the receipt of a request says about the ledger."""
    content: dict[str, Any] = Receipt.objects.get(request=request).content["ledger"]
    return content


@while_it_comes_back
def state_of(*, request: str) -> str:
    """The state of a request."""
    return str(RightsRequest.objects.values_list("state", flat=True).get(pk=request))


@while_it_comes_back
def step_of(*, request: str) -> list[str]:
    """The names of the finished steps of a request's job."""
    return list(Job.objects.get(about=request).steps.filter(done_at__isnull=False).values_list("name", flat=True))


@while_it_comes_back
def failure_of(*, request: str) -> list[Any] | None:
    """What staff see of a failure."""
    found = failure_seen(RightsRequest.objects.get(pk=request))
    return list(found) if found else None


def resume(*, request: str) -> None:
    """A member of staff lets the job go on."""
    resuming.resume(request_id=RightsRequest.objects.get(pk=request).pk, actor=staff_actor())


@while_it_comes_back
def whole(*, request: str) -> dict[str, Any]:
    """Everything that must hold after a fault, as values to compare."""
    found = RightsRequest.objects.get(pk=request)
    way = list(found.transitions.values_list("from_state", "event", "to_state"))
    table = TABLE[found.right]
    return {
        "state": found.state,
        "legal": all(table.get((before, event)) == after for before, event, after in way[1:]),
        "events": [event for _before, event, _after in way],
        "packages": Package.objects.filter(request=found).count(),
        "receipts": Receipt.objects.filter(request=found).count(),
        "signed": all(is_signed(receipt) for receipt in Receipt.objects.filter(request=found)),
        "ready_messages": SentMessage.objects.filter(about=found.pk, template__endswith="package_ready").count(),
        "audit": audit.verify().ok,
        "entries": sum(entry.request_id == found.pk for entry in LedgerFile().entries()),
        "ledger": standing().value,
    }


@while_it_comes_back
def left_of(*, user: str) -> list[str]:
    """Where the person's identifiers still stand, though nothing says that they may."""
    return [f"{hit.table}.{hit.column}" for hit in residue.scan(subjects[user].identifiers()) if not hit.planned]


@while_it_comes_back
def has_contact(*, request: str) -> bool:
    """Whether the address for the last message is still there."""
    return RightsRequest.objects.filter(pk=request, contact_sealed__isnull=False).exists()


def package_of(*, request: str, user: str) -> int:
    """Download the package as the person would and check every byte of it; its size."""
    package = Package.objects.get(request=request)
    account = User.objects.get(pk=user)
    token = mint_token(package_id=package.pk, holder=str(account.pk))
    stream, _name, size = open_download(package_id=package.pk, by=party_of_user(account), token=token)
    assert sum(map(len, stream)) == size
    return size


@while_it_comes_back
def waiting() -> int:
    """How many messages have not left the queue."""
    return int(Email.objects.filter(status__in=(STATUS.queued, STATUS.requeued)).count())


@while_it_comes_back
def wait_at_each_message(*, seconds: float) -> None:
    """Have whoever reads or deletes messages wait so long at each of them, from the next one on; 0 ends it.

    So work on a few messages lasts as long as on very many, and goes through the same moments, while nobody computes.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION wait_for_test() RETURNS boolean LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_sleep(%s); RETURN true; END $$",
            [seconds],
        )
        cursor.execute("SELECT FROM pg_policy WHERE polname = 'wait_for_test'")
        if not cursor.rowcount:
            cursor.execute("CREATE POLICY wait_for_test ON post_office_email USING (wait_for_test())")
            cursor.execute("ALTER TABLE post_office_email ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")


@while_it_comes_back
def wait_nowhere() -> None:
    """Take away what made anybody wait at messages."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE post_office_email DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY")
        cursor.execute("DROP FUNCTION IF EXISTS wait_for_test CASCADE")


def sql(*, statement: str) -> None:
    """Run a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
