"""What is held while somebody shows that an enrolled work address is theirs."""

from django.utils.translation import gettext_lazy as _

from accounts.personal_data.words import ACCOUNT_STAFF
from privacy.data_map.declarations import Erase, Holding, Retain, personal, secret, system
from privacy.keys.registered import digests_in
from privacy.vocabulary import LegalBasis, Profile, Purpose


class ClaimCodeData(Holding, model="accounts.ClaimCode"):
    """Codes we sent to a work address because you asked for your enrolment there, for the minutes that they count."""

    title = _("Codes sent to your work address")
    reached_by = {"user": "user_id", "digest": "address_digest"}
    purposes = [Purpose.SECURITY]
    basis = LegalBasis.LEGITIMATE_INTERESTS
    source = _("our system, when an account asked for an enrolment")
    recipients = [ACCOUNT_STAFF]
    retain = Retain(profile=Profile.CUSTOMER_ENROLLED, after="expires_at", days=1, moment=_("the code ran out"))
    erase = Erase.DELETE_ROW
    by_product = True

    id = user = attempts = address_digest = system()
    code_hash = secret()
    created_at = expires_at = used_at = personal("technical")
    names = {"created_at": _("sent"), "expires_at": _("good until"), "used_at": _("used")}


digests_in("accounts.ClaimCode", "address_digest", stays="a code counts for minutes")
