"""The closed lists of words that declarations, plans and pages are written in."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

# The time within which a claim can be brought against us (French Civil Code, art. 2224): five years.
CLAIMS_DAYS = 1826


class Purpose(TextChoices):
    """Why personal data is processed (promises P2.1 to P2.7); no other purpose exists."""

    PROVIDE_SERVICES = "provide_services", _("to provide our services to you")
    AUTHENTICATE = "authenticate", _("to know that it is you who signs in")
    SUPPORT = "support", _("to help you when you ask us")
    SERVICE_MESSAGES = "service_messages", _("to send you messages about the service")
    PROMOTIONAL_MESSAGES = "promotional_messages", _("to send you news that you asked for")
    IMPROVE = "improve", _("to improve the service")
    SECURITY = "security", _("to keep the service secure and prevent fraud")
    LEGAL_DUTIES = "legal_duties", _("to comply with the law")


class LookReason(TextChoices):
    """Why a member of staff looks at people's data in a visit; the words are those that the person reads."""

    REQUESTS = "requests", _("to answer requests about personal data")
    MESSAGES = "messages", _("to answer messages")
    ENROLMENTS = "enrolments", _("to look after accounts and those whom companies enrol")
    INCIDENT = "incident", _("to look into a security incident")
    AUDIT = "audit", _("to check how we work")
    OTHER = "other", _("for another reason, which our data protection officer asks about")


class ReadingFlag(TextChoices):
    """What was unusual about a day on which a member of staff looked at people's data."""

    MANY = "many", _("many people in one day")
    FAST = "fast", _("many people within an hour")
    UNUSUAL = "unusual", _("far more people than on their other days")
    OUTSIDE = "outside", _("outside working hours")
    NEEDLESS = "needless", _("people who had nothing open with us")
    NEAR = "near", _("themselves, or people they know")
    OTHER = "other", _("for “another reason”")


class ReadingVerdict(TextChoices):
    """What came out when somebody looked into it."""

    WORK = "work", _("it belonged to the work")
    EXPLAINED = "explained", _("I asked, and the answer explains it")
    NOT_ALLOWED = "not_allowed", _("it was not allowed, and goes on as an incident")


class LegalBasis(TextChoices):
    """What allows the processing (Art. 6(1) GDPR)."""

    CONSENT = "consent", _("you gave your consent (Art. 6(1)(a))")
    CONTRACT = "contract", _("it is needed for our contract with you (Art. 6(1)(b))")
    LEGAL_OBLIGATION = "legal_obligation", _("the law obliges us (Art. 6(1)(c))")
    VITAL_INTERESTS = "vital_interests", _("to protect someone's life (Art. 6(1)(d))")
    PUBLIC_TASK = "public_task", _("for a task in the public interest (Art. 6(1)(e))")
    LEGITIMATE_INTERESTS = "legitimate_interests", _("our legitimate interests, weighed against yours (Art. 6(1)(f))")


class Profile(TextChoices):
    """The kind of person that a retention rule speaks of (promise P3.1)."""

    VISITOR = "visitor", _("visitor")
    CONTACT = "contact", _("person who wrote to us")
    REGISTERED_USER = "registered_user", _("registered user")
    CUSTOMER_ENROLLED = "customer_enrolled", _("user enrolled by a Customer")
    CUSTOMER_ADMINISTRATOR = "customer_administrator", _("customer administrator")
    FORMER_USER = "former_user", _("former user")
    STAFF = "staff", _("member of our staff")
    REQUESTER = "requester", _("person who made a request")


class Category(TextChoices):
    """What kind of personal data a field holds."""

    IDENTITY = "identity", _("identity")
    CONTACT = "contact", _("contact details")
    EMPLOYER = "employer", _("work and employer")
    LOGIN = "login", _("sign-in and security")
    CONTENT = "content", _("what you wrote to us")
    MESSAGES = "messages", _("messages we sent you")
    TECHNICAL = "technical", _("technical data")
    LOCATION = "location", _("place")
    PREFERENCES = "preferences", _("preferences and consents")
    RIGHTS = "rights", _("your requests and our answers")
    OTHER = "other", _("other")


class Right(TextChoices):
    """The rights a data subject can exercise (Art. 15 to 18, 20 and 21 GDPR; promises P5.1 to P5.6)."""

    ACCESS = "access", _("Get a copy of my data")
    RECTIFICATION = "rectification", _("Correct my data")
    ERASURE = "erasure", _("Delete my data")
    RESTRICTION = "restriction", _("Restrict the use of my data")
    PORTABILITY = "portability", _("Take my data elsewhere")
    OBJECTION = "objection", _("Object to the use of my data")


class StopKind(TextChoices):
    """What stops the use of someone's data; privacy.restriction says which purposes each lets through."""

    RESTRICTION = "restriction", _("restriction: we only store the data")
    OBJECTION = "objection", _("objection: we no longer use the data for this")
    MINOR = "minor", _("person under 18: we no longer use the data")


