"""What happened to a request, in words for the person it is about; whoever asked may be somebody else."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _

from rights_requests.desk.happenings import MOVED, TOLD_TO_STAFF
from rights_requests.states import AUDIT_EVENTS, Event

# Staff read of "the person" where the person is the reader here.
_OWN: Mapping[str, Any] = {
    Event.ASK: _("We asked for something"),
    Event.ANSWER: _("We have an answer"),
    Event.WITHDRAW: _("The request was withdrawn"),
    Event.APPEAL: _("The refusal was appealed"),
    Event.APPEAL_PART: _("It was appealed that a part stays"),
    Event.LAPSE: _("The request ended with an erasure of your data"),
    Event.LAPSE_PART: _("The appeal ended with another erasure of your data"),
}
STEPS: Mapping[str, Any] = MappingProxyType({str(event): words for event, words in {**MOVED, **_OWN}.items()})
OF_THE_AUDIT: Mapping[str, Any] = MappingProxyType(
    {
        **TOLD_TO_STAFF,
        **{AUDIT_EVENTS[event]: STEPS[event] for event in AUDIT_EVENTS},
        "address.proven": _("It was shown by a code that the address is yours"),
        "copy.viewed": _("Our staff looked through a copy before it was made"),
        "download.viewed": _("Our staff looked at the record of a download"),
        "evidence.kept": _("A file was sealed and kept"),
        "identity.document_asked": _("A document was asked for"),
        "package.viewed": _("Our staff looked at the record of a copy"),
        "receipt.viewed": _("Our staff looked at a receipt"),
        "recipients.noted": _("We noted who else has to be told"),
        "redaction.carried_over": _("What is left out of one copy is left out of another"),
        "redaction.made": _("Something was left out of a copy"),
        "redaction.undone": _("What was left out of a copy was put back"),
        "request.acknowledged": _("We told you by post that the request is here"),
        "request.answered": _("Our last message about the erasure reached you"),
        "request.hastened": _("The time to change your mind was given up"),
        "request.kept": _("What was asked under your former address became your account’s"),
        "request.reminded": _("A reminder was sent"),
        "request.taken_in": _("Our staff wrote down a request that came by letter or by word"),
        "request.unanswered": _("Our last message about the erasure reached nobody: no address was left"),
        "request.widened": _("The request now reaches what its duplicate reaches"),
    }
)
