"""Who gets what, which rows a link names, and how many subscribers there are."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from consent.links import Named, Use, url
from consent.models import Subscription
from consent.vocabulary import State, Topic
from privacy.data_map.subject import Subject


@dataclass(frozen=True)
class Reader:
    """Somebody who gets the messages about a topic. `key` is the row, for whoever goes on after it another time.

    Every message to them carries `one_click(unsubscribe_url)` as headers (privacy.mail.queue) and the link in words.
    """

    key: UUID
    address: str
    language: str
    unsubscribe_url: str


def readers(topic: Topic, *, after: UUID | None, limit: int) -> list[Reader]:
    """The next ones who confirmed the topic, by key, so that rows that end meanwhile move nobody.

    For jobs that go on where they stopped; whoever uses it asks the gate for each of them.
    """
    live = Subscription.objects.filter(topic=topic, state=State.CONFIRMED).order_by("pk")
    rows = (live.filter(pk__gt=after) if after else live)[:limit]
    return [Reader(row.pk, str(row.email), row.language, end_url(row)) for row in rows]


def named_rows(named: Named | None) -> list[Subscription]:
    """The rows that a link names: those of its address, of its topics; empty when there is none any more."""
    return list(rows_named(named)) if named else []


def rows_named(named: Named) -> QuerySet[Subscription]:
    """The same, to narrow and to lock."""
    digest = Subscription.objects.filter(pk=named.subscription_id).values("digest")
    rows = Subscription.objects.filter(digest__in=digest).order_by("pk")
    return rows.filter(topic__in=named.topics) if named.topics else rows


def live_topics(rows: list[Subscription]) -> list[Topic]:
    """The topics that are confirmed, in the order of the list."""
    found = {row.topic for row in rows if row.state == State.CONFIRMED}
    return [topic for topic in Topic if topic in found]


def counts() -> list[tuple[str, list[tuple[str, int]]]]:
    """For each topic its name and how many subscriptions are in each state, in words, nobody named."""
    found = Subscription.objects.values_list("topic", "state").annotate(count=Count("pk")).order_by()
    by_place = {(topic, state): count for topic, state, count in found}
    return [(str(topic.label), [(str(s.label), by_place.get((topic, s), 0)) for s in State]) for topic in Topic]


def subject_digest(subscription_id: str) -> str:
    """The keyed digest of the person whose subscription it is."""
    return str(Subscription.objects.values_list("digest", flat=True).get(pk=subscription_id))


def end_url(row: Subscription) -> str:
    """The link that ends this subscription, the same in every message about its topic."""
    return url(Use.END, row.pk, [row.topic])


def choices_url(row: Subscription) -> str:
    """The link to everything that the address of this row gets."""
    return url(Use.CHOICES, row.pk)


def of_address(address: str) -> list[Subscription]:
    """What an address gets, waits for or had: a row for each topic; one query."""
    return list(
        Subscription.objects.filter(digest__in=Subject(emails=frozenset({address})).same_digests).order_by("pk")
    )
