"""What can be done to an account: open it, fill in its profile, say who is staff, end its sessions."""

from collections.abc import Callable, Iterable
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import former_addresses
from accounts.models import Profile, Session, User
from accounts.selectors import PROFILE_FIELDS
from privacy import address_signals, audit, restriction
from privacy.actors import Actor
from privacy.data_map.subject import Subject, subject_of_user


def actor_of(user_id: UUID) -> Actor:
    """The person of this account, acting for themselves."""
    return Actor.subject(user_id, Subject(user_id=user_id).digest)


@transaction.atomic
def open_account(*, actor: Actor, user: User) -> User:
    """Save a new account with its empty profile, so that both exist or neither does; not idempotent."""
    former_addresses.hand_over(user.email)
    user.save()
    Profile.objects.create(user=user)
    audit.record(event="account.opened", actor=actor, subject_digest=Subject(user_id=user.pk).digest)
    return user


@transaction.atomic
def update_profile(
    *,
    actor: Actor,
    user_id: UUID,
    name: str,
    workplace: str,
    position: str,
    phone: str,
    address: str,
    seen: Callable[[Profile], None] = lambda _profile: None,
) -> Profile:
    """Write what the person says about themselves (promise P1.2); the audit keeps which fields changed, not the words.

    Idempotent: the same values again change nothing and leave no entry. `seen` is called with the profile as it is,
    locked, and may refuse: for whoever must not overwrite what they have not read. Raises PermissionDenied for anyone
    but the person and the system, which carries out a correction that staff have accepted (P5.2), and User.DoesNotExist
    when the account is gone.
    """
    if actor.user_id != user_id and actor.kind != "system":
        raise PermissionDenied
    account = User.objects.select_for_update().get(pk=user_id)
    profile, _ = Profile.objects.get_or_create(user=account)
    seen(profile)
    given = dict(zip(PROFILE_FIELDS, (name, workplace, position, phone, address), strict=True))
    changed = [field for field, value in given.items() if getattr(profile, field) != value]
    if not changed:
        return profile
    for field in changed:
        setattr(profile, field, given[field])
    profile.save()
    audit.record(
        event="profile.updated",
        actor=actor,
        subject_digest=Subject(user_id=user_id).digest,
        data=dict.fromkeys(changed, True),
    )
    return profile


@transaction.atomic
def change_username(*, actor: Actor, user_id: UUID, username: str | None) -> User:
    """Write the user name of an account, or take it away; only for a correction that staff have accepted (P5.2).

    Idempotent. Raises PermissionDenied for anyone but the system, IntegrityError when somebody else has the name, and
    User.DoesNotExist when the account is gone.
    """
    if actor.kind != "system":
        raise PermissionDenied
    account = User.objects.select_for_update().get(pk=user_id)
    if account.username != username:
        account.username = username
        account.save(update_fields=["username"])
        audit.record(event="account.renamed", actor=actor, subject_digest=Subject(user_id=user_id).digest)
    return account


@transaction.atomic
def change_access(
    *, actor: Actor, user_id: UUID, is_active: bool, is_staff: bool, group_ids: Iterable[int] = ()
) -> User:
    """Say whether an account may sign in, whether it is staff and in which teams; ends its sessions when it may not.

    Idempotent. Only a staff member who may do everything decides on access, and never on their own: PermissionDenied
    otherwise. Raises User.DoesNotExist when the account is gone.
    """
    if actor.kind != "staff" or actor.user_id is None or actor.user_id == user_id:
        raise PermissionDenied
    if not User.objects.filter(pk=actor.user_id, is_superuser=True, is_active=True).exists():
        raise PermissionDenied
    account = User.objects.select_for_update().get(pk=user_id)
    before = (account.is_active, account.is_staff, set(account.groups.values_list("pk", flat=True)))
    wanted = (is_active, is_staff, set(group_ids) if is_staff else set())
    if before == wanted:
        return account
    account.is_active, account.is_staff = is_active, is_staff
    account.save(update_fields=["is_active", "is_staff"])
    account.groups.set(wanted[2])
    if not is_active:
        _end_sessions(user_id)
    audit.record(
        event="account.access_changed",
        actor=actor,
        subject_digest=Subject(user_id=user_id).digest,
        data={"active": is_active, "staff": is_staff, "teams": len(wanted[2])},
    )
    return account


@transaction.atomic
def move_address(*, actor: Actor, user_id: UUID, left: str) -> None:
    """After the account's address changed: deal with what was sent to the one that was `left`, and what stops its use.

    A restriction or an objection goes along to the new address (Art. 18, 21). Idempotent: nothing else happens when
    `left` is still the address, or there was none. Raises PermissionDenied for anyone but the person, and
    User.DoesNotExist when the account is gone.
    """
    if actor.user_id != user_id:
        raise PermissionDenied
    account = User.objects.select_for_update().get(pk=user_id)
    former_addresses.hand_over(account.email)
    moved = bool(left) and left != account.email
    if moved:
        former_addresses.leave(user_id=user_id, address=left)
        address_signals.left.send(sender=User, user_id=user_id, address=left)
    restriction.extend(actor=actor, subject=subject_of_user(user_id))
    if not moved:
        return
    audit.record(event="account.address_changed", actor=actor, subject_digest=Subject(user_id=user_id).digest)


def _end_sessions(user_id: UUID) -> None:
    Session.objects.filter(user_id=user_id).delete()
    UserSession.objects.filter(user_id=user_id).delete()
