"""What staff can do with a request that says the same as another."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.actors import Actor
from rights_requests.desk.act import Act, ActForm, Given, on
from rights_requests.models import RightsRequest
from rights_requests.services import merging
from rights_requests.states import Event


class DuplicateForm(ActForm):
    """The reference of the first request."""

    reference = forms.CharField(
        label=_("Reference of the first request"),
        max_length=40,
        help_text=_("The two must be from the same person and about the same right: check that first."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Enter the reference of the first request, such as OC-7F3K-9CQM.")},
    )
    known_how = forms.CharField(
        required=False,
        max_length=1000,
        label=_("If the two name different addresses: how do you know that it is one person?"),
    )


def _link(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    return merging.link_duplicate(
        request_id=request_id, actor=actor, reference=given["reference"], known_how=given["known_how"]
    )


LINK_DUPLICATE = Act(
    "link-duplicate",
    _("It is a duplicate of another request"),
    _link,
    _("The request is closed as a duplicate. The person is told under which reference it goes on."),
    on(Event.MERGE),
    DuplicateForm,
    button=_("Close it as a duplicate"),
    in_front=False,
)
