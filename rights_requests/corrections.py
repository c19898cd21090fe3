"""Corrections as they are shown: old beside new, what was decided and why, and for staff what stands in the way now."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from privacy.data_map import rectify
from privacy.data_map.rectify import Held
from privacy.data_map.registry import registry
from rights_requests.models import Proposal, RightsRequest, State
from rights_requests.services import correcting
from rights_requests.subjects import known, subject_of
from rights_requests.vocabulary import Answer

# Before approval staff may think again, so nothing is told of what they lean to.
_DECIDED = (State.APPROVED, State.RUNNING, State.NEEDS_ATTENTION, State.COMPLETED, State.REFUSED, State.APPEALED)


@dataclass(frozen=True)
class Line:
    """One correction: what of which holding and row, and how far it is; `kind` is that of the pill."""

    proposal: Proposal
    label: str
    where: str
    told: Any
    kind: str


@dataclass(frozen=True)
class DeskLine:
    """One correction for staff; `now` is what stands there if not `old` any more, `hindrance` why it cannot be."""

    line: Line
    now: str
    hindrance: str


def lines(request: RightsRequest) -> list[Line]:
    """The corrections of a request as the person reads them."""
    decided = request.state in _DECIDED
    return [_line(proposal, value, decided=decided) for proposal, value in _with_values(request)]


def desk_lines(request: RightsRequest) -> list[DeskLine]:
    """The corrections of a request as staff read them, with what has changed since, as long as that counts."""
    live = known(request) and request.state in {State.RECEIVED, State.WAITING, State.APPEALED}
    return [_desk_line(request, proposal, value, live=live) for proposal, value in _with_values(request)]


def label(proposal: Proposal) -> str:
    """What was corrected, in the active language; the field's own name where the data map does not know it any more."""
    holding = registry.holdings.get(proposal.holding.replace("-", ".", 1))
    known_field = holding is not None and proposal.field in holding.rules()
    return rectify.label_of(holding, proposal.field) if holding and known_field else proposal.field


def statement_of(request: RightsRequest) -> str:
    """What the person said about their corrections."""
    return next((proposal.statement for proposal in request.proposals.all() if proposal.statement), "")


def _with_values(request: RightsRequest) -> list[tuple[Proposal, Held | None]]:
    """Each correction with the value that it is about, as it stands now; None where that is gone."""
    subject = subject_of(request) if known(request) else None
    return [
        (proposal, correcting.value_of(subject, proposal) if subject else None) for proposal in request.proposals.all()
    ]


def _line(proposal: Proposal, value: Held | None, *, decided: bool) -> Line:
    holding = registry.holdings.get(proposal.holding.replace("-", ".", 1))
    where = [str(holding.title) if holding else proposal.holding, value.row_title if value else ""]
    told, kind = _told(proposal) if decided else (_("Not decided yet"), "now")
    return Line(proposal, label(proposal), ", ".join(filter(None, where)), told, kind)


def _told(proposal: Proposal) -> tuple[Any, str]:
    if proposal.applied_at:
        return _("Changed"), "done"
    if proposal.decision == Answer.ACCEPTED:
        return _("Accepted"), "now"
    if proposal.decision == Answer.DECLINED:
        return _("Not changed"), "quiet"
    return _("Not decided yet"), "now"


def _desk_line(request: RightsRequest, proposal: Proposal, value: Held | None, *, live: bool) -> DeskLine:
    line = _line(proposal, value, decided=True)
    if not live or proposal.applied_at:
        return DeskLine(line, "", "")
    moved = value is not None and value.text != proposal.old
    hindrance = correcting.hindrance(subject_of(request), proposal)
    return DeskLine(line, value.text or "–" if value and moved else "", hindrance)
