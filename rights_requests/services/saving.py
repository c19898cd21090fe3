"""Saving views of the queue under a name, and how the desk behaves; each member of staff for themselves."""

from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from privacy import audit
from privacy.actors import Actor
from rights_requests import rules
from rights_requests.errors import NotAllowed, NotFound, RequestError
from rights_requests.models import DeskChoice, SavedView

MOST_VIEWS = 20
# What a view is made of. What is searched for names a person, and is no part of it.
KEPT = ("view", "right__exact", "state__exact", "o")


class NameTaken(RequestError):
    """A member of staff gives a name once."""

    message = _("You have a view of this name already. Choose another name, or delete the other view first.")


class TooManyViews(RequestError):
    """More tabs than anybody finds their way in."""

    message = _("You have as many views as there is room for. Delete one that you no longer need.")


def kept_part(query: str) -> str:
    """What a saved view keeps of an address of the queue: tab, filters and order, nothing that was searched for."""
    given, kept = QueryDict(query), QueryDict(mutable=True)
    for name in KEPT:
        if given.get(name):
            kept[name] = str(given[name])[:40]
    return kept.urlencode()


@transaction.atomic
def save_view(*, actor: Actor, name: str, query: str, shared: bool) -> SavedView:
    """Save a view under a name, for oneself or for the team. Not idempotent: the name is taken the second time.

    Raises NotAllowed unless a member of staff acts, for a shared one with the permission to decide; NameTaken and
    TooManyViews.
    """
    if actor.kind != "staff" or actor.user_id is None:
        raise NotAllowed
    if shared:
        rules.require_staff(actor)
    # One after the other for each person: both rules below look at what is there.
    get_user_model().objects.select_for_update(no_key=True).get(pk=actor.user_id)
    mine = SavedView.objects.filter(owner_id=actor.user_id)
    if mine.filter(name__iexact=name.strip()).exists():
        raise NameTaken
    if mine.count() >= MOST_VIEWS:
        raise TooManyViews
    saved = mine.create(owner_id=actor.user_id, name=name.strip(), query=kept_part(query), shared=shared)
    audit.record(event="saved_view.added", actor=actor, about=saved, data={"shared": shared})
    return saved


@transaction.atomic
def delete_view(*, actor: Actor, view_id: int) -> None:
    """Delete a view of one's own; raises NotFound for an unknown one, and for a colleague's alike."""
    found = SavedView.objects.select_for_update().filter(pk=view_id, owner_id=actor.user_id).first()
    if actor.kind != "staff" or found is None:
        raise NotFound(_("There is no such view among yours. Somebody may have deleted it in another window."))
    SavedView.objects.filter(pk=found.pk).delete()
    audit.record(event="saved_view.deleted", actor=actor, about=found)


@transaction.atomic
def choose_keys(*, actor: Actor, single_keys: bool) -> DeskChoice:
    """Turn the shortcuts of single keys on or off for this member of staff; idempotent. Raises NotAllowed."""
    if actor.kind != "staff" or actor.user_id is None:
        raise NotAllowed
    defaults = {"single_keys": single_keys}
    choice, _made = DeskChoice.objects.update_or_create(user_id=actor.user_id, defaults=defaults)
    audit.record(event="desk_keys.chosen", actor=actor, data={"on": single_keys})
    return choice


def uses_single_keys(user_id: UUID) -> bool:
    """Whether single keys are shortcuts for this member of staff; they are until somebody turns them off."""
    return not DeskChoice.objects.filter(pk=user_id, single_keys=False).exists()
