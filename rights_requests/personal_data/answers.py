"""What is said, decided, changed and passed on because of a request; read by the data map."""

from django.utils.translation import gettext_lazy as _

from privacy.data_map.declarations import Erase, Holding, kept, masked, nobody, personal, secret, system
from privacy.data_map.wording import holding_titles
from privacy.keys.registered import digests_in
from privacy.staging.registered import blanked_in_copies
from privacy.vocabulary import LegalBasis, Purpose
from rights_requests.personal_data.wording import ACCOUNTABLE, BY_REQUEST, PRIVACY_STAFF, WITH_THE_REQUEST


class MessageData(Holding, model="rights_requests.Message"):
    """What you and our staff wrote to each other about your requests, and what our staff noted."""

    title = _("Messages about your requests")
    reached_by = BY_REQUEST
    purposes = [Purpose.LEGAL_DUTIES, Purpose.SUPPORT]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("you and our staff")
    recipients = [PRIVACY_STAFF]
    retain = WITH_THE_REQUEST
    erase = Erase.DELETE_ROW
    by_product = True

    id = request = author = system()
    kind = sent_at = read_at = personal("rights")
    text = personal("rights", free_text=True)
    names = {"kind": _("who wrote to whom"), "sent_at": _("sent"), "read_at": _("read")}


class DecisionData(Holding, model="rights_requests.Decision"):
    """What we decided about your requests on the way: questions, extensions, fees, parts that we refused, and why."""

    title = _("Decisions about your requests")
    reached_by = BY_REQUEST
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("our staff, and your answers")
    recipients = [PRIVACY_STAFF]
    retain = WITH_THE_REQUEST
    erase = Erase.MASK_FIELDS
    by_product = True

    id = request = hold_id = system()
    decided_by = second_by = kept(why=ACCOUNTABLE, label=_("the number of whoever decided"))
    kind = reason = holding = amount_cents = kept("rights", why=ACCOUNTABLE, label=_("what was decided and the reason"))
    decided_at = answer = answered_at = kept("rights", why=ACCOUNTABLE, label=_("when, and what you answered"))
    appealed_at = lifted_at = kept("rights", why=ACCOUNTABLE, label=_("when you appealed, and when it was deleted"))
    appeal_text = kept(
        "content",
        why=_("What you wrote when you appealed, until a second person has decided; then it goes too."),
        label=_("why you think that a part must go too"),
    )
    text = masked("rights", to="", free_text=True, label=_("what we wrote to you about it"))
    names = {
        "kind": _("what was decided"),
        "reason": _("the reason"),
        "holding": _("which data it was about"),
        "amount_cents": _("the fee, in cents"),
        "decided_at": _("when"),
        "answer": _("what was answered"),
        "answered_at": _("answered"),
        "appealed_at": _("appealed"),
        "lifted_at": _("kept until"),
    }
    in_words = {"holding": holding_titles}


class RedactionData(Holding, model="rights_requests.Redaction"):
    """What we left out of a copy of your data, value by value, and why. What stood there is not repeated here."""

    title = _("What we left out of your copies")
    reached_by = BY_REQUEST
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("our staff, when they looked at your copy before it was made")
    recipients = [PRIVACY_STAFF]
    retain = WITH_THE_REQUEST
    erase = Erase.DELETE_ROW
    by_product = True

    id = request = made_by = system()
    holding = row_key = field = reason = made_at = personal("rights")
    text = personal("rights", free_text=True)
    term = personal("rights", free_text=True, third_person=True)
    names = {
        "holding": _("where it stood"),
        "row_key": _("the number of the record"),
        "field": _("which field"),
        "reason": _("the reason"),
        "made_at": _("when"),
        "text": _("what we wrote to you about it"),
        "term": _("the words that are left out"),
    }
    in_words = {"holding": holding_titles}


class ProposalData(Holding, model="rights_requests.Proposal"):
    """Corrections that you asked for: what we held, what you said instead, and what we decided.

    Where we did not change something, your own words stay here beside it.
    """

    title = _("Corrections you asked for")
    reached_by = BY_REQUEST
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("you, and our staff, who decided")
    recipients = [PRIVACY_STAFF]
    retain = WITH_THE_REQUEST
    erase = Erase.DELETE_ROW
    by_product = True

    id = request = decided_by = system()
    holding = field = row_key = decision = decided_at = applied_at = personal("rights")
    old = personal("rights", free_text=True)
    new = statement = personal("rights", provided=True, free_text=True)
    reason_text = personal("rights", free_text=True)
    names = {
        "holding": _("where it stands"),
        "field": _("which field"),
        "row_key": _("the number of the record"),
        "decision": _("what was decided"),
        "decided_at": _("decided"),
        "applied_at": _("corrected"),
        "old": _("what we held"),
        "new": _("what you said instead"),
        "statement": _("your own words beside it"),
        "reason_text": _("what we wrote to you about it"),
    }
    in_words = {"holding": holding_titles}


class TransferData(Holding, model="rights_requests.Transfer"):
    """Where you had a copy of your data sent, and whether it arrived."""

    title = _("Transfers of your data")
    reached_by = BY_REQUEST
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("you, when you named the recipient, and our system")
    recipients = [PRIVACY_STAFF]
    retain = WITH_THE_REQUEST
    erase = Erase.DELETE_ROW
    by_product = True

    id = request = attempts = system()
    token_hash = secret(to="")
    kind = state = created_at = sent_at = delivered_at = expires_at = proof = personal("rights")
    target = personal("rights", provided=True)
    names = {
        "kind": _("how it was sent"),
        "state": _("what became of it"),
        "created_at": _("asked for"),
        "sent_at": _("sent"),
        "delivered_at": _("delivered"),
        "expires_at": _("the link ends"),
        "proof": _("what the recipient answered"),
        "target": _("to whom"),
    }


class RecipientNoticeData(Holding, model="rights_requests.RecipientNotice"):
    """Whom else we told that your data was deleted, corrected or restricted, and what they answered (Art. 19 GDPR)."""

    title = _("Whom we told about your requests")
    reached_by = BY_REQUEST
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("our system, and the answers of those it told")
    recipients = [PRIVACY_STAFF]
    retain = WITH_THE_REQUEST
    erase = Erase.KEEP_ROW
    by_product = True

    id = request = attempts = next_at = system()
    recipient = kind = state = kept("rights", why=ACCOUNTABLE, label=_("who was told what, and how far they are"))
    reason = external_reference = proof = kept("rights", why=ACCOUNTABLE, label=_("what they answered"))
    created_at = told_at = ended_at = kept("rights", why=ACCOUNTABLE, label=_("when"))
    content_sealed = kept(
        why=_("By what they know you, sealed, until they have confirmed; then it goes too."),
        label=_("by what they know you"),
    )
    names = {
        "recipient": _("who was told"),
        "kind": _("what they were told"),
        "state": _("how far they are"),
        "reason": _("the reason they gave"),
        "external_reference": _("their own reference"),
        "proof": _("what they answered"),
        "created_at": _("noted"),
        "told_at": _("told"),
        "ended_at": _("ended"),
    }


nobody("rights_requests.Recipient", because="companies that receive data for us; no person is named")
nobody("rights_requests.ReplyTemplate", because="wordings that our staff start from, the same for everyone")

digests_in("rights_requests.Transfer", "token_hash")

# Nobody is told anything from a copy for trying out.
blanked_in_copies("rights_requests.Recipient", adapter="'manual'", address="''", settings="'{}'", contact="''")
