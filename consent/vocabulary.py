"""What one can subscribe to, and how far a subscription is."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from privacy.vocabulary import Purpose


class Topic(TextChoices):
    """What our messages to subscribers are about; each is agreed to and ended by itself."""

    POLICY_CHANGES = "policy_changes", _("Changes to our privacy policy")
    NEWSLETTER = "newsletter", _("Newsletter")
    WEBINARS = "webinars", _("Webinars")
    PRODUCT_NEWS = "product_news", _("Product news")


DESCRIPTIONS = {
    Topic.POLICY_CHANGES: _("what changes, and why"),
    Topic.NEWSLETTER: _("what we learn about shelves, and what is new at Occicor"),
    Topic.WEBINARS: _("invitations to what we show and explain online"),
    Topic.PRODUCT_NEWS: _("what our software can do that it could not do before"),
}

# What each is sent for, as the gate knows it (privacy.restriction): a change of the policy advertises nothing.
PURPOSES = {
    Topic.POLICY_CHANGES: Purpose.SERVICE_MESSAGES,
    Topic.NEWSLETTER: Purpose.PROMOTIONAL_MESSAGES,
    Topic.WEBINARS: Purpose.PROMOTIONAL_MESSAGES,
    Topic.PRODUCT_NEWS: Purpose.PROMOTIONAL_MESSAGES,
}


class State(TextChoices):
    """How far a subscription is; of one that ended no address is left."""

    PENDING = "pending", _("not confirmed yet")
    CONFIRMED = "confirmed", _("confirmed")
    ENDED = "ended", _("ended")


class Way(TextChoices):
    """By which way a subscription was confirmed, changed or ended, as the audit says it."""

    CONFIRMED = "confirmed"
    CHOICES = "choices"
    LINK = "link"
    ONE_CLICK = "one_click"
    LEDGER = "ledger"
    BOUNCED = "bounced"


# What the person did; the rest we did: a backup was put back, or a message came back since there is no such address.
THEIR_OWN = frozenset({Way.CONFIRMED, Way.CHOICES, Way.LINK, Way.ONE_CLICK})
