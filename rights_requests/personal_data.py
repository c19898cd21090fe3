"""What the app holds about people who make requests; read by the data map."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from privacy.data_map.declarations import Erase, Holding, Retain, kept, masked, personal, secret, system
from privacy.vocabulary import LegalBasis, Profile, Purpose

PRIVACY_STAFF = gettext_noop("our staff who handle requests about personal data")

# Five years: the time in which a person can bring a claim about how we answered (Art. 2224 of the French Civil Code).
ANSWERED = Retain(profile=Profile.REQUESTER, after="closed_at", days=5 * 365, moment=_("we answered your request"))
# Also read by a member of staff whose own data is erased: their number stays beside what they decided.
ACCOUNTABLE = _(
    "We must be able to show that a request was answered: how, when, and who decided, by number"
    " (Art. 5(2) and 17(3)(b) GDPR)."
)
OWN_CODE = _("a code for you that only we can recognise")


class RightsRequestData(Holding, model="rights_requests.RightsRequest"):
    """Your requests: what you asked for and when, what we decided and why.

    After an erasure the record that there was a request stays, without your name, your address or your words.
    """

    title = _("Your requests")
    reached_by = {"user": ("subject_user_id", "requester_id"), "digest": "subject_digest"}
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("you, when you made the request, and our staff, who decided on it")
    recipients = [PRIVACY_STAFF]
    retain = ANSWERED
    erase = Erase.MASK_FIELDS
    by_product = True

    id = idempotency_key = assignee = system()
    prepared_by = approved_by = kept(why=ACCOUNTABLE, label=_("the number of whoever decided"))
    plan = plan_hash = system()
    contact_sealed = kept(
        why=_("Your address, sealed, until we have told you that all is erased; then it goes too."),
        label=_("your address for our last message only"),
    )
    reference = kept("rights", why=ACCOUNTABLE, label=_("the reference"))
    right = state = kept("rights", why=ACCOUNTABLE, label=_("what you asked for and what became of it"))
    received_at = due_at = closed_at = kept("rights", why=ACCOUNTABLE, label=_("the dates"))
    refusal_reason = kept("rights", why=ACCOUNTABLE, label=_("why we refused if we did"))
    subject_digest = kept(why=ACCOUNTABLE, label=OWN_CODE)
    subject_user = requester = masked(label=_("that it was you"))
    message = masked("content", to="", provided=True, free_text=True, label=_("what you wrote to us"))
    refusal_text = masked("rights", to="", free_text=True, label=_("what we wrote to you if we refused"))


class TransitionData(Holding, model="rights_requests.Transition"):
    """The steps that each of your requests took, and when."""

    title = _("The steps of your requests")
    reached_by = {"user": "request__subject_user_id", "digest": "request__subject_digest"}
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("our system, at each step")
    recipients = [PRIVACY_STAFF]
    retain = Retain(
        profile=Profile.REQUESTER, after="request__closed_at", days=5 * 365, moment=_("we answered your request")
    )
    erase = Erase.KEEP_ROW
    by_product = True

    id = request = system()
    actor = kept(why=ACCOUNTABLE, label=_("the number of whoever took each step"))
    event = from_state = to_state = reason = kept("rights", why=ACCOUNTABLE, label=_("what each step was"))
    occurred_at = kept("rights", why=ACCOUNTABLE, label=_("when"))


class PackageData(Holding, model="rights_requests.Package"):
    """The copies of your data that we made for you, and when each was destroyed."""

    title = _("Copies of your data made for you")
    reached_by = {"user": "request__subject_user_id", "digest": "request__subject_digest"}
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("our system, when it answered your request")
    recipients = [PRIVACY_STAFF]
    retain = Retain(profile=Profile.REQUESTER, after="expires_at", days=365, moment=_("the copy was destroyed"))
    erase = Erase.DELETE_ROW
    by_product = True

    id = request = sealed_size = sha256 = manifest = system()
    # The files themselves are the store "packages" of the foundation.
    file_name = system(store="packages")
    size = created_at = expires_at = destroyed_at = personal("rights")


class PackageKeyData(Holding, model="rights_requests.PackageKey"):
    """The keys that open the copies of your data. Never copied anywhere; destroying one destroys the copy."""

    title = _("Keys of your copies")
    reached_by = {"user": "package__request__subject_user_id", "digest": "package__request__subject_digest"}
    purposes = [Purpose.LEGAL_DUTIES, Purpose.SECURITY]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("our system, when it made the copy")
    retain = Retain(profile=Profile.REQUESTER, after="package__expires_at", days=0, moment=_("the copy is destroyed"))
    erase = Erase.DELETE_ROW
    by_product = True

    package = system()
    wrapped = secret()


class DownloadData(Holding, model="rights_requests.Download"):
    """When you downloaded a copy of your data."""

    title = _("Your downloads")
    reached_by = {
        "user": ("user_id", "package__request__subject_user_id"),
        "digest": "package__request__subject_digest",
    }
    purposes = [Purpose.SECURITY]
    basis = LegalBasis.LEGITIMATE_INTERESTS
    source = _("our system, when you downloaded")
    recipients = [PRIVACY_STAFF]
    retain = Retain(profile=Profile.REQUESTER, after="downloaded_at", days=365, moment=_("you downloaded it"))
    erase = Erase.DELETE_ROW
    by_product = True

    id = package = user = nonce = system()
    downloaded_at = personal("rights")


class ReceiptData(Holding, model="rights_requests.Receipt"):
    """The signed statement of what was erased. It names no one and stays, so that we can both show it."""

    title = _("Receipts of erasure")
    reached_by = {"user": "request__subject_user_id", "digest": "request__subject_digest"}
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("our system, at the end of an erasure")
    recipients = [PRIVACY_STAFF]
    retain = Retain(profile=Profile.REQUESTER, after="issued_at", days=5 * 365, moment=_("we gave you the receipt"))
    erase = Erase.KEEP_ROW
    by_product = True

    request = signature = key_id = system()
    content = kept("rights", why=ACCOUNTABLE, label=_("what the receipt says"))
    issued_at = kept("rights", why=ACCOUNTABLE, label=_("when we gave it"))
