"""How far a promotional message is, and what became of it for each of its readers."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from consent.vocabulary import PURPOSES, Topic
from privacy.vocabulary import Purpose

# What a promotional message can be about: news of the policy are told by the policy itself (privacy.policy.notice).
PROMOTIONAL = tuple(topic for topic in Topic if PURPOSES[topic] is Purpose.PROMOTIONAL_MESSAGES)
TOPIC_CHOICES = [(topic.value, topic.label) for topic in PROMOTIONAL]


class MailingState(TextChoices):
    """How far a message is; only a draft can be changed."""

    DRAFT = "draft", _("draft")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    STOPPED = "stopped", _("stopped by us")


class CopyState(TextChoices):
    """What became of a message for one reader; only what waits can still change, and what left can come back."""

    QUEUED = "queued", _("waiting to leave")
    LEFT = "left", _("left for the mailbox")
    STOPPED = "stopped", _("not sent: this use of the data is stopped")
    ENDED = "ended", _("not sent: the subscription had ended")
    TAKEN_BACK = "taken_back", _("taken back before it left")
    FAILED = "failed", _("not taken by the mail server")
    BOUNCED = "bounced", _("came back: there is no such address")
