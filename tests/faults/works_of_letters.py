"""Work that names or writes to many: lists of people, mailings, notices of a policy, disclosures, breaches."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4, uuid5

from django.db.models import QuerySet

from accounts.imports.applying import confirm
from accounts.imports.vocabulary import KIND as IMPORT
from accounts.imports.vocabulary import ImportState
from accounts.models import Enrolment, EnrolmentImport
from accounts.policy_audience import account_holders
from consent.mailings.sending import KIND as MAILING
from consent.models import MailingCopy, Subscription
from consent.vocabulary import Topic
from privacy import breaches, clock, disclosures
from privacy.case_words import NoticeState, RecipientKind
from privacy.data_map.subject import Subject
from privacy.models import AuditEntry, BreachPerson, DisclosedPerson, Job, JobStep, PolicyVersion, SentMessage
from privacy.policy.notice import NOTICE, notice_id
from rights_requests.models import Recipient
from tests.consent.mailings import started
from tests.customer_factories import make_administrator
from tests.factories import make_customer, make_enrolment, make_user
from tests.import_factories import HEADER, actor_of, make_import
from tests.privacy.holding import officer
from tests.privacy.policy.publishing import published

# How many people the job of a kind about a thing is about; of a notice, the keys of the messages.
_many: dict[tuple[str, UUID], int] = {}
_keys: dict[UUID, list[UUID]] = {}
WHY = {"en": "A carrier is new.", "fr": "Un transporteur est nouveau.", "ar": "ناقل جديد."}


def _addresses(many: int, name: str) -> list[str]:
    return [f"{name}{number}-{uuid4().hex[:8]}@example.org" for number in range(many)]


def _to(found: "QuerySet[SentMessage]") -> list[str]:
    """Whom the messages go to that are in the queue or left it."""
    return [str(to) for to in found.filter(email__isnull=False).values_list("email__to", flat=True)]


def _counted(kind: str, about: UUID, steps: str = "") -> int:
    """The sum of what the markers of a job count whose names begin so."""
    found = JobStep.objects.filter(job__kind=kind, job__about=about, name__startswith=steps)
    return sum(found.values_list("count", flat=True))


def _problems(kind: str, about: UUID, **counts: int) -> Iterator[str]:
    wanted = _many[kind, about]
    for what, found in counts.items():
        if found != wanted:
            yield f"{what} of {wanted}: {found}"


# --- Lists of people


def begin_import(many: int) -> list[UUID]:
    """A list of so many new people that a Customer's administrator agreed to."""
    by = make_administrator()
    rows = "".join(f"Ann,{address},Lyon\n" for address in _addresses(many, "new"))
    found = make_import(HEADER + rows, by=by)
    confirm(actor=actor_of(by), import_id=found.pk, customer_id=by.customer_id)
    _many[IMPORT, found.pk] = many
    return [found.pk]


def imported(abouts: list[UUID]) -> Iterator[str]:
    """Everybody is enrolled once, told once and on record once."""
    for found in EnrolmentImport.objects.filter(pk__in=abouts):
        people = Enrolment.objects.filter(customer=found.customer)
        invited = SentMessage.objects.filter(about__in=people.values("pk"))
        yield from _problems(
            IMPORT, found.pk, enrolled=people.count(), invited=invited.count(), addresses=len(set(_to(invited))),
            told=found.told, on_record=_on_record(people),
        )  # fmt: skip
        if found.state != ImportState.DONE:
            yield f"the list is {found.state}"


def halves_of_import(abouts: list[UUID]) -> Iterator[str]:
    """All are enrolled or nobody; whoever is told is on record, and the other way round."""
    for found in EnrolmentImport.objects.filter(pk__in=abouts):
        people, many = Enrolment.objects.filter(customer=found.customer), _many[IMPORT, found.pk]
        whole = AuditEntry.objects.filter(event="import.enrolled", object_id=str(found.pk)).count()
        if not people.count() == whole * many == _counted(IMPORT, found.pk, "enrol") * many:
            yield f"{people.count()} of {many} are enrolled, the audit has {whole} entries"
        counts = (found.told, _counted(IMPORT, found.pk, "tell"), _on_record(people))
        if len(set(counts)) != 1:
            yield f"told, by the marker, by the audit: {counts}"


def _on_record(people: "QuerySet[Enrolment]") -> int:
    keys = [str(pk) for pk in people.values_list("pk", flat=True)]
    return AuditEntry.objects.filter(event="enrolment.made", object_id__in=keys).count()


# --- Promotional messages


def begin_mailing(many: int) -> list[UUID]:
    """A message to so many readers of a topic; who read it before has left."""
    Subscription.objects.filter(topic=Topic.PRODUCT_NEWS, email__startswith="reader").delete()
    said = {"topic": Topic.PRODUCT_NEWS, "state": "confirmed", "asked_at": clock.now(), "confirmed_at": clock.now()}
    Subscription.objects.bulk_create(
        Subscription(email=address, digest=Subject(emails=frozenset({address})).digest, **said)
        for address in _addresses(many, "reader")
    )
    found = started(topic=Topic.PRODUCT_NEWS).pk
    _many[MAILING, found] = Subscription.objects.filter(topic=Topic.PRODUCT_NEWS, state="confirmed").count()
    return [found]


