"""What a member of staff may do with a request, by permission; the services decide, this shows and explains."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin
from django.utils.translation import gettext_lazy as _

from privacy.vocabulary import Right
from rights_requests.models import CLOSED_STATES, RightsRequest, State
from rights_requests.rules import DECIDE
from rights_requests.states import Event, allows

VIEW = "rights_requests.view_rightsrequest"
OWN = _("This request is about you. You can read it, but a colleague must decide on it.")
READ_ONLY = _("You can read this request. Your account does not have the permission to decide on requests.")
SAME_EYES = _("You recommended this erasure. A second person must approve it.")

Staff = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True)
class Act:
    """One thing that can be done with a request; `name` is the last part of its address."""

    name: str
    label: Any
    event: Event
    kind: str = ""


_APPROVE = Act("approve", _("Approve and start"), Event.APPROVE)
_APPROVE_ERASURE = Act("approve", _("Approve the erasure"), Event.APPROVE, "danger")
_PREPARE = Act("prepare", _("Recommend the erasure"), Event.PREPARE)
_REFUSE = Act("refuse", _("Refuse the request"), Event.REFUSE, "quiet")
_RESUME = Act("resume", _("Resume the work"), Event.RESUME)
# The one to do first stands in front.
_BY_ONE = (_APPROVE, _REFUSE, _RESUME)
_ACTS = dict.fromkeys(Right, _BY_ONE) | {Right.ERASURE: (_PREPARE, _APPROVE_ERASURE, _REFUSE, _RESUME)}


@dataclass(frozen=True)
class Powers:
    """What this member of staff may do with this request now, and in one sentence what stands in the way."""

    acts: tuple[Act, ...] = ()
    hindrance: Any = ""
    may_take: bool = False
    may_give_back: bool = False

    def offers(self, name: str) -> bool:
        """Whether the act of this name is open."""
        return any(act.name == name for act in self.acts)


def may_decide(user: Staff) -> bool:
    """Whether the account may take requests and decide on them at all."""
    return isinstance(user, PermissionsMixin) and user.has_perm(DECIDE)


def powers(request: RightsRequest, user: Staff) -> Powers:
    """What the member of staff may do with the request as it stands."""
    if request.state in CLOSED_STATES:
        return Powers()
    acts = tuple(act for act in _ACTS[Right(request.right)] if allows(request, act.event))
    if user.pk in {request.subject_user_id, request.requester_id}:
        return Powers(hindrance=OWN)
    if not may_decide(user):
        return Powers(hindrance=READ_ONLY if acts else "")
    mine = request.assignee_id == user.pk
    if request.state == State.PREPARED and request.prepared_by_id == user.pk:
        others = tuple(act for act in acts if act.event != Event.APPROVE)
        return Powers(others, SAME_EYES, may_take=not mine, may_give_back=mine)
    return Powers(acts, may_take=not mine, may_give_back=mine)
