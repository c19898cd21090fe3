"""Making an account safe again when somebody else may be in it: nobody stays signed in, password and cards are void."""

from uuid import UUID

from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Session, User
from accounts.sharing import services as sharing
from privacy import audit
from privacy.actors import Actor
from privacy.data_map.subject import Subject


@transaction.atomic
def secure_account(*, actor: Actor, user_id: UUID) -> int:
    """End every session of the account, void its password and take its cards back; returns how many sessions ended.

    What somebody else shared by it nobody sees any more, and the person shares anew what was theirs (promise P4.1).
    From then on the only way in is a new password, chosen with a code that goes to the account's address. Second steps
    stay, or whoever reads the mailbox could get rid of them. A page that answers in a browser of the account signs it
    out as well (django.contrib.auth.logout), for its session is gone. Idempotent: again, it ends what began meanwhile
    and leaves an entry only when there was something to do. Raises PermissionDenied for anyone but the person and
    the system, and User.DoesNotExist when the account is gone.
    """
    if actor.user_id != user_id and actor.kind != "system":
        raise PermissionDenied
    account = User.objects.select_for_update().get(pk=user_id)
    ended = end_sessions(user_id)
    usable = account.has_usable_password()
    if usable:
        account.set_unusable_password()
        account.save(update_fields=["password"])
    cards = sharing.end_all(actor=actor, user_id=user_id)
    if ended or usable or cards:
        audit.record(
            event="account.secured",
            actor=actor,
            subject_digest=Subject(user_id=user_id).digest,
            data={"sessions": ended, "password": usable, "cards": cards},
        )
    return ended


@transaction.atomic
def sign_out(*, actor: Actor, user_id: UUID) -> int:
    """End every session of an account; returns how many ended (ASVS 7.4.5).

    For whoever runs the site, after something happened to a machine, a key or an account. Passwords and second steps
    stay. Idempotent; leaves an audit entry when there was something to end. Raises PermissionDenied for anyone but the
    system.
    """
    _require_system(actor)
    return _on_record(actor, end_sessions(user_id), subject_digest=Subject(user_id=user_id).digest)


@transaction.atomic
def sign_out_everybody(*, actor: Actor) -> int:
    """The same for every account there is."""
    _require_system(actor)
    ended: int = Session.objects.all().delete()[0]
    UserSession.objects.all().delete()
    return _on_record(actor, ended)


def _require_system(actor: Actor) -> None:
    if actor.kind != "system":
        raise PermissionDenied


def _on_record(actor: Actor, ended: int, *, subject_digest: str = "") -> int:
    if ended:
        audit.record(event="sessions.ended", actor=actor, subject_digest=subject_digest, data={"sessions": ended})
    return ended


def end_sessions(user_id: UUID) -> int:
    """Sign the account out everywhere, half-done sign-ins included, in the caller's transaction; returns how many."""
    ended: int = Session.objects.filter(user_id=user_id).delete()[0]
    UserSession.objects.filter(user_id=user_id).delete()
    return ended
