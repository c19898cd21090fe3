"""What can be done to an account: open it, fill in its profile, say who is staff, end its sessions."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import changed_address, former_addresses, profile_history
from accounts.errors import ProfileMoved
from accounts.models import Profile, ProfileChange, User
from accounts.securing import end_sessions
from accounts.selectors import PROFILE_FIELDS
from privacy import address_signals, audit, holds, restriction
from privacy.actors import Actor
from privacy.data_map.rectify import tidied
from privacy.data_map.subject import Subject, subject_of_user


def actor_of(user_id: UUID) -> Actor:
    """The person of this account, acting for themselves."""
    return Actor.subject(user_id, Subject(user_id=user_id).digest)


@transaction.atomic
def open_account(*, actor: Actor, user: User, said_when_born: bool = False) -> User:
    """Save a new account with its empty profile, so that both exist or neither does; not idempotent.

    That the question when the person was born was answered well enough stands in the audit (promise P9.1); the answer
    stands nowhere.
    """
    former_addresses.hand_over(user.email)
    user.save()
    Profile.objects.create(user=user)
    data = {"when_born": "answered"} if said_when_born else {}
    audit.record(event="account.opened", actor=actor, subject_digest=Subject(user_id=user.pk).digest, data=data)
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
    seen: str | None = None,
) -> Profile:
    """Write what the person says about themselves (Art. 16 GDPR, promises P1.2, P5.2), and note what was changed.

    The audit keeps which fields changed, not the words; those stand in the person's own history for a while. `seen` is
    the version that the person had before them: where another window, or our staff, wrote meanwhile, nothing is
    changed. Idempotent: the same values again change nothing and leave no entry. Raises ProfileMoved; PermissionDenied
    for anyone but the person and the system, which carries out a correction that staff have accepted (P5.2); and
    User.DoesNotExist when the account is gone.
    """
    _require_self_or_system(actor, user_id)
    profile = _locked_profile(user_id)
    # Browsers send other line breaks than they were given: that is no change.
    said = [tidied(value) for value in (name, workplace, position, phone, address)]
    given = dict(zip(PROFILE_FIELDS, said, strict=True))
    changed = {field: value for field, value in given.items() if tidied(getattr(profile, field)) != value}
    if changed and seen is not None and seen != profile.version:
        raise ProfileMoved
    return _write_profile(actor, profile, changed)


@transaction.atomic
def put_back(*, actor: Actor, user_id: UUID, change_id: int) -> ProfileChange | None:
    """Let a field of the profile say again what it said before a change; returns the change (Art. 16, promise P5.2).

    Only the person does so. Idempotent: where it says that already nothing is changed; None where the change is
    another's or is forgotten. Raises PermissionDenied, and User.DoesNotExist when the account is gone.
    """
    if actor.user_id != user_id:
        raise PermissionDenied
    profile = _locked_profile(user_id)
    change = profile_history.change_of(user_id, change_id)
    if change is not None and change.old and change.old != getattr(profile, change.field):
        _write_profile(actor, profile, {change.field: change.old})
    return change


@transaction.atomic
def forget_change(*, actor: Actor, user_id: UUID, change_id: int) -> None:
    """Forget what a field of the profile said before; the profile stays as it is. Idempotent.

    Nothing happens while those who have the profile from us are still to be told of the change (Art. 19 GDPR). Only the
    person does so; raises PermissionDenied for anyone else.
    """
    if actor.user_id != user_id:
        raise PermissionDenied
    change = profile_history.change_of(user_id, change_id)
    if change is not None and not change.to_tell:
        change.delete()
        audit.record(event="profile.change_forgotten", actor=actor, subject_digest=Subject(user_id=user_id).digest)


def _locked_profile(user_id: UUID) -> Profile:
    account = User.objects.select_for_update().get(pk=user_id)
    return Profile.objects.get_or_create(user=account)[0]


def _write_profile(actor: Actor, profile: Profile, changed: Mapping[str, str]) -> Profile:
    """Write these fields, with the history before them and the audit after."""
    if not changed:
        return profile
    profile_history.note(actor=actor, profile=profile, given=changed)
    for field, value in changed.items():
        setattr(profile, field, value)
    profile.save()
    audit.record(
        event="profile.updated",
        actor=actor,
        subject_digest=Subject(user_id=profile.pk).digest,
        data=dict.fromkeys(changed, True),
    )
    return profile


def _require_self_or_system(actor: Actor, user_id: UUID) -> None:
    if actor.user_id != user_id and actor.kind != "system":
        raise PermissionDenied


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
    if not is_active or is_staff > before[1]:
        # Whoever becomes staff comes in anew, past the second step: a session of before knew a password at most.
        end_sessions(user_id)
    audit.record(
        event="account.access_changed",
        actor=actor,
        subject_digest=Subject(user_id=user_id).digest,
        data={"active": is_active, "staff": is_staff, "teams": len(wanted[2])},
    )
    return account


def locked_address(user_id: UUID) -> str:
    """The address of an account, which nobody else changes before the caller's transaction ends.

    Raises User.DoesNotExist when the account is gone.
    """
    return User.objects.select_for_update().get(pk=user_id).email


@transaction.atomic
def move_address(*, actor: Actor, user_id: UUID, left: str, ip: str = "") -> None:
    """After the account's address changed: deal with what was sent to the one that was `left`, and what stops its use.

    A restriction or an objection goes along to the new address (Art. 18, 21). Both mailboxes are told; `ip` is the
    internet address from which it was done. Idempotent: nothing else happens when `left` is still the address, or there
    was none. Raises PermissionDenied for anyone but the person, and User.DoesNotExist when the account is gone.
    """
    if actor.user_id != user_id:
        raise PermissionDenied
    account = User.objects.select_for_update().get(pk=user_id)
    former_addresses.hand_over(account.email)
    moved = bool(left) and left != account.email
    if moved:
        former = former_addresses.leave(user_id=user_id, address=left)
        changed_address.tell_both(former=former, new=account.email, ip=ip)
        address_signals.left.send(sender=User, user_id=user_id, address=left)
    restriction.extend(actor=actor, subject=subject_of_user(user_id))
    holds.extend(subject=subject_of_user(user_id))
    if not moved:
        return
    audit.record(event="account.address_changed", actor=actor, subject_digest=Subject(user_id=user_id).digest)
