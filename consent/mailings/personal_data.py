"""What is held about the readers of promotional messages; read by the data map through consent.personal_data."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from privacy.data_map.declarations import Erase, Holding, Retain, linked, nobody, personal, system
from privacy.vocabulary import LegalBasis, Profile, Purpose

CONTENT_STAFF = gettext_noop("our staff who write these messages, as a number only")


class MailingCopyData(Holding, model="consent.MailingCopy"):
    """Which of the messages that you asked for we sent you, and whether each left, or came back from your mail server.

    We do not measure whether you open a message or follow a link in it. Nobody is shown this record: our staff see how
    many messages left and how many came back.
    """

    title = _("Messages of your subscriptions")
    reached_by = {"email": "subscription__email", "digest": "subscription__digest"}
    purposes = [Purpose.PROMOTIONAL_MESSAGES]
    basis = LegalBasis.CONSENT
    source = _("our system, when it wrote to you, and the mail server that took or refused the message")
    recipients = [CONTENT_STAFF]
    retain = Retain(
        profile=Profile.CONTACT,
        after="mailing__ended_at",
        days=settings.MAILING_COPY_DAYS,
        moment=_("the last reader was written to"),
    )
    erase = Erase.DELETE_ROW
    by_product = True

    id = subscription = system()
    mailing = linked("messages", shows="topic", label=_("what the message was about"))
    state = delayed = changed_at = personal("messages")


nobody("consent.Mailing", because="what we wrote to subscribers: the same for everyone who gets it")
