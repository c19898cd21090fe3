"""What happens to subscriptions: asked for, confirmed, changed, ended; each on record, the gate asked before."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from consent import letters, wording
from consent.links import Named, Use, named_by_url
from consent.models import Subscription, Wording
from consent.selectors import rows_named
from consent.vocabulary import PURPOSES, THEIR_OWN, State, Topic, Way
from privacy import audit, clock, ledger, restriction
from privacy.actors import SYSTEM, Actor
from privacy.data_map.subject import Subject
from privacy.digests import every_form
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

    It is asked about those that it does not get yet and that the gate lets through. Somebody who gets all of them is
    told so, with the link to their choices. Where the gate stops all, or `sends` is False since the address had enough
    messages, the same is done and taken back, so that the time it takes tells little. Not idempotent: each call is a
    new message.
    """
    allowed = _allowed(asked.address, asked.topics)
    with transaction.atomic():
        words = _on_record(asked.words)
        rows = _waiting(replace(asked, topics=tuple(allowed) or asked.topics), words)
        if waiting := [row for row in rows if row.state == State.PENDING]:
            letters.ask(*waiting)
        else:
            letters.known(*rows)
        _record("subscription.asked", actor, rows, words)
        if not (sends and allowed):
            transaction.set_rollback(True)


@transaction.atomic
def confirm(*, named: Named) -> None:
    """Confirm what a link names and still waits (Art. 7(1) GDPR). Idempotent.

    What ended meanwhile stays ended, and what the gate stops stays as it is. One message says what was confirmed and
    how to end it.
    """
    rows = _let_through(rows_named(named).select_for_update())
    if rows:
        letters.welcome(*rows)
        _confirm(rows, Way.CONFIRMED)


@transaction.atomic
def end(*, named: Named, way: Way) -> None:
    """End what a link names, and take back what waits to be sent (Art. 7(3) GDPR). Idempotent.

    The ledger remembers it, so that an old backup brings nobody back.
    """
    _end(rows_named(named).select_for_update(), way)


@transaction.atomic
def choose(*, named: Named, topics: Collection[Topic], language: str, words: wording.Shown) -> None:
    """Let the holder of a link to the choices have these topics and no other. Idempotent, also twice at once.

    Turning one on needs no second message: the link was sent to the address. Nothing can be turned on where all has
    ended, for the address is gone then, nor what the gate stops.
    """
    rows = list(rows_named(named).select_for_update())
    live = [row for row in rows if row.state == State.CONFIRMED]
    if not live:
        return
    asked = Asked(str(live[0].email), tuple(topics), language, words)
    wanted = _let_through(_waiting(asked, _on_record(words)))
    Subscription.objects.filter(digest=live[0].digest, email__isnull=False).update(language=language)
    _confirm(wanted, Way.CHOICES)
    _end([row for row in rows if row.topic not in topics], Way.CHOICES)


def forget_unconfirmed() -> int:
    """Delete what nobody confirmed in time; returns how many rows. What had ended before stays ended. Idempotent."""
    over = clock.now() - timedelta(days=settings.SUBSCRIPTION_CONFIRM_DAYS)
    old = Subscription.objects.filter(state=State.PENDING, asked_at__lt=over)
    ended = old.filter(ended_at__isnull=False).update(state=State.ENDED)
    deleted: int = old.filter(ended_at__isnull=True).delete()[0]
    return ended + deleted


def end_again(digests: Iterable[str], topics: Collection[str]) -> int:
    """End what a restored backup brought back; returns how many ended now. For the ledger, which knows it already."""
    found = Subscription.objects.select_for_update().filter(topic__in=topics)
    return sum(_end(found.filter(digest=one), Way.LEDGER, noted=True) for one in sorted(every_form(digests)))


def _on_record(words: wording.Shown) -> Wording:
    known = {"language": words.language, "text": words.text}
    return Wording.objects.get_or_create(sha256=words.sha256, defaults=known)[0]


def _waiting(asked: Asked, words: Wording) -> list[Subscription]:
    """Put every topic that is not confirmed yet on the waiting list; the same statements whatever was there before."""
    fresh = {"email": asked.address, "language": asked.language, "wording": words, "asked_at": clock.now()}
    digest, *former = Subject(emails=frozenset({asked.address})).same_digests
    if former:  # what stands under a key before would be a second row of the same address
        Subscription.objects.filter(digest__in=former).update(digest=digest)
    rows = [Subscription(digest=digest, topic=topic, **fresh) for topic in asked.topics]
    Subscription.objects.bulk_create(rows, ignore_conflicts=True)
    same = Subscription.objects.filter(digest=digest, topic__in=asked.topics)
    same.filter(~Q(state=State.CONFIRMED)).update(state=State.PENDING, **fresh)
    return list(same.order_by("pk"))


def _allowed(address: str, topics: Iterable[str]) -> list[Topic]:
    """Those of the topics about which the gate lets us write to the address; it is asked once for each purpose."""
    subject, purposes = Subject(emails=frozenset({address})), {Topic(topic): PURPOSES[Topic(topic)] for topic in topics}
    willing = {purpose for purpose in dict.fromkeys(purposes.values()) if restriction.allows(subject, purpose)}
    return [topic for topic, purpose in purposes.items() if purpose in willing]


def _let_through(rows: Iterable[Subscription]) -> list[Subscription]:
    """Those of the rows of one address that wait and that the gate lets through."""
    waiting = [row for row in rows if row.state == State.PENDING]
    allowed = _allowed(str(waiting[0].email), [row.topic for row in waiting]) if waiting else []
    return [row for row in waiting if row.topic in allowed]


def _confirm(rows: list[Subscription], way: Way) -> None:
    """Confirm these rows of one address, which are locked and wait."""
    if not rows:
        return
    confirmed = {"state": State.CONFIRMED, "confirmed_at": clock.now(), "ended_at": None}
    Subscription.objects.filter(pk__in=[row.pk for row in rows]).update(**confirmed)
    _record("subscription.confirmed", _holder(rows[0]), rows, rows[0].wording, way)


def _end(rows: Iterable[Subscription], way: Way, *, noted: bool = False) -> int:
    """End what has not ended, of one address; the database blanks what is not needed to remember it."""
    live = [row for row in rows if row.state != State.ENDED]
    if not live:
        return 0
    topics = {row.topic for row in live}
    take_back(to=str(live[0].email), ended=lambda link: _names_one_of(topics, link))
    ended = {"state": State.ENDED, "ended_at": clock.now()}
    Subscription.objects.filter(pk__in=[row.pk for row in live]).update(**ended)
    if not noted:
        scope = ".".join(sorted(topics))
        ledger.note(kind=LedgerKind.WITHDRAWAL, request_id=uuid4(), digests=[live[0].digest], scope=scope)
    _record("subscription.ended", _holder(live[0]) if way in THEIR_OWN else SYSTEM, live, None, way)
    return len(live)


def _names_one_of(topics: Collection[str], link: str) -> bool:
    """Whether a letter with this link is about one of the topics, which then is not true any more."""
    named = named_by_url(link, Use.END)
    return named is not None and any(topic in topics for topic in named.topics)


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
