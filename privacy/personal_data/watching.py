"""What is held about people because we watch ourselves: deletions held back, and how much staff read."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from privacy.data_map.declarations import Erase, Holding, Retain, kept, personal, system
from privacy.data_map.wording import holding_titles, say_events
from privacy.keys.registered import digests_in
from privacy.personal_data.foundation import SECURITY_STAFF
from privacy.vocabulary import CLAIMS_DAYS, LegalBasis, Profile, Purpose

HELD_BACK = _(
    "While a claim, an inquiry or a doubt is open we must be able to keep what bears on it (Art. 17(3)(e) GDPR), and to"
    " show why. You stand here as a code that only we can recognise, never by name or address."
)


class HeldBackData(Holding, model="privacy.HeldBack"):
    """That the deletion of something that is over was held back for a while, why, and until when."""

    title = _("Deletions that were held back")
    reached_by = {"digest": "digests__digest"}
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("our staff who answer for data protection")
    recipients = [SECURITY_STAFF]
    retain = Retain(profile=Profile.REQUESTER, after="until", days=CLAIMS_DAYS, moment=_("it ended"))
    erase = Erase.KEEP_ROW
    by_product = True

    id = system()
    fields = {"holding": kept("rights", why=HELD_BACK, label=_("what was held back, if not all"))}
    reason = kept("rights", why=HELD_BACK, label=_("the reason"))
    since = until = ended_early = kept("rights", why=HELD_BACK, label=_("from when until when"))
    names = {"since": _("from when"), "until": _("until when"), "ended_early": _("ended before its time")}
    in_words = {"holding": holding_titles}
    subject_digest = kept(why=HELD_BACK, label=_("the code that stands for you"))


class HeldBackDigestData(Holding, model="privacy.HeldBackDigest"):
    """The codes by which we know whose deletion is held back."""

    title = _("Codes by which what is held back is found")
    reached_by = {"digest": "digest"}
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("our system, when a deletion was held back")
    recipients = [SECURITY_STAFF]
    retain = Retain(profile=Profile.REQUESTER, after="held_back__until", days=CLAIMS_DAYS, moment=_("it ended"))
    erase = Erase.KEEP_ROW
    by_product = True

    id = held_back = system()
    digest = kept(why=HELD_BACK, label=_("the code that stands for you"))


class ReadingDayData(Holding, model="privacy.ReadingDay"):
    """How many people’s data you opened on a day in our staff pages, and why; empty unless you work for us.

    It shows us when somebody reads what their work does not need. Nobody judges their own days.
    """

    title = _("What you read in our staff pages, in figures")
    reached_by = {"user": "staff_id"}
    purposes = [Purpose.SECURITY, Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGITIMATE_INTERESTS
    source = _("our system, when you opened something about somebody")
    recipients = [SECURITY_STAFF]
    retain = Retain(profile=Profile.STAFF, after="day", days=settings.READING_DAYS, moment=_("the day"))
    erase = Erase.DELETE_ROW
    by_product = True

    id = staff = looked_into_by = system()
    day = looks = people = lists = in_an_hour = outside = needless = near = usual = personal("technical")
    fields = {"reasons": personal("technical"), "flags": personal("technical")}
    looked_into_at = verdict = personal("technical")


say_events(
    {
        "deletion.held_back": _("The deletion of what is over was held back"),
        "deletion.let_go": _("The deletion of what is over went on"),
        "ledger.reapplied": _("An older copy of our records came back, and what you had asked for was done again"),
        "reading.looked_into": _("An officer looked into what you read on our staff pages"),
        "record.viewed": _("Our staff looked at a record about you"),
        "stop.extended": _("The stop counts for a further address of yours too"),
        "stop.imposed": _("A use of your data was stopped"),
        "stop.lifted": _("A use of your data is stopped no more"),
        "stop.lifting_announced": _("We told you that a restriction ends"),
    }
)

digests_in("privacy.HeldBack", "subject_digest")
digests_in("privacy.HeldBackDigest", "digest", asked=True)
