"""Packages, their keys and downloads, and receipts; read by the data map."""

from django.utils.translation import gettext_lazy as _

from privacy.data_map.declarations import Erase, Holding, Retain, kept, personal, secret, system
from privacy.staging.registered import emptied_in_copies
from privacy.vocabulary import LegalBasis, Profile, Purpose
from rights_requests.personal_data.wording import ACCOUNTABLE, BY_REQUEST, PRIVACY_STAFF


class PackageData(Holding, model="rights_requests.Package"):
    """The copies of your data that we made for you, and when each was destroyed."""

    title = _("Copies of your data made for you")
    reached_by = BY_REQUEST
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("our system, when it answered your request")
    recipients = [PRIVACY_STAFF]
    retain = Retain(profile=Profile.REQUESTER, after="expires_at", days=365, moment=_("the copy was destroyed"))
    over_when = {"destroyed_at__isnull": False}
    erase = Erase.DELETE_ROW
    by_product = True

    id = request = sealed_size = sha256 = manifest = system()
    # The files themselves are the store "packages" of the foundation.
    file_name = system(store="packages")
    size = created_at = expires_at = destroyed_at = personal("rights")
    names = {
        "size": _("size in bytes"),
        "created_at": _("made"),
        "expires_at": _("kept at most until"),
        "destroyed_at": _("destroyed"),
    }


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
    names = {"downloaded_at": _("when")}


class ReceiptData(Holding, model="rights_requests.Receipt"):
    """The signed statement of what was erased. It names no one and stays, so that we can both show it."""

    title = _("Receipts of erasure")
    reached_by = BY_REQUEST
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


emptied_in_copies("rights_requests.Receipt", because="signed: nothing made up can stand in it")
