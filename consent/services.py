"""What happens to subscriptions: asked for, confirmed, changed, ended; each on record, the gate asked before."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from consent import letters, wording
from consent.links import Named
from consent.models import Subscription, Wording
from consent.selectors import end_url, rows_named
from consent.vocabulary import PURPOSES, THEIR_OWN, State, Topic, Way
from privacy import audit, clock, ledger, restriction
from privacy.actors import SYSTEM, Actor
from privacy.data_map.subject import Subject
from privacy.mail.queue import take_back
from privacy.vocabulary import LedgerKind


@dataclass(frozen=True)
class Asked:
    """What somebody typed on the page, checked by its form; `address` is normalised."""

    address: str
    topics: tuple[Topic, ...]
    language: str
    words: wording.Shown


def ask(*, actor: Actor, asked: Asked, sends: bool) -> None:
    """Ask the address with one message whether it wants the topics; the caller learns nothing about the address.

    Somebody who gets them already is told so, with the link to their choices. Where the gate stops us, or `sends` says
    that the address had enough messages, the same is done and taken back, so that the time it takes tells little. Not
    idempotent: each call is a new message.
    """
    subject = Subject(emails=frozenset({asked.address}))
    stopped = {purpose for purpose in dict.fromkeys(PURPOSES.values()) if not restriction.allows(subject, purpose)}
    allowed = [topic for topic in asked.topics if PURPOSES[topic] not in stopped]
    with transaction.atomic():
        words = _on_record(asked.words)
        rows = _waiting(subject, allowed or asked.topics, asked, words)
        letters.ask(rows, asked.language)
        _record("subscription.asked", actor, rows, words)
        if not (sends and allowed):
            transaction.set_rollback(True)


@transaction.atomic
def confirm(*, named: Named) -> list[Subscription]:
    """Confirm what a link names and still waits; returns those that are confirmed, now or before (Art. 7(1) GDPR).

    Idempotent. What ended meanwhile stays ended, and what the gate stops stays as it is. One message says what was
    confirmed and how to end it.
    """
    rows = list(rows_named(named).select_for_update(of=("self",)).select_related("wording"))
    waiting = [row for row in rows if row.state == State.PENDING]
    done = _confirmed(waiting, Way.CONFIRMED)
    if done:
        letters.welcome(done)
    return [row for row in rows if row.state == State.CONFIRMED]


@transaction.atomic
def end(*, named: Named, way: Way) -> int:
    """End what a link names, and take back what waits to be sent; returns how many ended now (Art. 7(3) GDPR).

    Idempotent. The ledger remembers it, so that an old backup brings nobody back.
    """
    return _end(rows_named(named).select_for_update(), way)


@transaction.atomic
def choose(*, named: Named, topics: Collection[Topic], language: str, words: wording.Shown) -> list[Topic]:
    """Let the holder of a link to the choices have these topics and no other; returns those they have now.

    Turning one on needs no second message: the link was sent to the address. Nothing can be turned on where all has
    ended, for the address is gone then, nor what the gate stops. Idempotent.
    """
    rows = {row.topic: row for row in rows_named(named).select_for_update(of=("self",)).select_related("wording")}
    live = [row for row in rows.values() if row.state == State.CONFIRMED]
    if not live:
        return []
    wanted = [topic for topic in topics if topic not in {row.topic for row in live}]
    address, digest, shown = live[0].email, live[0].digest, _on_record(words)
    for topic in wanted:
        row = rows.setdefault(topic, Subscription(digest=digest, topic=topic))
        row.email, row.wording, row.asked_at, row.state = address, shown, clock.now(), State.PENDING
        row.confirmed_at = None
        row.save()
    _confirmed([rows[topic] for topic in wanted], Way.CHOICES)
    _end([row for row in rows.values() if row.topic not in topics], Way.CHOICES)
    Subscription.objects.filter(digest=digest, email__isnull=False).update(language=language)
    return [topic for topic in Topic if topic in rows and rows[topic].state == State.CONFIRMED]


def forget_unconfirmed() -> int:
    """Delete what nobody confirmed in time; returns how many rows. What had ended before stays ended. Idempotent."""
    over = clock.now() - timedelta(days=settings.SUBSCRIPTION_CONFIRM_DAYS)
    old = Subscription.objects.filter(state=State.PENDING, asked_at__lt=over)
    ended = old.filter(ended_at__isnull=False).update(state=State.ENDED)
    deleted: int = old.filter(ended_at__isnull=True).delete()[0]
    return ended + deleted


def forget_ended() -> int:
    """Delete what ended longer than settings.SUPPRESSION_DAYS ago; returns how many rows. Idempotent."""
    over = clock.now() - timedelta(days=settings.SUPPRESSION_DAYS)
    deleted: int = Subscription.objects.filter(state=State.ENDED, ended_at__lt=over).delete()[0]
    return deleted


def end_again(digests: Iterable[str], topics: Collection[str]) -> int:
    """End what a restored backup brought back; returns how many ended now. For the ledger, which knows it already."""
    found = Subscription.objects.select_for_update().filter(topic__in=topics)
    return sum(_end(found.filter(digest=digest), Way.LEDGER, noted=True) for digest in sorted(set(digests)))


def _on_record(words: wording.Shown) -> Wording:
    known = {"language": words.language, "text": words.text}
    return Wording.objects.get_or_create(sha256=words.sha256, defaults=known)[0]


def _waiting(subject: Subject, topics: Iterable[Topic], asked: Asked, words: Wording) -> list[Subscription]:
    """Put every topic that is not confirmed yet on the waiting list; the same statements whatever was there before."""
    fresh = {"email": asked.address, "language": asked.language, "wording": words, "asked_at": clock.now()}
    digest = subject.digest
    rows = [Subscription(digest=digest, topic=topic, **fresh) for topic in topics]
    Subscription.objects.bulk_create(rows, ignore_conflicts=True)
    same = Subscription.objects.filter(digest=digest, topic__in=topics)
    same.filter(~Q(state=State.CONFIRMED)).update(state=State.PENDING, **fresh)
    return list(same.order_by("pk"))


def _confirmed(rows: Iterable[Subscription], way: Way) -> list[Subscription]:
    """Confirm these rows, which are locked and wait, as far as the gate lets them through; returns those confirmed."""
    done = []
    for row in rows:
        if restriction.allows(Subject(emails=frozenset({str(row.email)})), PURPOSES[Topic(row.topic)]):
            row.state, row.confirmed_at, row.ended_at = State.CONFIRMED, clock.now(), None
            row.save(update_fields=["state", "confirmed_at", "ended_at"])
            done.append(row)
    if done:
        _record("subscription.confirmed", _holder(done[0]), done, done[0].wording, way)
    return done


def _end(rows: Iterable[Subscription], way: Way, *, noted: bool = False) -> int:
    """End what has not ended, of one address; the database blanks what is not needed to remember it."""
    live = [row for row in rows if row.state != State.ENDED]
    if not live:
        return 0
    for row in live:
        take_back(to=str(row.email), unsubscribe_url=end_url(row))
        row.state = State.ENDED
    ended = {"state": State.ENDED, "ended_at": clock.now()}
    Subscription.objects.filter(pk__in=[row.pk for row in live]).update(**ended)
    if not noted:
        scope = ".".join(sorted(row.topic for row in live))
        ledger.note(kind=LedgerKind.WITHDRAWAL, request_id=uuid4(), digests=[live[0].digest], scope=scope)
    _record("subscription.ended", _holder(live[0]) if way in THEIR_OWN else SYSTEM, live, None, way)
    return len(live)


def _holder(row: Subscription) -> Actor:
    return Actor.subject(None, row.digest)


def _record(event: str, actor: Actor, rows: list[Subscription], words: Wording | None, way: Way | None = None) -> None:
    """The proof of the consent: what was asked, with which words, and when; the person as a digest (Art. 7(1))."""
    said: dict[str, int | str] = {"topics": ".".join(sorted(row.topic for row in rows))}
    if words is not None:
        said |= {"wording": words.pk, "sha256": words.sha256}
    audit.record(
        event=event,
        actor=actor,
        subject_digest=rows[0].digest,
        about=rows[0],
        data=said | ({"way": way.value} if way else {}),
    )
