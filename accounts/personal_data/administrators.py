"""What is held about those who act for a Customer."""

from django.utils.translation import gettext_lazy as _

from accounts.personal_data.words import ACCOUNT_STAFF, ENROLLING_CUSTOMER
from privacy.data_map.declarations import Erase, Holding, Retain, linked, personal, system
from privacy.vocabulary import LegalBasis, Profile, Purpose


class CustomerAdministratorData(Holding, model="accounts.CustomerAdministrator"):
    """The company whose people you look after in our portal, and since when; empty unless it named you for that.

    It goes when you stop doing so, or with your account.
    """

    title = _("The company whose people you look after")
    reached_by = {"user": "user_id"}
    purposes = [Purpose.PROVIDE_SERVICES, Purpose.AUTHENTICATE]
    basis = LegalBasis.LEGITIMATE_INTERESTS
    source = _("the company, when it named you to us")
    recipients = [ACCOUNT_STAFF, ENROLLING_CUSTOMER]
    retain = Retain(profile=Profile.CUSTOMER_ADMINISTRATOR, after="", days=0)
    erase = Erase.DELETE_ROW

    id = user = system()
    customer = linked("employer", shows="name", label=_("the company"))
    appointed_at = personal("login")