class StopGround(TextChoices):
    """Why the use of someone's data is stopped; each ground belongs to one kind of stop."""

    ACCURACY = "accuracy", _("the data may be wrong, and this is being checked (Art. 18(1)(a) GDPR)")
    UNLAWFUL = "unlawful", _("we may not use it, and the person does not want it deleted (Art. 18(1)(b) GDPR)")
    CLAIMS = "claims", _("the person needs it for a legal claim (Art. 18(1)(c) GDPR)")
    OBJECTION = "objection", _("the person objected, and the objection is being weighed (Art. 18(1)(d) GDPR)")
    OWN_SITUATION = "own_situation", _("the person objected because of their own situation (Art. 21(1) GDPR)")
    MARKETING = "marketing", _("the person wants no advertising (Art. 21(2) GDPR)")
    MINOR = "minor", _("the person was under 18 when the data was collected")


KIND_OF_GROUND = {
    StopGround.ACCURACY: StopKind.RESTRICTION,
    StopGround.UNLAWFUL: StopKind.RESTRICTION,
    StopGround.CLAIMS: StopKind.RESTRICTION,
    StopGround.OBJECTION: StopKind.RESTRICTION,
    StopGround.OWN_SITUATION: StopKind.OBJECTION,
    StopGround.MARKETING: StopKind.OBJECTION,
    StopGround.MINOR: StopKind.MINOR,
}


class Action(TextChoices):
    """What a plan does with one holding."""

    EXPORT = "export", _("copied into your package")
    ERASE = "erase", _("deleted")
    MASK = "mask", _("blanked, the rest of the row stays")
    KEEP = "keep", _("kept")


class LedgerKind(TextChoices):
    """What an entry of the ledger stands for: what must stay done, and that an old backup came back."""

    ERASURE = "erasure", _("data deleted at the person's request")
    ERASURE_OF_PART = "erasure_of_part", _("data deleted that an erasure had left")
    RESTRICTION = "restriction", _("processing restricted")
    OBJECTION = "objection", _("objection to processing")
    MINOR = "minor", _("processing stopped: the person was under 18")
    STOP_LIFTED = "stop_lifted", _("restriction, objection or protection lifted")
    RECTIFICATION = "rectification", _("data corrected")
    WITHDRAWAL = "withdrawal", _("consent withdrawn")
    HOLD = "hold", _("legal hold in force")
    HOLD_ENDED = "hold_ended", _("legal hold ended")
    RESTORED = "restored", _("an older copy of our records was put back")


# Of a group or of everybody no line names anybody: whom it is about is found by what the hold says.
OF_HOLDS = (LedgerKind.HOLD, LedgerKind.HOLD_ENDED)


class PolicySeenHow(TextChoices):
    """On which occasion a person was shown a version of the privacy policy."""

    SIGN_UP = "sign_up", _("when the account was opened")
    SAID_SO = "said_so", _("the person said that they have seen it")


class PartyRole(TextChoices):
    """What somebody who receives personal data from us is (Art. 4(7) to 4(10), 26 and 28 GDPR)."""

    PROCESSOR = "processor", _("processor")
    JOINT_CONTROLLER = "joint_controller", _("joint controller")
    CONTROLLER = "controller", _("controller of its own")
    AUTHORITY = "authority", _("public authority")


class Safeguard(TextChoices):
    """What protects data in a country where the Regulation does not apply (Art. 45 to 49 GDPR)."""

    ADEQUACY = "adequacy", _("adequacy decision (Art. 45)")
    STANDARD_CLAUSES = "standard_clauses", _("standard contractual clauses (Art. 46(2)(c))")
    BINDING_RULES = "binding_rules", _("binding corporate rules (Art. 47)")
    CODE = "code", _("approved code of conduct or certification (Art. 46(2)(e) and (f))")
    DEROGATION = "derogation", _("a case that the law names (Art. 49)")


# What we do as processor for Customers (Art. 30(2) GDPR); beside the purposes, the one other processing of the record.
FOR_CUSTOMERS = "for_customers"
PROCESSINGS = [*Purpose.choices, (FOR_CUSTOMERS, _("what we do for Customers as their processor"))]


class AssessmentOutcome(TextChoices):
    """What became of the question whether a processing endangers people (Art. 35 and 36 GDPR)."""

    NOT_NEEDED = "not_needed", _("no assessment is needed (Art. 35(1))")
    DONE = "done", _("assessed: the measures are enough (Art. 35(7))")
    CONSULT = "consult", _("assessed: the authority must be asked first (Art. 36)")


class KeptBackBy(TextChoices):
    """Why retention leaves rows in place although their term is over."""

    RESTRICTION = "restriction", _("the person had the use of their data restricted (Art. 18 GDPR)")
    LEGAL_HOLD = "legal_hold", _("a legal hold")
    HELD_BACK = "held_back", _("held back by staff")


class HeldBackReason(TextChoices):
    """Why staff hold a deletion back for a while."""

    CLAIM = "claim", _("a legal claim is made or must be expected")
    INQUIRY = "inquiry", _("an authority has asked, or is about to ask")
    INCIDENT = "incident", _("an incident is being looked into")
    DOUBT = "doubt", _("the rule, or what it would delete, looks wrong and is being checked")


class RunState(TextChoices):
    """How far a run of the retention sweep is."""

    RUNNING = "running", _("under way")
    DONE = "done", _("done")
    FAILED = "failed", _("stopped: needs staff")
