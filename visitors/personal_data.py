"""What the public pages hold about people: their messages; read by the data map."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from privacy.data_map.declarations import Erase, Holding, Retain, nobody, personal, secret, system
from privacy.data_map.wording import languages, say_events
from privacy.keys.registered import plain_hashes_in
from privacy.vocabulary import LegalBasis, Profile, Purpose

SUPPORT_STAFF = gettext_noop("our staff who answer you")
FIGURES_STAFF = gettext_noop("our staff who read the figures, as sums only")
MAIL_CARRIER = gettext_noop("the company that carries our e-mail, for the address only")


class ContactMessageData(Holding, model="visitors.ContactMessage"):
    """What was written to us with the form on our contact page under your address, and when we answered.

    Anyone can type any address there. If you did not write it, tell us.
    """

    title = _("Messages to us")
    reached_by = {"email": "email"}
    purposes = [Purpose.SUPPORT]
    basis = LegalBasis.LEGITIMATE_INTERESTS
    source = _("you, or whoever typed your address on our contact page")
    recipients = [SUPPORT_STAFF, MAIL_CARRIER]
    retain = Retain(profile=Profile.CONTACT, after="answered_at", days=365, moment=_("we answered you"))
    erase = Erase.DELETE_ROW

    id = form_key = system()
    # The rest is what was written: a record of it that could be changed would be none.
    name = personal("identity", rectifiable=True, provided=True)
    email = personal("contact", provided=True)
    topic = text = personal("content", provided=True, free_text=True)
    language = personal("preferences")
    received_at = answered_at = personal("content")
    in_words = {"language": languages}


class ContactDraftData(Holding, model="visitors.ContactDraft"):
    """A message to us that you began to write and asked us to keep. Nobody of us reads it before you send it.

    Your browser finds it by a cookie. It goes when you send it, when you delete it, or when its time is over.
    """

    title = _("Drafts of messages to us")
    reached_by = {"email": "email"}
    purposes = [Purpose.SUPPORT]
    basis = LegalBasis.CONSENT
    source = _("you, or whoever typed your address on our contact page")
    recipients = []
    retain = Retain(
        profile=Profile.CONTACT, after="kept_at", days=settings.CONTACT_DRAFT_DAYS, moment=_("you had it kept")
    )
    erase = Erase.DELETE_ROW
    by_product = True

    id = system()
    token_digest = secret()
    name = personal("identity", provided=True)
    email = personal("contact", provided=True)
    topic = text = personal("content", provided=True, free_text=True)
    kept_at = personal("content")


class AudienceVisitData(Holding, model="visitors.AudienceVisit"):
    """On which days your browser visited this site, and how many pages it opened, if you agreed to statistics.

    It stands under a random number that only a cookie in your browser has. We do not know whose it is.
    """

    title = _("Visits you let us count")
    reached_by = {"visitor": "number"}
    purposes = [Purpose.IMPROVE]
    basis = LegalBasis.CONSENT
    source = _("your browser, each time it opens a page after you agreed")
    recipients = [FIGURES_STAFF]
    retain = Retain(profile=Profile.VISITOR, after="day", days=settings.AUDIENCE_VISIT_DAYS, moment=_("your visit"))
    over_when = {"counted": True}
    erase = Erase.DELETE_ROW
    by_product = True

    id = counted = system()
    number = personal("technical")
    day = came_back = pages = personal("technical")


class AudienceStepData(Holding, model="visitors.AudienceStep"):
    """Which public pages your browser opened on such a visit, in which order. No page of a request or of an account."""

    title = _("Pages of visits you let us count")
    reached_by = {"visitor": "visit__number"}
    purposes = [Purpose.IMPROVE]
    basis = LegalBasis.CONSENT
    source = _("your browser, each time it opens a page after you agreed")
    recipients = [FIGURES_STAFF]
    retain = Retain(
        profile=Profile.VISITOR, after="visit__day", days=settings.AUDIENCE_VISIT_DAYS, moment=_("your visit")
    )
    over_when = {"visit__counted": True}
    erase = Erase.DELETE_ROW
    by_product = True

    id = visit = system()
    place = route_name = personal("technical")


nobody(
    "visitors.AudienceDaily",
    because="how often a page was shown on a day, all readers together; fewer than five are not kept",
)
nobody(
    "visitors.AudienceTransition",
    because="how often a page led to another on a day, all readers together; fewer than five are not kept",
)
nobody("visitors.AudienceBatch", because="random keys of counts that are in the tables already")
nobody("visitors.AudienceDepth", because="how many visits of a day had how many pages; never fewer than five")
nobody("visitors.AudiencePath", because="how many visits of a day began with the same pages; never fewer than five")

say_events(
    {
        "contact_draft.deleted": _("The draft of your message was deleted"),
        "contact_draft.kept": _("The draft of your message was kept, as you asked"),
        "contact_message.answered": _("Your message was answered"),
        "contact_message.corrected": _("Your message was corrected"),
        "contact_message.received": _("Your message arrived"),
        "contact_message.viewed": _("Our staff looked at your message"),
    }
)

# The hash of a random number that only a cookie has: no key is in it.
plain_hashes_in("visitors.ContactDraft", "token_digest")
