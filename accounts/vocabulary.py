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


class Scope(TextChoices):
    """What a key of a Customer may do."""

    READ = "enrolments:read", _("read who is enrolled")
    WRITE = "enrolments:write", _("enrol people, say anew what was said of them, end enrolments")
