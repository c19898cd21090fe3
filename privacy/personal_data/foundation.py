"""What the foundation holds about people: the audit, the mail queue, and the places outside the database's tables."""

from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from post_office.models import STATUS

from privacy import files
from privacy.audit import WHY
from privacy.data_map.declarations import Erase, Holding, Retain, kept, linked, markup, nobody, personal, system
from privacy.data_map.stores import BrokerStore, CacheTableStore, FileStore, SealedStore, ValkeyStore
from privacy.data_map.wording import events, languages
from privacy.vocabulary import CLAIMS_DAYS, LegalBasis, LookReason, Profile, Purpose, Right

SECURITY_STAFF = gettext_noop("our staff who look after security")
SUPPORT_STAFF = gettext_noop("our staff who answer you")
MAIL_CARRIER = gettext_noop("the company that carries our e-mail")

ACCOUNTABILITY = _(
    "We must be able to show what we did with your data and who did it (Art. 5(2) GDPR). You stand in this record as a"
    " code that only we can recognise, never by name or address."
)

# Each line of the ledger vouches for all before it, in a file that nobody can write anew: no line can be left out.
LEDGER = Retain(
    profile=Profile.REQUESTER,
    after="",
    days=0,
    for_good=_("as long as we keep records of anybody, since it must stay done however old the copy that comes back"),
)
STAYS_DONE = _(
    "We must keep to what you asked for even when an older copy of our records comes back (Art. 5(1)(f) and 17(1)"
    " GDPR). You stand in this list as a code that only we can recognise, never by name or address."
)


