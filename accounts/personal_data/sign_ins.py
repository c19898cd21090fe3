"""What is held of each sign-in."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.personal_data.words import SECURITY_STAFF
from privacy.data_map.declarations import Erase, Holding, Retain, personal, system
from privacy.vocabulary import LegalBasis, Profile, Purpose


class SignInData(Holding, model="accounts.SignIn"):
    """When you signed in, from which country and on what kind of device, so that a stranger in your account is noticed.

    We work out the country ourselves, from a table on our own computer. Of your internet address we keep the first part
    only, and of your device no more than words such as “Firefox on Linux”.
    """

    title = _("Your sign-ins")
    reached_by = {"user": "user_id"}
    purposes = [Purpose.SECURITY, Purpose.AUTHENTICATE]
    basis = LegalBasis.LEGITIMATE_INTERESTS
    source = _("your browser, when you sign in")
    recipients = [SECURITY_STAFF]
    retain = Retain(profile=Profile.REGISTERED_USER, after="at", days=settings.SIGN_IN_DAYS, moment=_("you signed in"))
    erase = Erase.DELETE_ROW
    by_product = True

    id = user = system()
    country = network = personal("location")
    at = how = alerted = disowned_at = personal("login")
    browser = platform = personal("technical")
