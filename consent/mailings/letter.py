"""How a promotional message arrives: one template, one purpose, and the reader's own two links; nothing that measures.

Nothing else on the site uses this template: a service message carries no advertising.
"""

from uuid import UUID

from django.conf import settings
from django.utils import translation

from consent.links import Use, url
from consent.mailings.models import Mailing
from consent.mailings.texts import language_of, links
from consent.mailings.tokens import message_id, return_path
from consent.vocabulary import Topic
from privacy.mail.address import contact_address
from privacy.mail.bulk import Copy
from privacy.mail.queue import Letter, one_click, render
from privacy.vocabulary import Purpose

TEMPLATE = "consent/promotion"
PURPOSE = Purpose.PROMOTIONAL_MESSAGES
# In place of a reader's subscription, where there is none: in previews and tests. Its links lead to nothing.
NOBODY = UUID(int=0)


def letter(mailing: Mailing, language: str, subscription_id: UUID = NOBODY) -> Letter:
    """The message as somebody reads it who reads `language`, with the links of a subscription."""
    language = language_of(mailing.texts, language)
    with translation.override(language):
        said = mailing.texts[language]
        return render(
            TEMPLATE,
            {
                "subject": said["subject"],
                "text": said["text"],
                "topic": str(Topic(mailing.topic).label),
                "publisher": settings.PUBLISHER["name"],
                "choices_url": url(Use.CHOICES, subscription_id),
                "unsubscribe_url": end_url(mailing, subscription_id),
                "contact": contact_address(),
            },
            links=links(said["text"]),
        )


def own_links(mailing: Mailing, language: str) -> tuple[str, str]:
    """The two links as they stand in a letter to nobody: the end of the subscription, and the choices."""
    with translation.override(language_of(mailing.texts, language)):
        return end_url(mailing, NOBODY), url(Use.CHOICES, NOBODY)


def end_url(mailing: Mailing, subscription_id: UUID) -> str:
    """The link that ends the subscription for which the message comes."""
    return url(Use.END, subscription_id, [mailing.topic])


def copy_for(mailing: Mailing, *, key: UUID, to: str, language: str, subscription_id: UUID = NOBODY) -> Copy:
    """One copy for the queue; `key` names it there, and in what comes back."""
    return Copy(
        about=key,
        to=to,
        letter=letter(mailing, language, subscription_id),
        headers=one_click(end_url(mailing, subscription_id)),
        message_id=message_id(key),
        sender=return_path(key),
    )
