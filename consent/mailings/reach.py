"""Who would get a message about a topic now, counted and never typed; and how a message that is sent stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from post_office.models import STATUS, RecipientDeliveryStatus

from consent.mailings.letter import TEMPLATE
from consent.mailings.models import Mailing, MailingCopy
from consent.mailings.vocabulary import CopyState
from consent.models import Subscription
from consent.vocabulary import PURPOSES, State, Topic
from privacy import restriction
from privacy.mail.language import spoken
from privacy.models import SentMessage


@dataclass(frozen=True)
class Reach:
    """Who confirmed a topic, how many of them the gate stops, and in which languages the others read."""

    confirmed: int
    stopped: int
    languages: Mapping[str, int]

    @property
    def people(self) -> int:
        """How many would get a message now."""
        return self.confirmed - self.stopped


def live(topic: str) -> QuerySet[Subscription]:
    """The subscriptions to a topic that are confirmed."""
    return Subscription.objects.filter(topic=topic, state=State.CONFIRMED)


def reach(topic: str) -> Reach:
    """Counted now, in two statements however many there are."""
    stopped = Exists(restriction.stopping(PURPOSES[Topic(topic)]).filter(digest=OuterRef("digest")))
    languages = dict.fromkeys(dict(settings.LANGUAGES), 0)
    for language, people in live(topic).exclude(stopped).values_list("language").annotate(Count("pk")).order_by():
        languages[spoken(language)] += people
    confirmed = live(topic).count()
    return Reach(confirmed, confirmed - sum(languages.values()), languages)


def now_state() -> Any:
    """What became of a copy by now, read from the queue of messages for those that waited."""
    copies = SentMessage.objects.filter(about=OuterRef("pk"), template=TEMPLATE)
    ended = Subscription.objects.filter(pk=OuterRef("subscription_id"), state=State.ENDED)
    bounced = copies.filter(email__recipient_delivery_status=RecipientDeliveryStatus.HARD_BOUNCED)
    return Case(
        When(~Q(state=CopyState.QUEUED), then=F("state")),
        When(Exists(copies.filter(email__status=STATUS.sent)), then=Value(CopyState.LEFT)),
        When(Exists(bounced), then=Value(CopyState.BOUNCED)),
        When(Exists(copies.filter(email__status=STATUS.failed)), then=Value(CopyState.FAILED)),
        When(Exists(copies.filter(email__isnull=False)), then=Value(CopyState.QUEUED)),
        # No longer in the queue, and not sent: it was taken back with the subscription, or the gate deleted it.
        When(Exists(ended), then=Value(CopyState.ENDED)),
        default=Value(CopyState.STOPPED),
        output_field=CharField(),
    )


@dataclass(frozen=True)
class Progress:
    """How many readers of a message are in each state now; `delayed` of them had a notice that theirs is late."""

    states: Mapping[str, int]
    delayed: int

    @property
    def people(self) -> int:
        """All for whom the message was meant so far."""
        return sum(self.states.values())


def progress(mailing: Mailing) -> Progress:
    """How a message stands now: from its rows while there are any, then from what was counted when they went."""
    if mailing.counted is not None:
        return Progress(mailing.counted["states"], mailing.counted["delayed"])
    rows = MailingCopy.objects.filter(mailing=mailing)
    found = dict(rows.annotate(now=now_state()).values_list("now").annotate(Count("pk")).order_by())
    return Progress({state: found.get(state, 0) for state in CopyState.values}, rows.filter(delayed__gt=0).count())
