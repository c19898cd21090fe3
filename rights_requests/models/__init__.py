"""Requests of data subjects, who asks, what is said and decided on the way, and what answers them."""

from rights_requests.models.answer_counts import AnswerCount
from rights_requests.models.answers import Decision, Message, ReplyTemplate
from rights_requests.models.changes import Proposal, Transfer
from rights_requests.models.desk import DeskChoice, Reminder, SavedView
from rights_requests.models.identity import EmailProof, Evidence, IdentityCheck
from rights_requests.models.packages import Download, Package, PackageKey, Receipt
from rights_requests.models.recipients import Recipient, RecipientNotice
from rights_requests.models.redactions import Redaction
from rights_requests.models.request import RightsRequest, Tick, Transition
from rights_requests.vocabulary import CLOSED_STATES, RefusalReason, State

__all__ = [
    "CLOSED_STATES",
    "AnswerCount",
    "Decision",
    "DeskChoice",
    "Download",
    "EmailProof",
    "Evidence",
    "IdentityCheck",
    "Message",
    "Package",
    "PackageKey",
    "Proposal",
    "Receipt",
    "Recipient",
    "RecipientNotice",
    "Redaction",
    "RefusalReason",
    "Reminder",
    "ReplyTemplate",
    "RightsRequest",
    "SavedView",
    "State",
    "Tick",
    "Transfer",
    "Transition",
]
