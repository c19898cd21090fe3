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
    RESTORED = "restored", _("an older copy of our records was put back")


class PolicySeenHow(TextChoices):
    """On which occasion a person was shown a version of the privacy policy."""

    SIGN_UP = "sign_up", _("when the account was opened")
    SAID_SO = "said_so", _("the person said that they have seen it")


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
