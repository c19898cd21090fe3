"""What this member of staff should do next, in a few sentences."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy.vocabulary import Right
from rights_requests.desk import gathering
from rights_requests.desk.act import Staff
from rights_requests.desk.powers import Powers
from rights_requests.desk.work import Work
from rights_requests.models import CLOSED_STATES, RightsRequest, State
from rights_requests.services import part_appeals
from rights_requests.words import in_words

_NEXT = {
    (Right.ACCESS, State.RECEIVED): gettext_lazy(
        "Check that nothing speaks against it, then approve: the copy is made and the person is told."
    ),
    (Right.RECTIFICATION, State.RECEIVED): gettext_lazy(
        "Compare old and new, decide on each, then approve: what you accepted is changed and the recipients are told."
    ),
    (Right.RESTRICTION, State.RECEIVED): gettext_lazy(
        "Check whether one of the cases of Art. 18 is given, then approve: from then on the data is only stored."
    ),
    (Right.PORTABILITY, State.RECEIVED): gettext_lazy(
        "Check that nothing speaks against it, then approve: the package is made, and sent if the person named someone."
    ),
    (Right.OBJECTION, State.RECEIVED): gettext_lazy(
        "Weigh the person’s reasons against ours. If ours do not clearly outweigh them, approve: that use ends."
    ),
    (Right.ERASURE, State.RECEIVED): gettext_lazy(
        "Read the plan. If it is right, recommend the erasure; a second person then approves it."
    ),
    (Right.ERASURE, State.PREPARED): gettext_lazy(
        "A colleague recommends this erasure. Read the plan yourself; your approval deletes for good."
    ),
}
_BY_TWO = gettext_lazy("Two persons decide on it. If nothing speaks against it, recommend it to the second.")
_SECOND_LOOK = gettext_lazy("A colleague recommends this. Look at it yourself; your approval starts the work.")
_WROTE = gettext_lazy("The person wrote: read it below and answer, or mark it as read.")
_WAITS = gettext_lazy("Nothing to do until the person answers. You see here as soon as they do.")
_APPEALED = gettext_lazy("The person appealed the refusal. Somebody who did not refuse it reads it and decides.")
_PART_APPEALED = gettext_lazy(
    "The person appealed that a part stays. Somebody who took no part in keeping it reads it below and decides."
)
_RUNS_BY_ITSELF = gettext_lazy("Nothing to do: the work runs by itself, and you see here how far it is.")


def what_next(request: RightsRequest, user: Staff, allowed: Powers, work: Work | None) -> str:
    """In a few sentences, what this member of staff should do now; what the person wrote comes first."""
    if allowed.hindrance:
        return str(allowed.hindrance)
    if gathering.has_unread(request):
        return f"{_WROTE} {_what_next(request, work)}"
    return _what_next(request, work)


def _what_next(request: RightsRequest, work: Work | None) -> str:
    if request.state in CLOSED_STATES:
        return _closed_words(request)
    if request.state == State.NEEDS_ATTENTION:
        return _needs_attention_words(work)
    if part_appeals.decidable(request):
        return str(_PART_APPEALED)
    if request.by_two and request.right != Right.ERASURE and request.state in {State.RECEIVED, State.PREPARED}:
        return str(_BY_TWO if request.state == State.RECEIVED else _SECOND_LOOK)
    whatever = {State.WAITING: _WAITS, State.APPEALED: _APPEALED}.get(State(request.state), _RUNS_BY_ITSELF)
    return str(_NEXT.get((Right(request.right), State(request.state)), whatever))


def _needs_attention_words(work: Work | None) -> str:
    if work is None or not work.failed_step:
        return _("The work stopped. Have the cause put right, then resume: finished steps are not repeated.")
    return _(
        "The work stopped at “%(step)s”. Have the cause (%(failure)s) put right, then resume: finished steps are not"
        " repeated."
    ) % {"step": work.failed_step, "failure": work.failure or _("unknown")}


def _closed_words(request: RightsRequest) -> str:
    closed = {"when": in_words(request.closed_at) if request.closed_at else ""}
    if request.state == State.REFUSED:
        return _("Nothing to do: the request was refused on %(when)s.") % closed
    if request.state == State.WITHDRAWN:
        return _("Nothing to do: the person withdrew the request on %(when)s.") % closed
    if request.state == State.HANDED_OVER:
        return _("Nothing to do: %(who)s answers it since %(when)s.") % {**closed, "who": request.handed_to}
    if any(notice.ended_at is None and notice.next_at is None for notice in request.notices.all()):
        return (
            _(
                "The request was answered on %(when)s. A recipient waits for you: tell it, or ask it again, and tick it"
                " off."
            )
            % closed
        )
    return _("Nothing to do: the request was answered on %(when)s.") % closed
