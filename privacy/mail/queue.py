"""Queues a message in the transaction of what it tells, once per thing and template, if the gate lets it through."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from enum import Enum
from types import MappingProxyType
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from post_office.models import PRIORITY, STATUS, Email

from privacy import restriction
from privacy.data_map.subject import Subject
from privacy.inert import inert
from privacy.models import SentMessage
from privacy.vocabulary import Purpose

NO_HEADERS: Mapping[str, str] = MappingProxyType({})
UNSUBSCRIBE = "List-Unsubscribe"


class Outcome(Enum):
    """What became of a message; STOPPED: the person's data may not be used for its purpose (Art. 18, 21 GDPR)."""

    ACCEPTED = "accepted"
    KNOWN = "known"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Letter:
    """A rendered message: one-line subject, plain text, and the same text as HTML."""

    subject: str
    text: str
    html: str


def render(template: str, context: Mapping[str, Any], *, links: Collection[str] = ()) -> Letter:
    """Render templates/emails/<template>.subject.txt and .txt; the HTML is made from the text, so they never differ.

    In the active language: whoever writes a letter enters its reader's before (privacy.mail.language).

    What people typed stays literal: the text is not escaped as HTML, the HTML is, and neither is a template again. What
    in it would turn the text around is written out. `links` are addresses of other sites that become links; any other
    stays text, so that nobody has us send their link by calling themselves so.
    """
    values = {name: inert(value) if isinstance(value, str) else value for name, value in context.items()}
    subject = " ".join(render_to_string(f"emails/{template}.subject.txt", values).split())
    text = _tidy(render_to_string(f"emails/{template}.txt", values))
    # What is told of by an address of its own, such as an authority, is linked; what people typed is not.
    others = {str(value.url) for value in context.values() if hasattr(value, "url")} | set(links)
    frame = {"subject": subject, "text": text, "site_url": settings.SITE_URL, "others": others}
    html = render_to_string("emails/base.html", frame)
    return Letter(subject, text, html)


def message_id(about: UUID, template: str) -> str:
    """The Message-ID that a message about this thing always has: a mail sent twice after a crash is shown once."""
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{uuid5(NAMESPACE_URL, f'{template}:{about}')}@{host}>"


def may_write(to: str, purpose: Purpose) -> bool:
    """Whether the gate lets a message for this purpose through to this address."""
    return restriction.allows(Subject(emails=frozenset({to})), purpose)


def one_click(url: str) -> dict[str, str]:
    """The headers by which a mail program ends a subscription with one click (RFC 8058, 2369): it posts to the link."""
    return {UNSUBSCRIBE: f"<{url}>", f"{UNSUBSCRIBE}-Post": "List-Unsubscribe=One-Click"}


def take_back(*, to: str, ended: Callable[[str], bool]) -> None:
    """Delete what waits for an address that ended a subscription: where `ended` says so of the link in the headers.

    In the caller's transaction.
    """
    waiting = Email.objects.filter(to=to, status__in=(STATUS.queued, STATUS.requeued), headers__has_key=UNSUBSCRIBE)
    links = [(pk, headers[UNSUBSCRIBE].strip("<>")) for pk, headers in waiting.values_list("pk", "headers")]
    waiting.filter(pk__in=[pk for pk, link in links if ended(link)]).delete()


@transaction.atomic
def queue(
    *,
    to: str,
    template: str,
    context: Mapping[str, Any],
    about: UUID,
    purpose: Purpose,
    headers: Mapping[str, str] = NO_HEADERS,
) -> Outcome:
    """Queue one message in the caller's transaction, once per (about, template): KNOWN when it was queued before.

    The gate is asked for the address, now and again when the message leaves; STOPPED when it says no, and nothing is
    stored then. The purpose is that of the message: an answer to a request of the person is a legal duty. `headers` are
    those of a message to subscribers (`one_click`).
    """
    if not may_write(to, purpose):
        return Outcome.STOPPED
    sent = SentMessage(about=about, template=template, purpose=purpose)
    try:
        with transaction.atomic():
            sent.save(force_insert=True)
    except IntegrityError:
        return Outcome.KNOWN
    letter = render(template, context)
    sent.email = Email.objects.create(
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[to],
        subject=letter.subject,
        message=letter.text,
        html_message=letter.html,
        status=STATUS.queued,
        priority=PRIORITY.medium,
        message_id=message_id(about, template),
        headers=dict(headers) or None,
    )
    sent.save(update_fields=["email"])
    return Outcome.ACCEPTED


def _tidy(text: str) -> str:
    """One empty line between paragraphs, none at the ends: templates may use tags on lines of their own."""
    paragraphs: list[str] = []
    for line in (line.rstrip() for line in text.strip().splitlines()):
        if line or (paragraphs and paragraphs[-1]):
            paragraphs.append(line)
    return "\n".join(paragraphs) + "\n"
