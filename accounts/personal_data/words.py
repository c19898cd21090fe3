"""Recipients and terms that several declarations of this app name."""

from django.utils.translation import gettext_noop

from privacy.data_map.declarations import Retain
from privacy.vocabulary import Profile

ACCOUNT_STAFF = gettext_noop("our staff who look after accounts")
SECURITY_STAFF = gettext_noop("our staff who look after security")
MAIL_CARRIER = gettext_noop("the company that carries our e-mail, for the address only")
CARD_VIEWERS = gettext_noop("the people with whom you share your card")
ENROLLING_CUSTOMER = gettext_noop("the company that enrolled you")

# Everything that belongs to an account lives exactly as long as the account does.
WITH_THE_ACCOUNT = Retain(profile=Profile.REGISTERED_USER, after="", days=0)
