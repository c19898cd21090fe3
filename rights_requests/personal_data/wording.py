"""What several declarations of this app say alike: who reads, how long, why a record stays."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from privacy.data_map.declarations import Retain
from privacy.vocabulary import Profile

PRIVACY_STAFF = gettext_noop("our staff who handle requests about personal data")

# Five years: the time in which a person can bring a claim about how we answered (Art. 2224 of the French Civil Code).
ANSWERED = Retain(profile=Profile.REQUESTER, after="closed_at", days=5 * 365, moment=_("we answered your request"))
# Also read by a member of staff whose own data is erased: their number stays beside what they decided.
ACCOUNTABLE = _(
    "We must be able to show that a request was answered: how, when, and who decided, by number"
    " (Art. 5(2) and 17(3)(b) GDPR)."
)
OWN_CODE = _("a code for you that only we can recognise")

# Paths from whatever belongs to a request to the person it is about.
BY_REQUEST = {"user": "request__subject_user_id", "digest": "request__subject_digest"}
WITH_THE_REQUEST = Retain(
    profile=Profile.REQUESTER, after="request__closed_at", days=5 * 365, moment=_("we answered your request")
)
