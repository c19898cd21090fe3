"""The closed lists of words about Customers, and how long what they told us is kept."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

# How long an enrolment is kept after its end, in days: the person may come back, and claims are still made.
ENROLMENT_DAYS = 365


class CustomerKind(TextChoices):
    """What a Customer does (promise P0.1)."""

    MANUFACTURER = "manufacturer", _("manufacturer")
    RETAILER = "retailer", _("retailer")


class OurRole(TextChoices):
    """What Occicor is for the data of the people whom a Customer enrols (Art. 4(7) and 4(8) GDPR)."""

    CONTROLLER = "controller", _("controller: we decide what is done with the data")
    PROCESSOR = "processor", _("processor: the Customer decides, we carry it out")


# A card is shared for so many days at most, and for so many unless its owner says otherwise; each extension adds those.
LONGEST_SHARE = 365
USUAL_SHARE = 30
# How long it is remembered that a card was shared, after the day until which it was.
SHARED_CARD_DAYS = 365


class CardPart(TextChoices):
    """What of a person's profile can stand on a card that others see (promise P8.1): nothing else ever does."""

    NAME = "name", _("name")
    WORKPLACE = "workplace", _("workplace")
    POSITION = "position", _("position")
    PHONE = "phone", _("phone")
    EMAIL = "email", _("e-mail address")
    ADDRESS = "address", _("address")


class GrantEnd(TextChoices):
    """How the sharing of a card ended before its day, or was followed by another one."""

    OWNER = "owner", _("its owner ended it")
    VIEWER = "viewer", _("whoever saw it gave it back")
    ADDRESS_LEFT = "address_left", _("whoever saw it left the address")
    OVER = "over", _("its time was over")
