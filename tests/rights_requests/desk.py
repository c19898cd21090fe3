"""What the tests of the staff's desk share: colleagues, their browsers, and the addresses of the desk."""

from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from privacy.data_map.plan import plan
from privacy.data_map.subject import subject_of_user
from privacy.vocabulary import Right
from rights_requests.desk.work import work_of
from rights_requests.models import RightsRequest, State
from tests.factories import make_request, make_staff, make_user
from tests.rights_requests.browsing import browser_of

VIEW = "rights_requests.view_rightsrequest"
DECIDE = "rights_requests.change_rightsrequest"
SENIOR = ("rights_requests.approve_erasure", "rights_requests.see_evidence")
QUEUE = "admin:rights_requests_rightsrequest_changelist"


def make_colleague(**extra: Any) -> User:
    """A member of staff who may see requests with their evidence and decide on them, on erasures too."""
    return make_staff(perms=[VIEW, DECIDE, *SENIOR], **extra)


def failure_seen(request: RightsRequest) -> tuple[str, str, list[str]] | None:
    """The step that failed, why, and where something was left, as the desk shows them; None where nothing failed."""
    work = work_of(RightsRequest.objects.get(pk=request.pk))
    return (work.failed_step, work.failure, list(work.places)) if work and work.failed_step else None


def browser(user: User) -> Client:
    """The browser of someone who has just proved who they are."""
    return browser_of(user)


def make_erasure(user: User | None = None, state: State = State.RECEIVED, **extra: Any) -> RightsRequest:
    """A request for erasure with the plan that the person was shown."""
    person = user or make_user()
    shown = plan(subject_of_user(person.pk), Right.ERASURE)
    return make_request(person, Right.ERASURE, state, plan=shown.as_json(), plan_hash=shown.hash, **extra)


def workspace_url(request: RightsRequest) -> str:
    """The page of one request."""
    return reverse("admin:rights_requests_rightsrequest_change", args=[request.pk])


def act_url(request: RightsRequest, name: str) -> str:
    """Where an act is posted."""
    return reverse("admin:rights_requests_rightsrequest_act", args=[request.pk, name])


def state_of(request: RightsRequest) -> str:
    """The state as the database has it now."""
    return RightsRequest.objects.values_list("state", flat=True).get(pk=request.pk)
