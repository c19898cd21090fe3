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


class Basis(TextChoices):
    """What allows something to be stored on a device (Art. 82 of the French law, Art. 5(3) ePrivacy)."""

    NEEDED = "needed", _("needed for what you asked for; no consent is needed")
    CONSENT = "consent", _("your consent")


class PurposeCode(TextChoices):
    """The purposes of trackers that this site's code knows (promises P11.1 to P11.4)."""

    SECURITY = "security", _("Signing in and safety")
    PREFERENCES = "preferences", _("How you see this site")
    FORMS = "forms", _("Drafts of what you write")
    STATS = "stats", _("Statistics")
    SOCIAL = "social", _("Films and posts of other sites")
    ADS = "ads", _("Advertising")


class PartyKind(TextChoices):
    """What somebody is towards the person, in the Regulation's words."""

    OURSELVES = "ourselves", _("ourselves")
    CONTROLLER = "controller", _("controller of its own")
    PROCESSOR = "processor", _("processor for us")
    RECIPIENT = "recipient", _("recipient")


class TrackerKind(TextChoices):
    """What it is, technically."""

    COOKIE = "cookie", _("cookie")
    LOCAL_STORAGE = "local_storage", _("storage of the browser")
    PIXEL = "pixel", _("invisible picture")
    FRAME = "frame", _("frame of another site")


class Matching(TextChoices):
    """How the name of a tracker is meant."""

    EXACT = "exact", _("the whole name")
    PREFIX = "prefix", _("how the name begins")


class ChoiceState(TextChoices):
    """What somebody chose for a purpose."""

    GIVEN = "given", _("accepted")
    REFUSED = "refused", _("refused")


class Method(TextChoices):
    """By which act a choice was made."""

    ACCEPT_ALL = "accept_all", _("“Accept all” in the notice")
    REFUSE_ALL = "refuse_all", _("“Refuse all” in the notice")
    SAVE = "save", _("saved on the page of choices")
    WITHDRAW = "withdraw", _("“Withdraw everything”")
    EMBED = "embed", _("“Always show” beside something of another site")
    ADOPT = "adopt", _("taken from the browser into the account")
    API = "api", _("in the App")
