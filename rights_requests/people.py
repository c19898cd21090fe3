"""Who stands behind a request to the site: the signed-in account, or the holder of an address proven by a code."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from privacy import restriction
from privacy.actors import Actor
from privacy.data_map.subject import Subject, subject_of_email, subject_of_user
from privacy.data_map.subject import has_account as has_account_with
from privacy.vocabulary import Purpose
from rights_requests.vocabulary import IdentityMethod

_PROOF = "rights_requests_proof"
_CODE = "rights_requests_code"
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


@dataclass(frozen=True)
class SentCode:
    """What the browser remembers until the code is typed: the number of the proof, and the address as it is stored."""

    proof_id: UUID
    address: str


def party_of(request: HttpRequest) -> Party | None:
    """Who is at the site: the signed-in account, else the holder of an address proven not long ago; None for nobody."""
    if request.user.is_authenticated:
        return party_of_user(request.user)
    address = proven_address(request.session)
    if not address or (has_account_with(address) and not _is_kept_out(address)):
        # Where there is an account, only signing in shows who it is: a mailbox alone does not open it.
        return None
    return party_of_address(address)


def _is_kept_out(address: str) -> bool:
    """Whether a block keeps the owner of this address from signing in; their rights they keep."""
    return not restriction.allows(subject_of_email(address), Purpose.AUTHENTICATE)


def party_of_user(user: AbstractBaseUser) -> Party:
    """The person behind an account."""
    subject = subject_of_user(user.pk)
    actor = Actor.subject(user.pk, subject.digest)
    return Party(actor, subject, getattr(user, "email", ""), IdentityMethod.ACCOUNT)


def party_of_address(address: str) -> Party:
    """The holder of an address that was proven by a code."""
    subject = subject_of_email(address)
    actor = Actor.subject(None, *subject.same_digests)
    return Party(actor, subject, address, IdentityMethod.EMAIL_CODE)


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
            return redirect(with_next("rights_requests:who", request.get_full_path()))
        return view(request, *args, **kwargs)

    return asked


def with_next(name: str, onward: str) -> str:
    """The address of a page, with the one to go to afterwards."""
    return f"{reverse(name)}?{urlencode({'next': onward})}"


def has_account(request: HttpRequest) -> bool:
    """Whether an account is signed in: only an account can be asked for its password again."""
    return request.user.is_authenticated


def remember_proof(session: SessionBase, address: str) -> None:
    """Remember that this browser's person has just shown that the address is theirs; under a new session key."""
    session.cycle_key()
    session.pop(_CODE, None)
    session[_PROOF] = {"address": address, "at": timezone.now().isoformat()}


def await_code(session: SessionBase, sent: SentCode) -> None:
    """Remember which code this browser asked for."""
    session[_CODE] = {"proof": str(sent.proof_id), "address": sent.address}


def awaited_code(session: SessionBase) -> SentCode | None:
    """The code that this browser asked for last, or None."""
    kept = session.get(_CODE)
    return SentCode(UUID(kept["proof"]), str(kept["address"])) if isinstance(kept, dict) else None


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
