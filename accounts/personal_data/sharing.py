"""What is held about cards that people share, of those who share and of those who see; read by the data map."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.personal_data.words import ACCOUNT_STAFF, MAIL_CARRIER
from accounts.vocabulary import SHARED_CARD_DAYS
from privacy.data_map.declarations import Erase, Holding, Retain, linked, personal, system
from privacy.vocabulary import LegalBasis, Profile, Purpose

OTHER_SIDE = gettext_noop("the other person: whoever shares the card, or whoever sees it")
UNTIL_FORGOTTEN = _("the day until which the card was shared")


class SharingGrantData(Holding, model="accounts.SharingGrant"):
    """Cards that you share with others, and cards that others share with you: who, which parts, since when, until when.

    A card is shown because its owner agreed, who can end that at any time; this is the record of it, for both sides.
    What stands on the card is not copied here. When one of the two has their data deleted, this goes too.
    """

    title = _("Shared cards")
    # Of the one who shares, and of the one to whose address it is given: it is as much theirs.
    reached_by = {"user": "owner_id", "email": "reached_email"}
    purposes = [Purpose.PROVIDE_SERVICES, Purpose.SERVICE_MESSAGES]
    basis = LegalBasis.LEGITIMATE_INTERESTS
    source = _("whoever shares the card")
    recipients = [OTHER_SIDE, ACCOUNT_STAFF, MAIL_CARRIER]
    retain = Retain(profile=Profile.REGISTERED_USER, after="until", days=SHARED_CARD_DAYS, moment=UNTIL_FORGOTTEN)
    erase = Erase.DELETE_ROW

    # Who shares is seen on the card, as far as its owner wants, and nowhere else.
    id = owner = reached_email = address_left_at = system()
    # As its owner typed it: a successor's address by now perhaps. It holds up nobody else's erasure.
    viewer_email = personal("contact", free_text=True)
    parts = made_at = until = ended_at = ended_by = personal("preferences")


class SharingViewData(Holding, model="accounts.SharingView"):
    """Each time somebody looked at a card that you share, and each time you looked at one that is shared with you."""

    title = _("Looks at shared cards")
    reached_by = {"user": "grant__owner_id", "email": "grant__reached_email"}
    purposes = [Purpose.PROVIDE_SERVICES, Purpose.SECURITY]
    basis = LegalBasis.LEGITIMATE_INTERESTS
    source = _("our system, when the card was opened")
    recipients = [OTHER_SIDE, ACCOUNT_STAFF]
    retain = Retain(
        profile=Profile.REGISTERED_USER, after="grant__until", days=SHARED_CARD_DAYS, moment=UNTIL_FORGOTTEN
    )
    erase = Erase.DELETE_ROW
    by_product = True

    id = system()
    grant = linked("contact", shows="viewer_email", label=_("who looked"))
    viewed_at = personal("technical")
