"""The closed lists of words in which requests are filed, decided and answered; each reason names its article."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Where a request is; which event leads from one to the next is the table in rights_requests.states."""

    RECEIVED = "received", _("Received")
    WAITING = "waiting", _("Waiting for the person")
    PREPARED = "prepared", _("Waiting for a second person")
    APPROVED = "approved", _("Approved")
    RUNNING = "running", _("In progress")
    NEEDS_ATTENTION = "needs_attention", _("Needs attention")
    APPEALED = "appealed", _("Refusal appealed")
    PART_APPEALED = "part_appealed", _("Part appealed")
    COMPLETED = "completed", _("Completed")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    HANDED_OVER = "handed_over", _("Handed over")


CLOSED_STATES = (State.COMPLETED, State.REFUSED, State.WITHDRAWN, State.HANDED_OVER)


# Beside the shares of a term of which staff were told, in percent: that it cannot be read.
UNREADABLE = 101


class HandStep(TextChoices):
    """What no row can show, because only a person can do it: it is ticked by hand, or goes with the decision."""

    PLAN = "plan", _("Read what we hold")
    PARTS = "parts", _("Look for what must stay, or is about others")
    GROUND = "ground", _("Check whether one of the cases of the law is given")
    REASONS = "reasons", _("Weigh their reasons against ours")


class RequesterRole(TextChoices):
    """In which role someone asks: for themselves, or for the data subject."""

    SELF = "self", _("for myself")
    AGENT = "agent", _("for someone who asked me to")
    GUARDIAN = "guardian", _("for a child or a person I am responsible for")
    REPORTER = "reporter", _("about a child whose data you may hold")


# Who asks in these roles stands for the data subject: a mandate is looked at first, and the subject can say no.
STAND_IN = (RequesterRole.AGENT, RequesterRole.GUARDIAN)
# Stands where other requests have the digest of an asker, in those that we file in the person's name to tell recipients
# of what they corrected themselves: such a request is not what the person asked, nor in the way of what they ask.
OWN_CORRECTION = "own_correction"
# The same where we erase an account that nobody used for its whole term.
UNUSED_ACCOUNT = "unused_account"
# The same where a legal hold has ended that kept something of somebody whose erasure a restored backup knows no more.
AFTER_HOLD = "after_hold"


class ReporterRelation(TextChoices):
    """Who somebody is to the child that they report."""

    PARENT = "parent", _("Their parent, or responsible for them")
    SELF = "self", _("It is me: I am under 18 myself")
    SCHOOL = "school", _("I know them from school or work")
    OTHER = "other", _("Somebody else")


class Channel(TextChoices):
    """How a request reached us; any way counts as much as the form (Art. 12(2) GDPR)."""

    PORTAL = "portal", _("this site")
    EMAIL = "email", _("e-mail")
    LETTER = "letter", _("letter")
    PHONE = "phone", _("telephone")
    IN_PERSON = "in_person", _("in person")


class ErasureGround(TextChoices):
    """Why data is to be erased (Art. 17(1) GDPR); nobody has to give one."""

    NO_LONGER_NEEDED = "no_longer_needed", _("You no longer need the data (Art. 17(1)(a) GDPR)")
    CONSENT_WITHDRAWN = "consent_withdrawn", _("I take back my consent (Art. 17(1)(b) GDPR)")
    OBJECTION = "objection", _("I object to what you do with it (Art. 17(1)(c) GDPR)")
    UNLAWFUL = "unlawful", _("You were not allowed to use it (Art. 17(1)(d) GDPR)")
    LEGAL_DUTY = "legal_duty", _("The law says that it must go (Art. 17(1)(e) GDPR)")
    MINOR = "minor", _("I was under 18 when it was collected (Art. 17(1)(f) GDPR)")


class RestrictionGround(TextChoices):
    """When the use of data is to be restricted (Art. 18(1) GDPR)."""

    ACCURACY = "accuracy", _("The data is wrong, and you are still checking (Art. 18(1)(a) GDPR)")
    UNLAWFUL = "unlawful", _("You may not use it, but I do not want it deleted (Art. 18(1)(b) GDPR)")
    CLAIMS = "claims", _("I need it for a legal claim (Art. 18(1)(c) GDPR)")
    OBJECTION = "objection", _("I objected, and you are still weighing it (Art. 18(1)(d) GDPR)")


class ObjectionGround(TextChoices):
    """What is objected to (Art. 21 GDPR)."""

    MARKETING = "marketing", _("Messages that advertise something (Art. 21(2) GDPR)")
    OWN_SITUATION = "own_situation", _("Another use of my data, because of my own situation (Art. 21(1) GDPR)")


class RefusalReason(TextChoices):
    """Why a request may be refused, whole or in part; each names its article, free text explains it to the person."""

    UNFOUNDED = "unfounded", _("The request is manifestly unfounded (Art. 12(5) GDPR)")
    EXCESSIVE = "excessive", _("The request repeats an earlier one (Art. 12(5) GDPR)")
    NOT_IDENTIFIED = "not_identified", _("We cannot be sure who is asking (Art. 12(2) and 12(6) GDPR)")
    LEGAL_OBLIGATION = "legal_obligation", _("The law obliges us to keep the data (Art. 17(3)(b) GDPR)")
    LEGAL_CLAIMS = "legal_claims", _("We need the data for legal claims (Art. 17(3)(e) GDPR)")
    EXPRESSION = "expression", _("Freedom of expression and information needs it (Art. 17(3)(a) GDPR)")
    ARCHIVING = "archiving", _("It is needed for archives or research (Art. 17(3)(d) GDPR)")
    RIGHTS_OF_OTHERS = "rights_of_others", _("A copy would harm the rights of others (Art. 15(4) and 20(4) GDPR)")
    ACCURATE = "accurate", _("What we hold is right (Art. 16 GDPR)")
    NO_GROUND = "no_ground", _("None of the cases of the law is given (Art. 18(1) GDPR)")
    NOT_PORTABLE = "not_portable", _("We hold nothing that you gave us by consent or contract (Art. 20(1) GDPR)")
    OVERRIDING = "overriding", _("Compelling reasons of ours outweigh yours (Art. 21(1) GDPR)")
    NO_MANDATE = "no_mandate", _("We have no proof that the person asked for this (Art. 12(2) GDPR)")


