"""What happened to a request, in words for staff: by the events of the table of states and of the audit."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _

from rights_requests.states import AUDIT_EVENTS, Event
from rights_requests.vocabulary import DecisionKind

MOVED: Mapping[str, Any] = MappingProxyType(
    {
        Event.FILE: _("The request arrived"),
        Event.PREPARE: _("It was recommended to a second person"),
        Event.APPROVE: _("The request was approved"),
        Event.REFUSE: _("The request was refused"),
        Event.WITHDRAW: _("The person withdrew the request"),
        Event.LAPSE: _("The request ended with an erasure of the same person’s data"),
        Event.START: _("The work began"),
        Event.FULFIL: _("The request was fulfilled"),
        Event.FAIL: _("The work stopped and needs a person"),
        Event.RESUME: _("The work was resumed"),
        Event.PLAN_CHANGED: _("What we hold changed: the decision starts again"),
        Event.ASK: _("The person was asked for something"),
        Event.ANSWER: _("The person answered"),
        Event.HAND_OVER: _("The request was handed over to the controller"),
        Event.MERGE: _("The request was closed as a duplicate"),
        Event.APPEAL: _("The person appealed the refusal"),
        Event.UPHOLD: _("The refusal was upheld"),
        Event.OVERTURN: _("The refusal was overturned: the decision starts again"),
        Event.APPEAL_PART: _("The person appealed that a part stays"),
        Event.UPHOLD_PART: _("That a part stays was upheld"),
        Event.GRANT_PART: _("An appeal was granted: the part goes too"),
        Event.LAPSE_PART: _("The appeal ended with another erasure of the same person’s data"),
        Event.END_HOLD: _("A legal hold ended: what it had kept goes too"),
        Event.REAPPLY: _("An old backup came back, and the ledger had the data erased again"),
    }
)
DECIDED: Mapping[str, Any] = MappingProxyType(
    {
        DecisionKind.ASK: _("Our question"),
        DecisionKind.EXTENSION: _("The term was made longer"),
        DecisionKind.PARTIAL: _("A part was refused"),
        DecisionKind.FEE: _("A fee was proposed"),
    }
)
LOOKED = "request.viewed"
# What no other row tells: shown in the timeline out of the audit.
AUDITED: Mapping[str, Any] = MappingProxyType(
    {
        LOOKED: _("The request was looked at"),
        "request.assigned": _("The request changed hands"),
        "request.step_checked": _("A step was checked by hand"),
        "request.second_asked": _("A second person was asked to decide too"),
        "request.replanned": _("The plan was made anew"),
        "request.hastened": _("The person gave up their time to change their mind"),
        "request.part_routed": _("The Customer was named for its part"),
        "request.correction_noted": _("A correction was written down"),
        "request.corrections_decided": _("Corrections were decided on"),
        "request.corrected": _("What was accepted was changed"),
        "identity.doubt_dropped": _("A doubt about who asks was dropped"),
        "recipient.moved": _("A recipient was ticked off"),
        "recipient.tried_again": _("A recipient is told once more by machine"),
        "evidence.viewed": _("A file was looked at"),
        "evidence.taken": _("A file was downloaded"),
        "evidence.destroyed": _("A file was destroyed"),
        "package.created": _("The package was made"),
        "package.downloaded": _("The package was downloaded"),
        "package.transferred": _("The package was sent on"),
        "package.damaged": _("The package was found damaged"),
        "package.destroyed": _("The package was destroyed"),
    }
)
# What another row tells, and somebody who acts on an old page is told all the same.
_ELSEWHERE: Mapping[str, Any] = MappingProxyType(
    {
        "message.written": _("A message or a note was written"),
        "messages.read": _("The messages were marked as read"),
        "request.extended": _("The term was made longer"),
        "request.part_refused": _("A part was refused"),
        "identity.decided": _("A check of who asks was decided"),
        "identity.doubted": _("A doubt about who asks was written down"),
        "identity.document_asked": _("The person was asked for a document"),
    }
)
TOLD_TO_STAFF: Mapping[str, Any] = MappingProxyType(
    {**{AUDIT_EVENTS[Event(event)]: words for event, words in MOVED.items()}, **AUDITED, **_ELSEWHERE}
)


def words_of(audit_event: str) -> Any:
    """What an entry of the audit says, in words for staff; a general word for one that has none of its own."""
    return TOLD_TO_STAFF.get(audit_event, _("Something about the request was changed"))


SOME_MAIL = _("A message left by e-mail")
# Which letter left, by the name of its template; the others are told by a general word.
MAILED: Mapping[str, Any] = MappingProxyType(
    {
        "received": _("Mail to the person: the request arrived"),
        "received_for_someone": _("Mail to whoever asks: the request arrived"),
        "asked_for_you": _("Mail to the person: somebody asked for them"),
        "asked_after_change": _("Mail to the former address: a request was made"),
        "soon_for_you": _("Mail to the person: it is done soon"),
        "outcome_for_you": _("Mail to the person: what became of it"),
        "erasure_scheduled": _("Mail to the person: the erasure was recommended, and how to stop it"),
        "erasure_done": _("Mail to the person: the data is deleted"),
        "package_ready": _("Mail to the person: the package is ready"),
        "downloaded": _("Mail to the person: the package was downloaded"),
        "fulfilled": _("Mail to the person: the request is fulfilled"),
        "refused": _("Mail to the person: the request is refused"),
        "extended": _("Mail to the person: it takes longer"),
        "question_waits": _("Mail to the person: a question waits"),
        "document_asked": _("Mail to the person: a document is asked for"),
        "fee_proposed": _("Mail to the person: a fee is proposed"),
        "part_stays": _("Mail to the person: a part stays"),
        "handed_over": _("Mail to the person: the request is handed over"),
        "merged": _("Mail to the person: it is a duplicate"),
        "withdrawn": _("Mail to the person: the request is withdrawn"),
        "refusal_upheld": _("Mail to the person: the refusal stands"),
        "refusal_overturned": _("Mail to the person: the refusal is taken back"),
        "transferred": _("Mail to the person: the data was sent on"),
        "restriction_ends": _("Mail to the person: the restriction ends"),
        "term_runs_out": _("Mail to the team: the term runs out"),
        "staff_needed": _("Mail to the team: the work stopped"),
        "recipient_needs_staff": _("Mail to the team: a recipient waits"),
        "recipient_still_waits": _("Mail to the team: a recipient still waits"),
        "appealed": _("Mail to the team: the person appealed"),
    }
)
