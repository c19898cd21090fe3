"""Our messages to subscribers about their subscription: each carries the links, and the headers of RFC 8058."""

from collections.abc import Collection
from uuid import uuid4

from django.conf import settings
from django.utils import translation

from consent.links import Use, url
from consent.models import Subscription
from consent.vocabulary import PURPOSES, State, Topic
from privacy.mail.address import contact_address
from privacy.mail.language import spoken
from privacy.mail.queue import one_click, queue
from privacy.vocabulary import Purpose


def ask(rows: Collection[Subscription], language: str) -> None:
    """Ask whether the address wants what waits; where nothing waits, say that it gets all of it already."""
    waiting = [row for row in rows if row.state == State.PENDING]
    _send("consent/confirm" if waiting else "consent/known", waiting or list(rows), language)


def welcome(rows: Collection[Subscription]) -> None:
    """Say what was confirmed, and how to change or end it."""
    _send("consent/welcome", list(rows), next(iter(rows)).language)


def _send(template: str, rows: list[Subscription], language: str) -> None:
    with translation.override(spoken(language)):
        _queue(template, rows)


def _queue(template: str, rows: list[Subscription]) -> None:
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