def mailing_written(abouts: list[UUID]) -> Iterator[str]:
    """Each reader has one copy, and it is in the queue or has left it."""
    for about in abouts:
        copies = MailingCopy.objects.filter(mailing=about)
        to = _to(SentMessage.objects.filter(about__in=copies.values("pk")))
        marked = _counted(MAILING, about, "batch")
        yield from _problems(
            MAILING, about, rows=copies.count(), copies=len(to), addresses=len(set(to)), by_the_markers=marked
        )


# --- Notices of a changed policy


def begin_notice(many: int) -> list[UUID]:
    """A new version of the policy, of which so many account holders and those who were there are told."""
    for address in _addresses(many, "person"):
        make_user(address)
    if not PolicyVersion.objects.exists():
        published()
    Recipient.objects.create(name=f"Carrier {uuid4()}", what_for="carries mail", country="FR")
    published(WHY)
    about: UUID = Job.objects.filter(kind=NOTICE).latest("created_at").about
    _keys[about] = [uuid5(notice_id(about.int), f"accounts:{one.key}") for one in account_holders("", 1_000_000)]
    _many[NOTICE, about] = len(_keys[about])
    return [about]


def notice_written(abouts: list[UUID]) -> Iterator[str]:
    """Each account holder is written to once."""
    for about in abouts:
        to = _to(SentMessage.objects.filter(about__in=_keys[about]))
        marked = _counted(NOTICE, about)
        yield from _problems(NOTICE, about, letters=len(to), addresses=len(set(to)), by_the_markers=marked)


# --- Disclosures


def _disclosure(many: int, *, group: bool) -> UUID:
    customer = make_customer()
    people = [make_enrolment(address, customer=customer) for address in _addresses(many, "named")]
    what = disclosures.What(
        slugs=["accounts-enrolment"], to_name="Assurance Bleue", to_kind=RecipientKind.INSURER, country="FR",
        happened_at=clock.now() - timedelta(hours=1), why="A claim for water damage.",
    )  # fmt: skip
    one_by_one = tuple(Subject(emails=frozenset({one.work_email})) for one in people)
    of = disclosures.Of(group=f"customer:{customer.pk}") if group else disclosures.Of(one_by_one)
    found = disclosures.record(actor=officer(), what=what, of=of)
    disclosures.confirm(actor=officer(), disclosure_id=found.pk)
    about = disclosures.job_about(found.pk)
    _many[disclosures.NAMING, about] = _many[disclosures.NOTICE, about] = many
    return about


def begin_naming(many: int) -> list[UUID]:
    """A disclosure of the data of a group, whose people are named before they are told."""
    return [_disclosure(many, group=True)]


def begin_telling(many: int) -> list[UUID]:
    """A disclosure of people who are known by name and are told."""
    return [_disclosure(many, group=False)]


def named(abouts: list[UUID]) -> Iterator[str]:
    """Everybody of the group is named once."""
    for about in abouts:
        marked = _counted(disclosures.NAMING, about)
        yield from _problems(disclosures.NAMING, about, named=_named(about).count(), by_the_markers=marked)


def told_of_disclosure(abouts: list[UUID]) -> Iterator[str]:
    """Everybody is told once."""
    for about in abouts:
        told = _named(about).filter(state=NoticeState.TOLD).count()
        marked = _counted(disclosures.NOTICE, about)
        yield from _problems(disclosures.NOTICE, about, told=told, by_the_markers=marked)
    # Each address was made for one disclosure.
    to = _to(SentMessage.objects.filter(template="privacy/disclosed"))
    if len(to) != len(set(to)):
        yield f"told twice: {len(to) - len(set(to))}"


def _named(about: UUID) -> "QuerySet[DisclosedPerson]":
    return DisclosedPerson.objects.filter(disclosure=about.int)


# --- Breaches


def begin_letters(many: int) -> list[UUID]:
    """A breach about the enrolments of so many people, whose letter is released."""
    customer = make_customer()
    for address in _addresses(many, "concerned"):
        make_enrolment(address, customer=customer)
    known = breaches.Known("A key.", ["confidentiality"], ["accounts-enrolment"], f"customer:{customer.pk}")
    found = breaches.open_breach(actor=officer(), title="Key", discovered_at=clock.now(), known=known)
    texts = {"en": {"what": "A key.", "consequences": "Mail.", "measures": "Changed."}}
    breaches.write_letter(actor=officer(), breach_id=found.pk, texts=texts)
    breaches.release(actor=officer(), breach_id=found.pk, people=many)
    about = breaches.job_about(found.pk)
    _many[breaches.LETTERS, about] = many
    return [about]


def letters_written(abouts: list[UUID]) -> Iterator[str]:
    """Each person is named, told once, and on the markers once."""
    for about in abouts:
        people = BreachPerson.objects.filter(breach=about.int)
        keys = [uuid5(about, digest) for digest in people.values_list("digest", flat=True)]
        to = _to(SentMessage.objects.filter(about__in=keys, template="privacy/breach"))
        marked = _counted(breaches.LETTERS, about, "letters")
        told = people.filter(state=NoticeState.TOLD).count()
        yield from _problems(
            breaches.LETTERS, about,
            named=people.count(), told=told, letters=len(to), addresses=len(set(to)), by_the_markers=marked,
        )  # fmt: skip
