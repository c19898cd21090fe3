"""What can be done with a shared card: give it, let it last longer, end it, refuse it, look at it (promise P8.1)."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Least, Now

from accounts.enrolling import tidied_nickname
from accounts.errors import (
    EnrolmentRefused,
    GrantNotFound,
    LongestAlready,
    OwnAddress,
    OwnUseStopped,
    SenderUnnamed,
    SharedAlready,
    TooManyShares,
)
from accounts.models import SharingGrant, SharingView, User
from accounts.sharing import letters, selectors
from accounts.sharing.selectors import LIVE, SHOWING, Card
from accounts.vocabulary import LONGEST_SHARE, USUAL_SHARE, CardPart, GrantEnd
from privacy import audit, restriction
from privacy.actors import Actor
from privacy.addresses import normalised
from privacy.data_map.subject import Subject, subject_of_user


@transaction.atomic
def share(*, actor: Actor, viewer_email: str, parts: Iterable[str], days: int) -> SharingGrant:
    """Let whoever has confirmed an address see parts of one's profile for so many days, and tell them by e-mail.

    The consent of the person who acts (Art. 6(1)(a)). Whether anybody has an account with the address changes nothing
    of the answer, and neither does whether a message could be sent. Not idempotent, but the second of two is refused.
    Raises SharingRefused with the reason in words, LookAlike, and PermissionDenied for whoever has no account.
    """
    owner = _locked_person(actor)
    address, chosen = normalised(viewer_email), [part for part in CardPart.values if part in set(parts)]
    if address == owner.email or _is_confirmed_by(owner, address):
        raise OwnAddress
    if not restriction.allows(subject_of_user(owner.pk), SHOWING):
        raise OwnUseStopped
    _close_past(owner, address)
    _refuse_too_many(owner)
    until = Now() + timedelta(days=min(days, LONGEST_SHARE))
    grant = SharingGrant.objects.create(owner=owner, viewer_email=address, parts=chosen, until=until)
    grant.refresh_from_db()
    letters.tell(grant, who=_sender(grant))
    _record("card.shared", actor, grant)
    return grant


@transaction.atomic
def extend(*, actor: Actor, grant_id: UUID) -> SharingGrant:
    """Let a card that is shared now last USUAL_SHARE days longer, up to a year in all.

    Not idempotent: each time adds the days. Raises GrantNotFound for any card but the actor's own that is alive, and
    LongestAlready when it lasts a year.
    """
    grant = _locked(actor, SharingGrant.objects.filter(LIVE, owner_id=actor.user_id), grant_id)
    longest = grant.made_at + timedelta(days=LONGEST_SHARE)
    if grant.until >= longest:
        raise LongestAlready
    longer = Least(F("until") + timedelta(days=USUAL_SHARE), F("made_at") + timedelta(days=LONGEST_SHARE))
    SharingGrant.objects.filter(pk=grant.pk).update(until=longer)
    _record("card.extended", actor, grant)
    grant.refresh_from_db()
    return grant


@transaction.atomic
def end(*, actor: Actor, grant_id: UUID) -> SharingGrant:
    """Take a card back: from this commit on nobody sees it (Art. 7(3)). Idempotent.

    Raises GrantNotFound for any card but the actor's own.
    """
    grant = _locked(actor, SharingGrant.objects.filter(owner_id=actor.user_id), grant_id)
    return _end(actor, grant, GrantEnd.OWNER)


@transaction.atomic
def end_all(*, actor: Actor, user_id: UUID) -> int:
    """Take back every card of a person that is alive: somebody else may have given them. Idempotent; returns how many.

    In the transaction that makes the account safe. Raises PermissionDenied for anyone but the person and the system.
    """
    if actor.user_id != user_id and actor.kind != "system":
        raise PermissionDenied
    alive = SharingGrant.objects.select_for_update().filter(LIVE, owner_id=user_id).order_by("pk")
    return len([_end(actor, grant, GrantEnd.OWNER) for grant in alive])


@transaction.atomic
def refuse(*, actor: Actor, grant_id: UUID) -> SharingGrant:
    """Give back a card that somebody shares with oneself: one does not see it any more; its owner is shown that.

    The second time there is nothing to give back: GrantNotFound, as for any card that the actor may not see.
    """
    grant = _locked(actor, selectors.reaching(_person(actor)), grant_id)
    return _end(actor, grant, GrantEnd.VIEWER)


@transaction.atomic
def look(*, actor: Actor, grant_id: UUID) -> Card:
    """Show a card to whom it is given, and put the look on record for its owner, or neither.

    Whether it is still alive is asked of the database's clock with the row locked, so whoever ended it before is not
    overtaken; whether its owner's data may be used, of the gate (Art. 18, 21). Each call is one more look. Raises
    GrantNotFound for whatever the actor may not see now, whyever.
    """
    grant = _locked(actor, selectors.reaching(_person(actor)).select_related("owner__profile"), grant_id)
    if not restriction.allows(subject_of_user(grant.owner_id), SHOWING):
        raise GrantNotFound
    SharingView.objects.create(grant=grant)
    _record("card.seen", actor, grant)
    return selectors.card_of(grant)


@transaction.atomic
def forget_address(*, actor: Actor, address: str) -> int:
    """In the transaction in which an account leaves an address: what was shared with it is nobody's to see any more.

    Whoever has the address next neither sees a card nor learns that there was one. Idempotent; returns how many.
    """
    found = list(SharingGrant.objects.select_for_update().filter(reached_email=address).order_by("pk"))
    for grant in found:
        _end(actor, grant, GrantEnd.ADDRESS_LEFT)
    SharingGrant.objects.filter(pk__in=[grant.pk for grant in found]).update(address_left_at=Now())
    return len(found)


def _person(actor: Actor) -> UUID:
    if actor.user_id is None or actor.kind != "subject":
        raise PermissionDenied
    return actor.user_id


def _locked_person(actor: Actor) -> User:
    """The account, locked: two presses of a button come one after the other."""
    return User.objects.select_for_update(no_key=True).get(pk=_person(actor))


def _locked(actor: Actor, grants: QuerySet[SharingGrant], grant_id: UUID) -> SharingGrant:
    _person(actor)
    grant = grants.select_for_update(of=("self",)).filter(pk=grant_id).first()
    if grant is None:
        raise GrantNotFound
    return grant


def _end(actor: Actor, grant: SharingGrant, how: GrantEnd) -> SharingGrant:
    if grant.ended_at is None:
        SharingGrant.objects.filter(pk=grant.pk).update(ended_at=Now(), ended_by=how)
        _record("card.ended", actor, grant, how=how.value)
        grant.refresh_from_db()
    return grant


def _is_confirmed_by(owner: User, address: str) -> bool:
    found: bool = EmailAddress.objects.filter(user=owner, email=address, verified=True).exists()
    return found


def _close_past(owner: User, address: str) -> None:
    """One whose time was over makes room for another; one that is alive does not."""
    open_ones = SharingGrant.objects.filter(owner=owner, viewer_email=address, ended_at__isnull=True)
    if open_ones.filter(LIVE).exists():
        raise SharedAlready
    open_ones.update(ended_at=F("until"), ended_by=GrantEnd.OVER)


def _refuse_too_many(owner: User) -> None:
    given = SharingGrant.objects.filter(owner=owner)
    if given.filter(made_at__gt=Now() - timedelta(days=1)).count() >= settings.SHARING_GRANTS_PER_DAY:
        raise TooManyShares
    if given.filter(LIVE).count() >= settings.SHARED_CARDS_AT_ONCE:
        raise TooManyShares


def _sender(grant: SharingGrant) -> str:
    """Whose card it is, for the message: an address that was confirmed, or a name in which nothing becomes a link."""
    if CardPart.EMAIL in grant.parts:
        return str(grant.owner.email)
    try:
        return tidied_nickname(selectors.named_on(grant))
    except EnrolmentRefused as refusal:
        raise SenderUnnamed from refusal


def _record(event: str, actor: Actor, grant: SharingGrant, **data: str) -> None:
    digest = Subject(user_id=grant.owner_id).digest
    audit.record(event=event, actor=actor, subject_digest=digest, about=grant, data=data)
