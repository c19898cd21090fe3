"""What is said, decided, changed and passed on because of a request; read by the data map."""

from django.utils.translation import gettext_lazy as _

from privacy.data_map.declarations import Erase, Holding, kept, masked, nobody, personal, secret, system
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


nobody("rights_requests.Recipient", because="companies that receive data for us; no person is named")
nobody("rights_requests.ReplyTemplate", because="wordings that our staff start from, the same for everyone")