class RedactionReason(TextChoices):
    """Why a value, or words within it, are left out of a copy; what staff add explains it to the person."""

    RIGHTS_OF_OTHERS = "rights_of_others", _("the rights of another person (Art. 15(4) and 20(4) GDPR)")
    TRADE_SECRET = "trade_secret", _("a trade secret (Art. 15(4) and recital 63 GDPR)")
    SECURITY = "security", _("the security of our systems and of other people’s data (Art. 15(4) and 32 GDPR)")


class ExtensionReason(TextChoices):
    """Why an answer takes longer than the first term (Art. 12(3) GDPR)."""

    COMPLEXITY = "complexity", _("The request is complex (Art. 12(3) GDPR)")
    NUMBER = "number", _("We have many requests to answer (Art. 12(3) GDPR)")


class AskReason(TextChoices):
    """What we need from the person before we can go on; the clock stops only where the regime says so."""

    IDENTITY = "identity", _("to be sure that it is you (Art. 12(6) GDPR)")
    MANDATE = "mandate", _("the proof that the person asked you to act (Art. 12(2) GDPR)")
    CLARIFICATION = "clarification", _("to understand what you ask for (recital 63 GDPR)")
    FEE = "fee", _("your answer about a fee (Art. 12(5) GDPR)")


class DecisionKind(TextChoices):
    """What staff decide on the way to an answer, apart from approval and refusal."""

    ASK = "ask", _("asked the person")
    EXTENSION = "extension", _("extended the term")
    PARTIAL = "partial", _("refused a part")
    FEE = "fee", _("asked for a fee")


class Answer(TextChoices):
    """What the person, or a member of staff, answered to a proposal."""

    OPEN = "", _("not answered yet")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")


class IdentityMethod(TextChoices):
    """How we became sure who asks (promise P7.2): the least that is enough."""

    ACCOUNT = "account", _("signed in, and asked for the password again")
    EMAIL_CODE = "email_code", _("a code sent to an address on record")
    CUSTOMER = "customer", _("confirmed by the employer who enrolled the person")
    MANDATE = "mandate", _("a mandate")
    GUARDIANSHIP = "guardianship", _("a proof of guardianship")
    DOCUMENT = "document", _("an identity document")
    KNOWN_TO_STAFF = "known_to_staff", _("recognised by what only this person can know")


class Outcome(TextChoices):
    """How an identity check ended."""

    OPEN = "", _("open")
    PASSED = "passed", _("passed")
    FAILED = "failed", _("failed")


class EvidenceKind(TextChoices):
    """What an uploaded file is for."""

    IDENTITY = "identity", _("identity document")
    MANDATE = "mandate", _("mandate")
    PROOF = "proof", _("proof for a correction")
    ATTACHMENT = "attachment", _("attachment to a message")


class MessageKind(TextChoices):
    """Who speaks to whom in the messages of a request."""

    TO_PERSON = "to_person", _("to the person")
    FROM_PERSON = "from_person", _("from the person")
    NOTE = "note", _("internal note")


class ReminderTo(TextChoices):
    """Who is reminded of a request by hand: whoever it waits for."""

    ASKER = "asker", _("whoever made the request, of our question")
    COLLEAGUE = "colleague", _("the colleague who has it in hand")


class TransferKind(TextChoices):
    """How a package goes to a recipient of the person's choice (Art. 20(2) GDPR)."""

    HTTPS = "https", _("upload to an address on the web")
    MAIL = "mail", _("a link for one download, by e-mail")


class TransferState(TextChoices):
    """Where a transfer is."""

    PENDING = "pending", _("not sent yet")
    SENT = "sent", _("sent, not confirmed yet")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("could not be delivered")


class Adapter(TextChoices):
    """How a recipient is told (Art. 19 GDPR)."""

    MANUAL = "manual", _("by a person")
    WEBHOOK = "webhook", _("by a signed web request")
    OPENDSR = "opendsr", _("by OpenDSR 2.0")


class NoticeKind(TextChoices):
    """What a recipient is told (Art. 19 GDPR)."""

    ERASURE = "erasure", _("erase the data")
    RECTIFICATION = "rectification", _("correct the data")
    RESTRICTION = "restriction", _("restrict the use of the data")
    RESTRICTION_LIFTED = "restriction_lifted", _("the restriction is over")


class NoticeState(TextChoices):
    """How far a recipient has followed."""

    PENDING = "pending", _("not told yet")
    SENT = "sent", _("told, no answer yet")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    COMPLETED = "completed", _("done")
    IMPOSSIBLE = "impossible", _("impossible or disproportionate")


class ProofPurpose(TextChoices):
    """What the holder of an e-mail address proves it for."""

    FILE = "file", _("to make a request")
    AGENT = "agent", _("to ask for someone else")
