"""What an act of staff is: its name and label, when it is open, what it asks, and the service that does it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.utils.translation import gettext_lazy as _

from privacy.actors import Actor
from privacy.numbers import NumberedText
from privacy.vocabulary import Right
from rights_requests.models import RightsRequest
from rights_requests.states import Event, allows

Given = Mapping[str, Any]
Staff = AbstractBaseUser | AnonymousUser
TOO_LONG: Any = NumberedText(_("Write at most %(limit_value)s characters; these are %(show_value)s."))


class ActForm(forms.Form):
    """The base of what an act asks: knows the request it is about. One that `grows` has fields by request."""

    use_required_attribute = False
    # Whether the act stands unfolded because something was chosen for it.
    opens = False
    grows: ClassVar[bool] = False
    # Whether its words can be looked at as the person will read them, before anything is done.
    previews: ClassVar[bool] = False

    def __init__(self, *args: Any, filed: RightsRequest, **kwargs: Any) -> None:
        self.filed = filed
        super().__init__(*args, **kwargs)


def on(event: Event) -> Callable[[RightsRequest, Staff], bool]:
    """An act that is open as long as the table of states knows its event."""
    return lambda filed, _user: allows(filed, event)


def never(_filed: RightsRequest) -> bool:
    """An act for which the sign-in is enough."""
    return False


def always(_filed: RightsRequest) -> bool:
    """An act for which one shows again who one is, each time that was not a moment ago."""
    return True


@dataclass(frozen=True)
class Act:
    """One thing that staff can do with a request; `name` is the last part of its address, `done` says that it is done.

    An act whose form shows fields stands folded up, with its question as summary (`label`) and its own button
    (`button`); any other is a button. `step_up` says for which requests it asks again who it is. Every act needs the
    permission to decide, and none is open to whoever the request is about. `in_front` acts stand under "What to do
    next", the others beside. `rights` are those for which the act exists; of one name there is one act a right. `key`
    is the letter that leads to it. `claims` acts make a request that nobody has one's own; `unfolded` ones stand open.
    Where an act needs more than the permission to decide, `permission` names it.
    """

    name: str
    label: Any
    do: Callable[[UUID, Actor, Given], RightsRequest]
    done: Any
    open: Callable[[RightsRequest, Staff], bool]
    form: type[ActForm] = ActForm
    button: Any = ""
    kind: str = ""
    step_up: Callable[[RightsRequest], bool] = never
    in_front: bool = True
    rights: frozenset[Right] = frozenset(Right)
    key: str = ""
    claims: bool = False
    unfolded: bool = False
    permission: str = ""

    @property
    def asks(self) -> bool:
        """Whether the form shows anything to fill in."""
        return self.form.grows or any(not field.widget.is_hidden for field in self.form.base_fields.values())


@dataclass(frozen=True)
class Offer:
    """An act as the workspace shows it: with its address, its form, and whether it stands unfolded."""

    act: Act
    url: str
    form: forms.Form
    opened: bool
    preview: str = ""


@dataclass(frozen=True)
class Tried:
    """A form that was sent and not carried out: it was wrong, or is only looked at (`preview`)."""

    name: str
    form: forms.Form
    preview: str = ""
    # What others did meanwhile, where that is why nothing was done.
    news: tuple[Any, ...] = ()


def offer(
    act: Act, url: str, filed: RightsRequest, tried: Tried | None = None, initial: Mapping[str, Any] | None = None
) -> Offer:
    """The act with an empty form, or with the one that was sent and not carried out if anything was typed into it."""
    sent = tried if tried is not None and tried.name == act.name else None
    if sent is not None and act.asks:
        return Offer(act, url, sent.form, opened=True, preview=sent.preview)
    # Several acts stand on one page: each form's fields have names of their own for the labels.
    fresh = act.form(filed=filed, initial=initial, auto_id=f"id_{act.name}_%s")
    return Offer(act, url, fresh, opened=sent is not None or fresh.opens or act.unfolded)
