"""How we became sure who asks, and what was uploaded for it; read by the data map."""

from django.utils.translation import gettext_lazy as _

from privacy.data_map.declarations import Erase, Holding, Retain, kept, masked, personal, secret, system
from privacy.keys.registered import digests_in
from privacy.vocabulary import LegalBasis, Profile, Purpose
from rights_requests.personal_data.wording import ACCOUNTABLE, BY_REQUEST, PRIVACY_STAFF, WITH_THE_REQUEST


class IdentityCheckData(Holding, model="rights_requests.IdentityCheck"):
    """How we made sure that it was you who asked: which way, when, and how it ended. Never the document itself."""

    title = _("How we made sure that it was you")
    reached_by = BY_REQUEST
    purposes = [Purpose.SECURITY, Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("our system and our staff, when you asked")
    recipients = [PRIVACY_STAFF]
    retain = WITH_THE_REQUEST
    erase = Erase.MASK_FIELDS
    by_product = True

    id = request = system()
    method = outcome = kept("rights", why=ACCOUNTABLE, label=_("the way and how it ended"))
    asked_at = agreed_at = decided_at = kept("rights", why=ACCOUNTABLE, label=_("when"))
    asked_by = agreed_by = decided_by = kept(why=ACCOUNTABLE, label=_("the number of whoever decided"))
    doubt = masked("rights", to="–", free_text=True, label=_("why we were not sure"))
    names = {
        "method": _("which way"),
        "outcome": _("how it ended"),
        "asked_at": _("asked"),
        "agreed_at": _("a second person agreed"),
        "decided_at": _("decided"),
    }


class EvidenceData(Holding, model="rights_requests.Evidence"):
    """Files that go with a request, sealed; each is destroyed when it has served, at the latest in its time."""

    title = _("Files that go with your requests")
    reached_by = BY_REQUEST
    purposes = [Purpose.SECURITY, Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("you, whoever asked for you, or our staff")
    recipients = [PRIVACY_STAFF]
    retain = Retain(profile=Profile.REQUESTER, after="expires_at", days=0, moment=_("the file’s time is over"))
    over_when = {"destroyed_at__isnull": False}
    erase = Erase.DELETE_ROW
    by_product = True

    id = request = check_of = message = uploaded_by = sha256 = system()
    # The files themselves are the store "evidence" of the foundation.
    file_name = system(store="evidence")
    wrapped_key = secret()
    kind = media_type = size = uploaded_at = expires_at = destroyed_at = personal("rights")
    names = {
        "kind": _("what it was for"),
        "media_type": _("kind of file"),
        "size": _("size in bytes"),
        "uploaded_at": _("received"),
        "expires_at": _("kept at most until"),
        "destroyed_at": _("destroyed"),
    }


class EmailProofData(Holding, model="rights_requests.EmailProof"):
    """Codes we sent to an address so that its owner can prove it, for the few minutes that they count."""

    title = _("Codes sent to your address")
    reached_by = {"digest": "address_digest"}
    purposes = [Purpose.SECURITY]
    basis = LegalBasis.LEGITIMATE_INTERESTS
    source = _("our system, when someone gave your address")
    recipients = [PRIVACY_STAFF]
    retain = Retain(profile=Profile.REQUESTER, after="expires_at", days=1, moment=_("the code ran out"))
    erase = Erase.DELETE_ROW
    by_product = True

    id = purpose = attempts = address_digest = system()
    code_hash = secret()
    created_at = expires_at = used_at = personal("technical")
    names = {"created_at": _("sent"), "expires_at": _("good until"), "used_at": _("used")}


digests_in("rights_requests.EmailProof", "address_digest", stays="a code counts for minutes")
