"""The rows of a message's readers: made with what is queued, settled from the queue, closed when it comes back."""

from collections.abc import Sequence
from datetime import timedelta
from enum import Enum
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from consent import services
from consent.links import Named
from consent.mailings.letter import PURPOSE, TEMPLATE, copy_for
from consent.mailings.models import Mailing, MailingCopy
from consent.mailings.reach import now_state, progress
from consent.mailings.vocabulary import CopyState
from consent.models import Subscription
from consent.vocabulary import State, Way
from privacy import clock, restriction
from privacy.data_map.subject import Subject
from privacy.mail.bulk import queue_many, take_back_many
from privacy.mail.queue import Outcome
from privacy.retention.staying import without_kept

# So many copies of one message, or so many of a hundred, may come back before it is no longer the readers' doing.
FEW, FEW_PERCENT = 5, 10
HOLDING = "consent-mailingcopy"


class Return(Enum):
    """What a message says that came back: there is no such address, it was refused otherwise, or it is only late."""

    NO_SUCH_ADDRESS = "no_such_address"
    REFUSED = "refused"
    DELAYED = "delayed"


def key(mailing: Mailing, subscription_id: UUID) -> UUID:
    """The number of the copy to one reader: always the same, so that nobody is written to twice."""
    return uuid5(mailing.pk, subscription_id.hex)


def make(mailing: Mailing, readers: Sequence[Subscription]) -> int:
    """Queue the message to these readers, whose subscriptions the caller holds; how many are written to.

    In the caller's transaction. Whoever has a row already is left out, so it may run twice. Whom the gate stops gets a
    row that says so, and nothing is queued. As many statements for one reader as for all.
    """
    keys = {key(mailing, reader.pk): reader for reader in readers}
    there = set(MailingCopy.objects.filter(pk__in=keys).values_list("pk", flat=True))
    people = {name: Subject(emails=frozenset({str(one.email)})) for name, one in keys.items() if name not in there}
    allowed = set(restriction.allowed(people.values(), PURPOSE))
    copies = [
        copy_for(mailing, key=name, to=str(one.email), language=one.language, subscription_id=one.pk)
        for name, one in keys.items()
        if people.get(name) in allowed
    ]
    outcomes = queue_many(copies=copies, template=TEMPLATE, purpose=PURPOSE)
    states = dict.fromkeys(people, CopyState.STOPPED)
    states |= {name: CopyState.QUEUED for name, outcome in outcomes.items() if outcome is Outcome.ACCEPTED}
    # What was queued by an earlier run whose row is gone since (an erasure) gets no row anew.
    states = {name: state for name, state in states.items() if outcomes.get(name) is not Outcome.KNOWN}
    MailingCopy.objects.bulk_create(
        MailingCopy(pk=name, mailing=mailing, subscription=keys[name], state=state) for name, state in states.items()
    )
    return sum(state is CopyState.QUEUED for state in states.values())


def settle(mailing: Mailing) -> int:
    """Write down what became of those that waited, as the queue tells; how many wait still. Idempotent."""
    waiting = MailingCopy.objects.filter(mailing=mailing, state=CopyState.QUEUED)
    gone = waiting.annotate(now=now_state()).exclude(now=CopyState.QUEUED)
    gone.update(state=now_state(), changed_at=clock.now())
    return waiting.count()


def take_back(mailing: Mailing) -> int:
    """Delete what has not left, in the caller's transaction; how many. What leaves at this instant counts as left."""
    settle(mailing)
    waiting = MailingCopy.objects.filter(mailing=mailing, state=CopyState.QUEUED)
    taken = take_back_many(abouts=set(waiting.values_list("pk", flat=True)), template=TEMPLATE)
    waiting.filter(pk__in=taken).update(state=CopyState.TAKEN_BACK, changed_at=clock.now())
    settle(mailing)
    return len(taken)


@transaction.atomic
def came_back(copy_id: UUID, what: Return) -> bool:
    """Write down that a copy came back, and end what its address gets when there is none such; whether it was ours.

    Idempotent, but for delays, which are counted. What never left cannot come back, and nobody is asked twice.
    """
    out = MailingCopy.objects.filter(pk=copy_id, state__in=(CopyState.QUEUED, CopyState.LEFT))
    if what is Return.DELAYED:
        return bool(out.filter(delayed__lt=1000).update(delayed=F("delayed") + 1))
    state = CopyState.BOUNCED if what is Return.NO_SUCH_ADDRESS else CopyState.FAILED
    found = bool(out.update(state=state, changed_at=clock.now()))
    if found:
        end_bounced()
    return found


def end_bounced() -> int:
    """End the subscriptions of addresses that do not exist; how many that were. Idempotent.

    Who said yes again after that is left alone, and so is whoever had the use of their data stopped since. So is
    everybody when many copies of one message come back: then it is a mail server that errs, and not so many people who
    are gone.
    """
    stopped = restriction.stopping(PURPOSE).filter(digest=OuterRef("subscription__digest"))
    dead = MailingCopy.objects.filter(
        ~Exists(stopped),
        state=CopyState.BOUNCED,
        subscription__state=State.CONFIRMED,
        subscription__confirmed_at__lt=F("changed_at"),
    )
    believed = [one for one in set(dead.values_list("mailing_id", flat=True)) if _few_came_back(one)]
    found = list(dead.filter(mailing_id__in=believed).order_by("pk").values_list("subscription_id", flat=True))
    for subscription_id in found:
        services.end(named=Named(subscription_id, ()), way=Way.BOUNCED)
    return len(found)


def _few_came_back(mailing_id: UUID) -> bool:
    rows = MailingCopy.objects.filter(mailing_id=mailing_id)
    came_back = rows.filter(state=CopyState.BOUNCED).count()
    return came_back <= max(FEW, rows.count() * FEW_PERCENT // 100)


@transaction.atomic
def forget() -> int:
    """Delete the rows of messages that ended settings.MAILING_COPY_DAYS ago; how many went. Idempotent.

    How many of a message met which end is kept, and so are the rows of readers whose data must stay, until they may go.
    """
    over = clock.now() - timedelta(days=settings.MAILING_COPY_DAYS)
    deleted = 0
    left = Exists(MailingCopy.objects.filter(mailing=OuterRef("pk")))
    old = Mailing.objects.select_for_update().filter(Q(counted__isnull=True) | Q(left), ended_at__lt=over)
    for mailing in old:
        found = progress(mailing)
        Mailing.objects.filter(pk=mailing.pk).update(counted={"states": found.states, "delayed": found.delayed})
        deleted += without_kept(HOLDING, MailingCopy.objects.filter(mailing=mailing)).delete()[0]
    return deleted
