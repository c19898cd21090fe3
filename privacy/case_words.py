"""The closed lists of words for legal holds, disclosures and breaches of personal data."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class HoldScope(TextChoices):
    """Whose data a legal hold keeps."""

    PERSON = "person", _("one person")
    GROUP = "group", _("everybody of a Customer")
    EVERYBODY = "everybody", _("everybody")


class HoldReason(TextChoices):
    """Why data must not go for now."""

    CLAIM_AGAINST_US = "claim_against_us", _("a claim against us")
    CLAIM_OF_OURS = "claim_of_ours", _("a claim of ours")
    DISPUTE_AHEAD = "dispute_ahead", _("a dispute that is to be expected")
    ORDER = "order", _("an order of a court or an authority to preserve it")
    INQUIRY = "inquiry", _("an inquiry of a supervisory authority")
    DUTY_TO_KEEP = "duty_to_keep", _("a duty by law to keep it")


class HoldGround(TextChoices):
    """The exception of the law on which an erasure leaves what is held, as the person is told (Art. 17(3) GDPR)."""

    LEGAL_OBLIGATION = "legal_obligation", _("The law obliges us to keep the data (Art. 17(3)(b) GDPR)")
    LEGAL_CLAIMS = "legal_claims", _("We need the data for legal claims (Art. 17(3)(e) GDPR)")


OF_CLAIMS = frozenset({HoldReason.CLAIM_AGAINST_US, HoldReason.CLAIM_OF_OURS, HoldReason.DISPUTE_AHEAD})


class EntryKind(TextChoices):
    """What happened to a case; each is written down once and never changed."""

    OPENED = "opened", _("Opened")
    REVIEWED = "reviewed", _("Reviewed")
    TELLING_ALLOWED = "telling_allowed", _("The person may be told from now on")
    ENDED = "ended", _("Ended")
    RECORDED = "recorded", _("Put on record")
    CONFIRMED = "confirmed", _("Confirmed by a second person")
    WITHDRAWN = "withdrawn", _("Withdrawn: it did not happen")
    SECRECY_EXTENDED = "secrecy_extended", _("Kept from the people concerned for longer")
    SECRECY_ENDED = "secrecy_ended", _("No longer kept from the people concerned")
    TOLD = "told", _("The people concerned were told")
    DESCRIBED = "described", _("Described")
    RISK = "risk", _("Risk decided")
    NOTIFIED = "notified", _("Authority notified")
    PHASE = "phase", _("Authority told more")
    DRAFTED = "drafted", _("Letter written")
    RELEASED = "released", _("Letter released")
    NOT_TOLD = "not_told", _("Decided that the people concerned are not written to")
    NOTED = "noted", _("Noted")
    CLOSED = "closed", _("Closed")


class RecipientKind(TextChoices):
    """To whom personal data was disclosed beside those who process it for us (promise P8.2)."""

    MERGER_PARTNER = "merger_partner", _("company in a merger or a sale")
    ADVISER = "adviser", _("adviser, such as a lawyer or an auditor")
    INSURER = "insurer", _("insurer")
    COURT = "court", _("court")
    AUTHORITY = "authority", _("public authority")
    POLICE = "police", _("police")
    OTHER = "other", _("somebody else")


# Who discloses to them does so because a law says so, and says which.
DEMANDS = (RecipientKind.AUTHORITY, RecipientKind.COURT, RecipientKind.POLICE)


class NoticeState(TextChoices):
    """How far the message to one person is."""

    WAITING = "waiting", _("waits")
    TOLD = "told", _("written to")
    UNREACHABLE = "unreachable", _("without an address")
    STOPPED = "stopped", _("may not be written to")


class Nature(TextChoices):
    """What kind of breach it is (Art. 4(12) GDPR)."""

    CONFIDENTIALITY = "confidentiality", _("somebody saw or got data who must not")
    INTEGRITY = "integrity", _("data was changed")
    AVAILABILITY = "availability", _("data was lost or could not be reached")


class Risk(TextChoices):
    """What the breach may mean for the people concerned, and so what the law asks (Art. 33(1) and 34(1) GDPR)."""

    NONE = "none", _("no risk is likely: it stays in the register")
    RISK = "risk", _("a risk: the authority is notified")
    HIGH = "high", _("a high risk: the people concerned are told too")
