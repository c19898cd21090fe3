"""What is held about the changes of a profile."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.personal_data.words import ACCOUNT_STAFF
from privacy.data_map.declarations import Erase, Holding, Retain, personal, system
from privacy.vocabulary import LegalBasis, Profile, Purpose


class ProfileChangeData(Holding, model="accounts.ProfileChange"):
    """What was changed in your profile in the last months, when and by whom, with the words before and after.

    You see the same list on your profile page, can put something back, or have us forget it at once. When you empty a
    field, what stood there is gone from this list too.
    """

    title = _("Changes of your profile")
    reached_by = {"user": "user_id"}
    purposes = [Purpose.PROVIDE_SERVICES, Purpose.SECURITY]
    basis = LegalBasis.CONTRACT
    source = _("you, on your profile page, or our staff when you asked for a correction")
    recipients = [ACCOUNT_STAFF]
    retain = Retain(
        profile=Profile.REGISTERED_USER,
        after="changed_at",
        days=settings.PROFILE_HISTORY_DAYS,
        moment=_("the change"),
    )
    erase = Erase.DELETE_ROW

    id = user = to_tell = system()
    field = by = changed_at = personal("technical")
    old = new = personal("identity", provided=True)
