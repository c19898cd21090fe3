"""Who stands behind a request to the site: the signed-in account, or the holder of an address proven by a code."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from privacy.actors import Actor
from privacy.data_map.subject import Subject, subject_of_user
from rights_requests.vocabulary import IdentityMethod

_PROOF = "rights_requests_proof"
Given = ParamSpec("Given")
Answer = TypeVar("Answer", bound=HttpResponseBase)


@dataclass(frozen=True)
class Party:
    """A person at the site, by whatever shows who they are; `user_id` is None for the holder of a proven address."""

    actor: Actor
    subject: Subject
    address: str
    method: IdentityMethod

    @property
    def user_id(self) -> UUID | None:
        """The account, if there is one."""
        return self.actor.user_id

    @property
    def label(self) -> str:
        """What a token is bound to: the account's id, or the digest of the proven address."""
        return str(self.user_id or self.actor.digest)


def party_of(request: HttpRequest) -> Party | None:
    """Who is at the site: the signed-in account, else the holder of an address proven not long ago; None for nobody."""
    if request.user.is_authenticated:
        return party_of_user(request.user)
    address = proven_address(request.session)
    return party_of_address(address) if address else None


def party_of_user(user: AbstractBaseUser) -> Party:
    """The person behind an account."""
    subject = subject_of_user(user.pk)
    actor = Actor.subject(user.pk, subject.digest)
    return Party(actor, subject, getattr(user, "email", ""), IdentityMethod.ACCOUNT)


def party_of_address(address: str) -> Party:
    """The holder of an address that was proven by a code."""
    subject = Subject(emails=frozenset({address}))
    return Party(Actor.subject(None, subject.digest), subject, address, IdentityMethod.EMAIL_CODE)


def party(request: HttpRequest) -> Party:
    """Who is at the site; raises PermissionDenied if nobody is known (views ask with `party_required` before)."""
    found = party_of(request)
    if found is None:
        raise PermissionDenied
    return found


def party_required(
    view: Callable[Concatenate[HttpRequest, Given], Answer],
) -> Callable[Concatenate[HttpRequest, Given], Answer | HttpResponseBase]:
    """Lead whoever is not known yet to the question who they are, and back."""

    @wraps(view)
    def asked(request: HttpRequest, /, *args: Given.args, **kwargs: Given.kwargs) -> Answer | HttpResponseBase:
        if party_of(request) is None:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return asked


def has_account(request: HttpRequest) -> bool:
    """Whether an account is signed in: only an account can be asked for its password again."""
    return request.user.is_authenticated


def remember_proof(session: SessionBase, address: str) -> None:
    """Remember that this browser's person has just shown that the address is theirs; under a new session key."""
    session.cycle_key()
    session[_PROOF] = {"address": address, "at": timezone.now().isoformat()}


def forget_proof(session: SessionBase) -> None:
    """Forget whose address was proven; nothing happens if none was."""
    session.pop(_PROOF, None)


def proven_address(session: SessionBase) -> str:
    """The address that was proven within settings.EMAIL_PROOF_MINUTES, or an empty text."""
    kept = session.get(_PROOF)
    if not isinstance(kept, dict):
        return ""
    lasts = timedelta(minutes=settings.EMAIL_PROOF_MINUTES)
    return str(kept["address"]) if timezone.now() - datetime.fromisoformat(kept["at"]) <= lasts else ""
