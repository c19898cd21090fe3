"""Requests and the steps they took; read by the data map."""

from django.utils.translation import gettext_lazy as _

from privacy.data_map.declarations import Erase, Holding, kept, masked, nobody, system
from privacy.data_map.wording import languages, listed, say_events
from privacy.keys.registered import digests_in
from privacy.vocabulary import LegalBasis, Purpose
from rights_requests.personal_data.event_words import OF_THE_AUDIT, STEPS
from rights_requests.personal_data.wording import (
    ACCOUNTABLE,
    ANSWERED,
    BY_REQUEST,
    OWN_CODE,
    PRIVACY_STAFF,
    WITH_THE_REQUEST,
)
from rights_requests.regimes.book import REGIMES, STRICTEST
from rights_requests.vocabulary import (
    AskReason,
    ErasureGround,
    ObjectionGround,
    RefusalReason,
    RestrictionGround,
    State,
)


class RightsRequestData(Holding, model="rights_requests.RightsRequest"):
    """Your requests: what you asked for and when, what we decided and why.

    After an erasure the record that there was a request stays, without your name, your address or your words. Where a
    part of your data stays, we know how to find you, sealed, for as long as you can appeal that.
    """

    title = _("Your requests")
    reached_by = {"user": ("subject_user_id", "requester_id"), "digest": ("subject_digest", "requester_digest")}
    # Whoever asks for someone else takes nothing of that person along.
    second = ("requester_id", "requester_digest")
    of_second = ("requester", "requester_sealed", "message")
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("you, when you made the request, and our staff, who decided on it")
    recipients = [PRIVACY_STAFF]
    retain = ANSWERED
    erase = Erase.MASK_FIELDS
    by_product = True

    id = idempotency_key = assignee = duplicate_of = system()
    rule_version = term = alert_at = alerted = system()
    prepared_by = approved_by = refused_by = appeal_decided_by = kept(
        why=ACCOUNTABLE, label=_("the number of whoever decided")
    )
    plan = plan_hash = system()
    contact_sealed = kept(
        why=_(
            "Your address, sealed, until we have told you that all is erased, or until you can no longer appeal that a"
            " part stays; then it goes too."
        ),
        label=_("your address for our last messages only"),
    )
    reference = kept("rights", why=ACCOUNTABLE, label=_("the reference"))
    right = state = kept("rights", why=ACCOUNTABLE, label=_("what you asked for and what became of it"))
    received_at = due_at = closed_at = kept("rights", why=ACCOUNTABLE, label=_("the dates"))
    ack_due_at = acknowledged_at = extended_at = extended_from = paused_at = cooling_until = appealed_at = kept(
        "rights", why=ACCOUNTABLE, label=_("the dates")
    )
    requester_role = channel = language = ground = minor = by_two = kept(
        "rights", why=ACCOUNTABLE, label=_("how and on which ground you asked")
    )
    fields = {"purposes": kept("rights", why=ACCOUNTABLE, label=_("the uses of your data that it is about"))}
    country = regime = handed_to = kept("rights", why=ACCOUNTABLE, label=_("whose law counts, and who answers"))
    refusal_reason = kept("rights", why=ACCOUNTABLE, label=_("why we refused if we did"))
    subject_digest = requester_digest = kept(why=ACCOUNTABLE, label=OWN_CODE)
    subject_sealed = requester_sealed = masked(
        label=_("how to find and reach you beside or without an account, sealed")
    )
    subject_user = requester = masked(label=_("that it was you"))
    message = appeal_text = masked("content", to="", provided=True, free_text=True, label=_("what you wrote to us"))
    refusal_text = masked("rights", to="", free_text=True, label=_("what we wrote to you if we refused"))
    names = {
        "right": _("what was asked for"),
        "state": _("where it stands"),
        "received_at": _("received"),
        "due_at": _("our answer, at the latest"),
        "closed_at": _("answered"),
        "ack_due_at": _("our word that it is here, at the latest"),
        "acknowledged_at": _("our word that it is here"),
        "extended_at": _("the term was made longer"),
        "extended_from": _("the end of the first term"),
        "paused_at": _("waiting for an answer to us since"),
        "cooling_until": _("time to change your mind, until"),
        "appealed_at": _("appealed"),
        "requester_role": _("for whom it was asked"),
        "channel": _("how it reached us"),
        "language": _("the language of our messages"),
        "ground": _("the reason that was named"),
        "minor": _("about a person under 18"),
        "by_two": _("two persons decide"),
        "country": _("where you live"),
        "regime": _("the law whose terms we keep"),
        "handed_to": _("who answers in our place"),
        "message": _("what was written to us"),
        "appeal_text": _("what was written in the appeal"),
    }
    in_words = {
        "language": languages,
        "regime": lambda: {
            STRICTEST: _("the shortest term of all laws we know"),
            **{one.code: one.law for one in REGIMES},
        },
        "ground": listed(RestrictionGround, ErasureGround, ObjectionGround),
        "purposes": listed(Purpose),
    }


nobody("rights_requests.AnswerCount", because="how many requests were answered after how many days, nobody named")


class TransitionData(Holding, model="rights_requests.Transition"):
    """The steps that each of your requests took, and when."""

    title = _("The steps of your requests")
    reached_by = BY_REQUEST
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("our system, at each step")
    recipients = [PRIVACY_STAFF]
    retain = WITH_THE_REQUEST
    erase = Erase.KEEP_ROW
    by_product = True

    id = request = system()
    actor = kept(why=ACCOUNTABLE, label=_("the number of whoever took each step"))
    event = from_state = to_state = reason = kept("rights", why=ACCOUNTABLE, label=_("what each step was"))
    occurred_at = kept("rights", why=ACCOUNTABLE, label=_("when"))
    names = {
        "event": _("what happened"),
        "from_state": _("where it stood before"),
        "to_state": _("where it stood then"),
        "reason": _("the reason"),
    }
    in_words = {
        "event": lambda: STEPS,
        "from_state": listed(State),
        "to_state": listed(State),
        "reason": listed(AskReason, RefusalReason),
    }


class TickData(Holding, model="rights_requests.Tick"):
    """Which steps of their checklist our staff had done for your requests, and when."""

    title = _("What our staff checked for your requests")
    reached_by = BY_REQUEST
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("our staff")
    recipients = [PRIVACY_STAFF]
    retain = WITH_THE_REQUEST
    erase = Erase.KEEP_ROW
    by_product = True

    id = request = plan_hash = system()
    ticked_by = kept(why=ACCOUNTABLE, label=_("the number of whoever checked"))
    step = ticked_at = kept("rights", why=ACCOUNTABLE, label=_("what was checked, and when"))
    names = {"step": _("what was checked"), "ticked_at": _("when")}


say_events(OF_THE_AUDIT)

digests_in("rights_requests.RightsRequest", "subject_digest", "requester_digest")
