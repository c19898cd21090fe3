"""Each sign-in is written down with its country and family of devices, and told when either is new (promise P1.4)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation

from accounts import devices, not_me_links, securing, whereabouts
from accounts.models import SignIn, User
from accounts.vocabulary import SignInHow
from privacy import audit, clock, restriction
from privacy.actors import Actor
from privacy.data_map.subject import Subject, subject_of_user
from privacy.mail.language import spoken
from privacy.mail.queue import Outcome, queue
from privacy.policy import seen
from privacy.vocabulary import Purpose

TEMPLATE = "accounts/new_sign_in"
# Where a session keeps which sign-in it began with.
IN_SESSION = "sign_in"


@transaction.atomic
def record(
    *, actor: Actor, user_id: UUID, address: str, user_agent: str, how: SignInHow, before: datetime | None
) -> SignIn | None:
    """Write down a sign-in, and queue one message when its country or device is new to the account (P1.4, P2.6).

    `before` is when the account was signed in to the last time: what the history has forgotten is new again. Two at
    once wait for each other, so that one thing is told once; the very first sign-in is no news. Returns None, and
    keeps nothing, when the gate refuses. Not idempotent: each call is one more sign-in. No audit entry: the row is the
    person's own history. Raises PermissionDenied for anyone but the person, User.DoesNotExist when the account is gone.
    """
    if actor.user_id != user_id:
        raise PermissionDenied
    account = User.objects.select_for_update().get(pk=user_id)
    if not restriction.allows(subject_of_user(user_id), Purpose.SECURITY):
        return None
    place, (browser, platform) = whereabouts.place_of(address), devices.family(user_agent)
    now = clock.now()
    row = SignIn(
        user=account, at=now, country=place.country, network=place.network, browser=browser, platform=platform, how=how
    )
    row.alerted = _is_news(row, before) and _may_tell(row)
    row.save(force_insert=True)
    if row.alerted:
        row.alerted = _tell(row, account.email) is Outcome.ACCEPTED
        row.save(update_fields=["alerted"])
    return row


@transaction.atomic
def disown(*, actor: Actor, sign_in_id: UUID) -> bool:
    """Take the person at their word that a sign-in was not theirs: make the account safe (promises P2.6, P6.1).

    Every session ends and the password opens nothing until a new one is chosen with a code (accounts.securing).
    Idempotent: said again of the same sign-in nothing happens, since by then the person may be back; and of one that is
    older than the last time the account was made safe so, it is only noted, for whoever had it is out. False then.
    Raises SignIn.DoesNotExist when it is forgotten, and PermissionDenied for anyone but the person.
    """
    row = SignIn.objects.select_for_update().get(pk=sign_in_id)
    if actor.user_id != row.user_id:
        raise PermissionDenied
    if row.disowned_at is not None:
        return False
    is_out = SignIn.objects.filter(user_id=row.user_id, disowned_at__gt=row.at).exists()
    row.disowned_at = clock.now()
    row.save(update_fields=["disowned_at"])
    if not is_out:
        securing.secure_account(actor=actor, user_id=row.user_id)
    audit.record(event="sign_in.disowned", actor=actor, subject_digest=Subject(user_id=row.user_id).digest, about=row)
    return not is_out


def disown_since(*, user_id: UUID, since: datetime) -> int:
    """In the transaction that makes the account safe: no sign-in since then was the person's; returns how many.

    So a stranger's device is new again, and is told. Idempotent.
    """
    theirs = SignIn.objects.filter(user_id=user_id, at__gte=since, disowned_at=None)
    return theirs.update(disowned_at=clock.now())


@transaction.atomic
def sign_out_everywhere(*, actor: Actor, user_id: UUID) -> int:
    """End every session of an account, that of the person who asks too; returns how many (promise P6.1).

    The password stays. Idempotent; an audit entry when something ended. Raises PermissionDenied for anyone but the
    person.
    """
    if actor.user_id != user_id:
        raise PermissionDenied
    ended = securing.end_sessions(user_id)
    if ended:
        digest = Subject(user_id=user_id).digest
        audit.record(event="account.signed_out", actor=actor, subject_digest=digest, data={"sessions": ended})
    return ended


def _is_news(row: SignIn, before: datetime | None) -> bool:
    term = timedelta(days=settings.SIGN_IN_DAYS)
    known = SignIn.objects.filter(user=row.user, at__gt=row.at - term, disowned_at=None)
    if not known.exists():
        return before is not None and before < row.at - term
    place = known.filter(country=row.country).exists()
    device = known.filter(browser=row.browser, platform=row.platform).exists()
    return not (place and device)


def _may_tell(row: SignIn) -> bool:
    today = SignIn.objects.filter(user=row.user, alerted=True, at__gt=row.at - timedelta(days=1))
    return today.count() < settings.SIGN_IN_ALERTS_PER_DAY


def _tell(row: SignIn, address: str) -> Outcome:
    """In the language in which the person last read the policy: the page may have spoken that of somebody else."""
    with translation.override(spoken(seen.language_of(row.user_id) or translation.get_language())):
        context = {
            "when": row.at,
            "country": whereabouts.in_words(row.country, row.network),
            "device": devices.in_words(row.browser, row.platform),
            "not_me_url": not_me_links.url(row.pk),
            "link_days": settings.NOT_ME_LINK_DAYS,
            "site_url": settings.SITE_URL,
        }
        return queue(to=address, template=TEMPLATE, context=context, about=row.pk, purpose=Purpose.SECURITY)
