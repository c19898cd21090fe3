"""What a member of staff may do with a request, by permission; the services decide, this shows and explains."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import PermissionsMixin
from django.utils.translation import gettext_lazy as _

from privacy.vocabulary import Right
from rights_requests.desk import acts_parting
from rights_requests.desk.act import Act, Staff
from rights_requests.desk.acts import ACTS
from rights_requests.errors import SameEyes
from rights_requests.models import CLOSED_STATES, RightsRequest, State
from rights_requests.rules import APPROVE_ERASURE, DECIDE, SEE_EVIDENCE
from rights_requests.services import part_appeals

VIEW = "rights_requests.view_rightsrequest"
OWN = _("This request is about you. You can read it, but a colleague must decide on it.")
READ_ONLY = _("You can read this request. Your account does not have the permission to decide on requests.")
SAME_EYES = _("You recommended this erasure. A second person must approve it.")
OTHER_TEAM = _("This erasure was recommended. A senior colleague or the data protection officer approves it.")
SAME_REFUSAL = _("You refused this request. A second person must decide on the appeal.")


@dataclass(frozen=True)
class Powers:
    """What this member of staff may do with this request now, and in one sentence what stands in the way."""

    acts: tuple[Act, ...] = ()
    hindrance: Any = ""

    @property
    def in_front(self) -> tuple[Act, ...]:
        """What stands under "What to do next"."""
        return tuple(act for act in self.acts if act.in_front)

    @property
    def beside(self) -> tuple[Act, ...]:
        """What does not answer the request: taking it, noting something."""
        return tuple(act for act in self.acts if not act.in_front)

    def offers(self, name: str) -> bool:
        """Whether the act of this name is open."""
        return any(act.name == name for act in self.acts)


def may_decide(user: Staff) -> bool:
    """Whether the account may take requests and decide on them at all."""
    return isinstance(user, PermissionsMixin) and user.has_perm(DECIDE)


def may_see_evidence(user: Staff) -> bool:
    """Whether the account may open the files that go with a request."""
    return isinstance(user, PermissionsMixin) and user.has_perm(SEE_EVIDENCE)


def powers(request: RightsRequest, user: Staff) -> Powers:
    """What the member of staff may do with the request as it stands."""
    acts = tuple(act for act in ACTS[Right(request.right)].values() if act.open(request, user))
    if not acts and request.state in CLOSED_STATES:
        return Powers()
    if user.pk in {request.subject_user_id, request.requester_id}:
        return Powers(hindrance=OWN)
    if not may_decide(user):
        return Powers(hindrance=READ_ONLY if acts else "")
    return Powers(tuple(act for act in acts if _may(act, user)), _own_decision(request, user))


def _may(act: Act, user: Staff) -> bool:
    """Whether the account has what the act needs beyond the permission to decide."""
    return not act.permission or (isinstance(user, PermissionsMixin) and user.has_perm(act.permission))


def _own_decision(request: RightsRequest, user: Staff) -> Any:
    """What another person must do because this one decided before."""
    if request.state == State.PREPARED and request.prepared_by_id == user.pk:
        return SAME_EYES if request.right == Right.ERASURE else SameEyes.OF_ANY
    if _is_for_others(request, user):
        return OTHER_TEAM
    if request.state == State.APPEALED and request.refused_by_id == user.pk:
        return SAME_REFUSAL
    if request.state == State.PART_APPEALED and not acts_parting.to_decide(request, user):
        return part_appeals.SECOND_PERSON
    return ""


def _is_for_others(request: RightsRequest, user: Staff) -> bool:
    is_erasure = request.state == State.PREPARED and request.right == Right.ERASURE
    return is_erasure and isinstance(user, PermissionsMixin) and not user.has_perm(APPROVE_ERASURE)