class AuditData(Holding, model="privacy.AuditEntry"):
    """Each thing that was done with your data: what and when.

    Nothing in this record can be changed, by us neither, nor removed before its time. You appear in it as a code.
    """

    title = _("The record of what was done with your data")
    reached_by = {"digest": "subject_digest"}
    purposes = [Purpose.SECURITY, Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("our system, whenever something is done with your data")
    recipients = [SECURITY_STAFF]
    retain = Retain(profile=Profile.REQUESTER, after="occurred_at", days=CLAIMS_DAYS, moment=_("it happened"))
    erase = Erase.KEEP_ROW
    by_product = True

    seq = object_type = object_id = prev_hash = hash = system()
    occurred_at = kept("rights", why=ACCOUNTABILITY, label=_("when"))
    event = kept("rights", why=ACCOUNTABILITY, label=_("what was done"))
    data = kept(
        "rights",
        why=ACCOUNTABILITY,
        label=_("the details of it"),
        words=((WHY, _("Reason they gave"), LookReason), ("right", _("What was asked for"), Right)),
    )
    actor = kept(why=ACCOUNTABILITY, label=_("the number of whoever did it"))
    subject_digest = kept(why=ACCOUNTABILITY, label=_("the code that stands for you"))
    in_words = {"event": events}


IN_FORCE = _(
    "As long as you want us to stop, we must know whom to leave alone, also when everything else of you is gone (Art."
    " 18 and 21 GDPR). You stand here as a code that only we can recognise, never by name or address."
)


class StopData(Holding, model="privacy.ProcessingStop"):
    """What we may no longer do with your data: a restriction or an objection, why, since when, and until when.

    It outlives the deletion of everything else, so that a “no more advertising” still counts after that.
    """

    title = _("Uses of your data that are stopped")
    reached_by = {"digest": "digests__digest"}
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("you, or whoever asked for you")
    recipients = [SUPPORT_STAFF]
    retain = Retain(
        profile=Profile.REQUESTER, after="lifted_at", days=CLAIMS_DAYS, moment=_("the use was allowed again")
    )
    erase = Erase.KEEP_ROW
    by_product = True

    id = request_id = system()
    kind = kept("rights", why=IN_FORCE, label=_("what is stopped"))
    ground = kept("rights", why=IN_FORCE, label=_("why it is stopped"))
    purpose = kept("rights", why=IN_FORCE, label=_("for which use, if not for every one"))
    since = kept("rights", why=IN_FORCE, label=_("since when"))
    notice_at = kept("rights", why=IN_FORCE, label=_("when we told you that it will be lifted"))
    lifted_at = kept("rights", why=IN_FORCE, label=_("when it was lifted"))
    subject_digest = kept(why=IN_FORCE, label=_("the code that stands for you"))


class StoppedDigestData(Holding, model="privacy.StoppedDigest"):
    """The codes that stand for your account and your addresses, so that a stop is found by each of them."""

    title = _("Codes by which a stop is found")
    reached_by = {"digest": "digest"}
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("our system, when you asked us to stop")
    recipients = [SUPPORT_STAFF]
    retain = Retain(
        profile=Profile.REQUESTER, after="stop__lifted_at", days=CLAIMS_DAYS, moment=_("the use was allowed again")
    )
    erase = Erase.KEEP_ROW
    by_product = True

    id = stop = system()
    digest = kept(why=IN_FORCE, label=_("the code that stands for you"))


class LedgerData(Holding, model="privacy.LedgerEntry"):
    """That you asked us to delete, to restrict, to correct or to stop, and when: as a code, without your name.

    It is kept so that it stays done when we must put back an older copy of our records, and when somebody who knows you
    gives us your address again.
    """

    title = _("The ledger of what must stay done")
    reached_by = {"digest": "digests__digest"}
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("our system, when it does what you asked for")
    recipients = [SECURITY_STAFF]
    retain = LEDGER
    erase = Erase.KEEP_ROW
    by_product = True

    id = seq = request_id = scope = hash = system()
    kind = kept("rights", why=STAYS_DONE, label=_("what must stay done"))
    recorded_at = kept("rights", why=STAYS_DONE, label=_("since when"))
    line = kept(why=STAYS_DONE, label=_("the line of the ledger, with the codes that stand for you"))


class LedgerDigestData(Holding, model="privacy.LedgerDigest"):
    """The codes by which the ledger would know you again: one for your account, one for each address."""

    title = _("Your codes in the ledger")
    reached_by = {"digest": "digest"}
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("our system, when it does what you asked for")
    recipients = [SECURITY_STAFF]
    retain = LEDGER
    erase = Erase.KEEP_ROW
    by_product = True

    id = entry = system()
    digest = kept(why=STAYS_DONE, label=_("a code that only we can recognise"))


class MailData(Holding, model="post_office.Email"):
    """The messages we sent you by e-mail: to which address, when, and what they said."""

    title = _("Messages we sent you")
    reached_by = {"email": "to", "left": "to"}
    purposes = [
        *(Purpose.SERVICE_MESSAGES, Purpose.PROMOTIONAL_MESSAGES, Purpose.AUTHENTICATE),
        *(Purpose.SECURITY, Purpose.LEGAL_DUTIES),
    ]
    basis = LegalBasis.CONTRACT
    source = _("our system, when it wrote to you")
    recipients = [MAIL_CARRIER]
    retain = Retain(
        profile=Profile.REGISTERED_USER,
        after="last_updated",
        days=settings.SENT_MAIL_RETENTION_DAYS,
        moment=_("we sent the message"),
    )
    over_when = {"status__in": (STATUS.sent, STATUS.failed)}
    erase = Erase.DELETE_ROW
    by_product = True

    id = from_email = status = recipient_delivery_status = priority = last_updated = scheduled_time = system()
    expires_at = message_id = number_of_retries = template = backend_alias = system()
    to = personal("contact")
    cc = bcc = personal("contact", third_person=True)
    subject = message = headers = context = created = personal("messages")
    html_message = markup("messages")
    names = {
        "to": _("to whom"),
        "cc": _("copies to"),
        "bcc": _("hidden copies to"),
        "subject": _("subject"),
        "message": _("message"),
        "headers": _("technical headers"),
        "context": _("values filled in"),
        "created": _("written"),
        "html_message": _("message with its design"),
    }


class MailLogData(Holding, model="post_office.Log"):
    """What the mail server answered when we sent you a message."""

    title = _("Answers of the mail server")
    reached_by = {"email": "email__to", "left": "email__to"}
    purposes = [Purpose.SERVICE_MESSAGES]
    basis = LegalBasis.LEGITIMATE_INTERESTS
    source = _("the server that took or refused the message")
    recipients = [SUPPORT_STAFF]
    retain = Retain(
        profile=Profile.REGISTERED_USER,
        after="date",
        days=settings.SENT_MAIL_RETENTION_DAYS,
        moment=_("we sent the message"),
    )
    erase = Erase.DELETE_ROW
    by_product = True

    id = email = status = system()
    date = exception_type = message = personal("technical")
    names = {"date": _("when"), "exception_type": _("kind of error"), "message": _("what it answered")}


class AttachmentData(Holding, model="post_office.Attachment"):
    """Files that went with a message to you."""

    title = _("Files sent with messages")
    reached_by = {"email": "emails__to", "left": "emails__to"}
    purposes = [Purpose.SERVICE_MESSAGES]
    basis = LegalBasis.CONTRACT
    source = _("our system, when it wrote to you")
    recipients = [MAIL_CARRIER]
    retain = Retain(
        profile=Profile.REGISTERED_USER,
        after="emails__last_updated",
        days=settings.SENT_MAIL_RETENTION_DAYS,
        moment=_("we sent the message"),
    )
    erase = Erase.DELETE_ROW
    by_product = True

    id = system()
    file = system(store="mail-attachments")
    name = mimetype = headers = personal("messages")
    names = {"name": _("name of the file"), "mimetype": _("kind of file"), "headers": _("technical headers")}


class AttachmentOfMailData(Holding, model="post_office.Attachment_emails"):
    """Which file went with which message, by number."""

    title = _("Which file went with which message")
    reached_by = {"email": "email__to", "left": "email__to"}
    purposes = [Purpose.SERVICE_MESSAGES]
    basis = LegalBasis.CONTRACT
    source = _("our system, when it wrote to you")
    recipients = [MAIL_CARRIER]
    retain = Retain(
        profile=Profile.REGISTERED_USER,
        after="email__last_updated",
        days=settings.SENT_MAIL_RETENTION_DAYS,
        moment=_("we sent the message"),
    )
    erase = Erase.DELETE_ROW
    by_product = True

    id = attachment = email = system()


class PolicySeenData(Holding, model="privacy.PolicySeen"):
    """Which version of our privacy policy you were shown, when, in which language, and on which occasion.

    It ends the notice of a change that you have seen, and shows in which language we can write to you.
    """

    title = _("Versions of the privacy policy you have seen")
    reached_by = {"user": "user_id"}
    purposes = [Purpose.LEGAL_DUTIES, Purpose.SERVICE_MESSAGES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("you, when you opened your account or said that you have seen a change")
    recipients = [SUPPORT_STAFF]
    retain = Retain(profile=Profile.REGISTERED_USER, after="", days=0)
    erase = Erase.DELETE_ROW
    by_product = True

    id = user = system()
    version = linked("rights", shows="number", label=_("the version"))
    how = seen_at = personal("rights")
    language = personal("preferences")
    in_words = {"language": languages}


class KeptAnswerData(Holding, model="privacy.KeptAnswer"):
    """What we answered to your app, for a day, so that it gets the same again when the first answer was lost."""

    title = _("Answers to your app, kept for a day")
    reached_by = {"user": "user_id"}
    purposes = [Purpose.PROVIDE_SERVICES]
    basis = LegalBasis.CONTRACT
    source = _("our system, when your app asked for something to be done")
    recipients = [SECURITY_STAFF]
    retain = Retain(
        profile=Profile.REGISTERED_USER, after="begun_at", days=1, moment=_("your app asked for something to be done")
    )
    erase = Erase.DELETE_ROW
    by_product = True

    id = user = key = fingerprint = status = system()
    body = personal("technical")
    begun_at = personal("technical")


nobody("post_office.EmailTemplate", because="wordings of messages, the same for everyone; the site uses none of them")
nobody("privacy.SentMessage", because="that a message was queued once and for which purpose, by numbers only")
nobody("privacy.PolicyVersion", because="the published privacy policy, the same for everyone")
nobody("privacy.PolicyText", because="what the published privacy policy says, the same for everyone")
nobody("privacy.AuditSeal", because="signatures over the audit as a whole")
nobody("privacy.Job", because="work that must be finished, by the number of the request it is for")
nobody("privacy.JobStep", because="which steps of a job are done, with counts only")
nobody("privacy.Heartbeat", because="when a part of the system last showed that it lives")
nobody("privacy.ChoreRun", because="when each chore of the scheduler last ran, with counts only")
nobody("contenttypes.ContentType", because="the list of the software's own tables")

SealedStore(
    "packages",
    files.packages,
    title=_("Files with copies of your data"),
    because=_("Copies you asked for, encrypted, each under a key of its own, until they expire."),
)
SealedStore(
    "evidence",
    files.evidence,
    title=_("Files that go with a request"),
    because=_("Proofs and letters, as pictures, encrypted, each under a key of its own, until the request is decided."),
)
FileStore(
    "mail-attachments",
    lambda: Path(default_storage.path("")),
    title=_("Files sent with messages to you"),
    because=_("What went with our messages, until the message is deleted."),
)
FileStore(
    "ledger",
    lambda: Path(settings.LEDGER_DIR),
    title=_("The ledger, apart from all other records"),
    because=_("Codes that only we can recognise: who asked us to delete, restrict or correct, so that it stays done."),
)
ValkeyStore(
    "cache",
    settings.CACHES["default"]["LOCATION"],
    title=_("Short-lived notes of the server"),
    because=_(
        "Counts of attempts to sign in, by internet address, and copies of public texts; all expire in hours. For a"
        " minute, how often which page was opened, with nobody in it."
    ),
)
CacheTableStore(
    "cache-table",
    settings.CACHES["fallback"]["LOCATION"],
    title=_("Short-lived notes of the server, while their usual place is away"),
    because=_("The same counts of attempts to sign in, without a name or an address; all expire in hours."),
)
BrokerStore(
    "task-broker",
    settings.REDIS_URL,
    title=_("The list of work to do"),
    because=_("Numbers of jobs, so that a worker wakes up; never a name or an address."),
)
nobody(
    "privacy.ImpactAssessment", because="what was thought about a kind of processing; its author stands in the audit"
)

nobody("privacy.RetentionRun", because="when retention ran, with nobody in it")
nobody("privacy.RetentionCount", because="how many rows of what a run of retention deleted, by numbers only")
