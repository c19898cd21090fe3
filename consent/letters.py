"""Our messages to subscribers about their subscription: each carries the links, and the headers of RFC 8058."""

from uuid import uuid4

from django.conf import settings

from consent.links import Use, url
from consent.models import Subscription
from consent.vocabulary import PURPOSES, Topic
from privacy.mail.address import contact_address
from privacy.mail.language import in_their_language
from privacy.mail.queue import one_click, queue
from privacy.vocabulary import Purpose


@in_their_language
def ask(*rows: Subscription) -> None:
    """Ask whether the address wants what waits."""
    _queue("consent/confirm", rows)


@in_their_language
def known(*rows: Subscription) -> None:
    """Say that the address gets all of it already, and how to change or end it."""
    _queue("consent/known", rows)


@in_their_language
def welcome(*rows: Subscription) -> None:
    """Say what was confirmed, and how to change or end it."""
    _queue("consent/welcome", rows)


def _queue(template: str, rows: tuple[Subscription, ...]) -> None:
    first, topics = rows[0], sorted(row.topic for row in rows)
    unsubscribe = url(Use.END, first.pk, topics)
    purposes = {PURPOSES[Topic(topic)] for topic in topics}
    promotes = Purpose.PROMOTIONAL_MESSAGES in purposes
    queue(
        to=str(first.email),
        template=template,
        context={
            "topics": [topic for topic in Topic if topic in topics],
            "confirm_url": url(Use.CONFIRM, first.pk, topics),
            "choices_url": url(Use.CHOICES, first.pk),
            "unsubscribe_url": unsubscribe,
            "days": settings.SUBSCRIPTION_CONFIRM_DAYS,
            "contact": contact_address(),
        },
        about=uuid4(),
        purpose=Purpose.PROMOTIONAL_MESSAGES if promotes else Purpose.SERVICE_MESSAGES,
        headers=one_click(unsubscribe),
    )
