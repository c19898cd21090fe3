"""What consent holds about people: who gets which of our messages; of the catalogue of cookies nobody's, and why."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from consent import receipts
from consent.mailings import personal_data as of_mailings
from consent.vocabulary import State
from privacy.data_map.declarations import Erase, Holding, Retain, kept, masked, nobody, personal, system
from privacy.data_map.wording import languages, say_events
from privacy.keys.registered import digests_in
from privacy.staging.registered import emptied_in_copies
from privacy.vocabulary import LegalBasis, Profile, Purpose

CONTENT_STAFF = of_mailings.CONTENT_STAFF
MAIL_CARRIER = gettext_noop("the company that carries our e-mail, for the address only")

NO_MORE = _(
    "As long as you want no message from us, we must know whom to leave alone, also when everything else of you is gone"
    " (Art. 7(3) and 21(3) GDPR). You stand here as a code that only we can recognise, never by name or address."
)


class SubscriptionData(Holding, model="consent.Subscription"):
    """Which of our messages you asked for, when you confirmed it, and with which words we asked you.

    What nobody confirms is deleted a few days later. When you end a subscription, your address goes at once; a code
    stays, so that no old list brings you back.
    """

    title = _("Your subscriptions")
    reached_by = {"email": "email", "digest": "digest"}
    purposes = [Purpose.PROMOTIONAL_MESSAGES, Purpose.SERVICE_MESSAGES]
    basis = LegalBasis.CONSENT
    source = _("you, or whoever typed your address on our newsletter page; only you could confirm it")
    recipients = [CONTENT_STAFF, MAIL_CARRIER]
    retain = Retain(
        profile=Profile.CONTACT,
        after="ended_at",
        days=settings.SUPPRESSION_DAYS,
        moment=_("you ended the subscription"),
    )
    over_when = {"state": State.ENDED}
    erase = Erase.MASK_FIELDS

    id = system()
    email = masked("contact", provided=True, label=_("your e-mail address"))
    language = masked("preferences", to="", label=_("the language of the messages"))
    topic = kept("preferences", why=NO_MORE, label=_("what the messages are about"))
    state = masked("preferences", to="ended", label=_("whether you get them"))
    wording = masked("preferences", shows="text", label=_("the words to which you agreed"))
    asked_at = masked("preferences", label=_("when you asked for them"))
    confirmed_at = masked("preferences", label=_("when you confirmed it"))
    ended_at = kept("preferences", why=NO_MORE, label=_("when it ended"))
    digest = kept(why=NO_MORE, label=_("the code that stands for you"))
    in_words = {"language": languages}


nobody("consent.Party", because="companies, and we ourselves: no person")
nobody("consent.Purpose", because="why something lies on a device: the same list for everyone")
nobody("consent.Purpose_recipients", because="which company belongs to which purpose: the same list for everyone")
nobody("consent.Tracker", because="what may lie on a device: the same list for everyone")
nobody("consent.NoticeVersion", because="the words with which we ask about cookies: the same for everyone")
nobody("consent.NoticePicture", because="how those words looked: the same for everyone")
nobody("consent.ProofSeal", because="a hash over the choices of a day, and how many there were: nobody in particular")
nobody("consent.Wording", because="the words with which we ask for a consent: the same for everyone")
nobody("cookie_consent.CookieGroup", because="the purposes that cookies can have: the same list for everyone")
nobody("cookie_consent.Cookie", because="which cookies exist and for which purpose: the same list for everyone")
nobody(
    "cookie_consent.LogItem",
    because="a date and a yes or no with nothing that says whose it was; the site does not write to it either",
)

PROOF = _(
    "We must be able to show that you agreed, or refused (Art. 7(1) and 17(3)(e) GDPR). You stand here as a code that"
    " only we can recognise, never by name, address or internet address."
)


class AccountConsentData(Holding, model="consent.AccountConsent"):
    """What you chose about cookies while you were signed in; it counts on every device where you are signed in."""

    title = _("Your cookie choices")
    reached_by = {"user": "user_id"}
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("you")
    retain = Retain(
        profile=Profile.REGISTERED_USER, after="decided_at", days=settings.CONSENT_DAYS, moment=_("you chose")
    )
    erase = Erase.DELETE_ROW

    user = system()
    notice_number = gpc = decided_at = personal("preferences")
    states = personal("preferences", provided=True)
    names = {
        "notice_number": _("the version of the text that you were shown"),
        "gpc": _("whether your browser sent Global Privacy Control"),
        "decided_at": _("when"),
        "states": _("what you chose"),
    }


class ConsentEventData(Holding, model="consent.ConsentEvent"):
    """Each time you accepted or refused cookies: when, on which page, and which text you were shown."""

    title = _("The proof of your cookie choices")
    reached_by = {"digest": "digest"}
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("you")
    retain = Retain(
        profile=Profile.VISITOR,
        after="valid_until",
        days=settings.CONSENT_PROOF_DAYS,
        moment=_("the choice no longer counts"),
    )
    erase = Erase.KEEP_ROW
    documents = {"consent/receipts.jsonld": receipts.of_subject}

    id = system()
    mac = system()
    key = kept("preferences", why=PROOF, label=_("the number of the choice"))
    notice = kept("preferences", why=PROOF, label=_("the version of the text that you were shown"), shows="number")
    occurred_at = kept("preferences", why=PROOF, label=_("when"))
    valid_until = kept("preferences", why=PROOF, label=_("until when it counts"))
    keep_until = kept("preferences", why=PROOF, label=_("until when the proof is kept"))
    states = kept("preferences", why=PROOF, label=_("what you chose"))
    method = kept("preferences", why=PROOF, label=_("how you chose it"))
    surface = kept("preferences", why=PROOF, label=_("on which page"))
    gpc = kept("preferences", why=PROOF, label=_("whether your browser sent Global Privacy Control"))
    digest = kept(why=PROOF, label=_("the code that stands for you"))


say_events(
    {
        "choice.viewed": _("Our staff looked at a choice about cookies"),
        "subscription.asked": _("Messages about a topic were asked for"),
        "subscription.confirmed": _("Your subscription was confirmed"),
        "subscription.ended": _("Your subscription ended"),
        "subscription.viewed": _("Our staff looked at your subscription"),
    }
)

digests_in("consent.Subscription", "digest")
digests_in(
    "consent.ConsentEvent",
    "digest",
    stays=f"each choice is sealed with its day; they go {settings.CONSENT_PROOF_DAYS} days after they end",
)

_SEALED = "sealed by day and signed: nothing made up can stand in it"
emptied_in_copies("consent.ConsentEvent", because=_SEALED)
emptied_in_copies("consent.ProofSeal", because=_SEALED)
