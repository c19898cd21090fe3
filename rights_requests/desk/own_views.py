"""The views of the queue that staff keep under a name: their own and those that a colleague shares."""

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rights_requests.desk.act import TOO_LONG
from rights_requests.models import SavedView
from rights_requests.models.desk import VIEW_NAME_CHARACTERS

# More shared views than that are no help; one's own are never left out.
MOST_SHOWN = 60


@dataclass(frozen=True)
class OwnView:
    """One tab: its name, what it leads to, and whether the one who looks may delete it."""

    pk: int
    name: str
    query: str
    mine: bool
    shared: bool


class SaveForm(forms.Form):
    """Under which name the present view is kept, and for whom."""

    use_required_attribute = False

    name = forms.CharField(
        label=_("Name of this view"),
        max_length=VIEW_NAME_CHARACTERS,
        help_text=_("Tab, filters and order are kept. What was searched for is not, and do not write it here."),
        error_messages={
            "required": _("Give the view a name."),
            "max_length": TOO_LONG,
        },
    )
    shared = forms.BooleanField(label=_("Show it to the whole team"), required=False)
    query = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)


def own_views(user_id: UUID) -> list[OwnView]:
    """The member of staff's own views and the team's, by name; one query, by index."""
    found = SavedView.objects.filter(Q(owner_id=user_id) | Q(shared=True)).order_by("name", "pk")[:MOST_SHOWN]
    return [OwnView(view.pk, view.name, view.query, view.owner_id == user_id, view.shared) for view in found]
