"""Accounts that nobody uses: their person is told twice, can keep the account with one press, and then it is closed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils import translation

from accounts import unused_links
from accounts.models import UnusedNotice, User
from privacy import audit, clock, closing
from privacy.actors import SYSTEM, Actor
from privacy.data_map.subject import Subject
from privacy.mail.language import spoken
from privacy.mail.queue import queue
from privacy.policy import seen
from privacy.retention.staying import staying
from privacy.vocabulary import Purpose

ACCOUNT = "accounts-user"
TEMPLATES = ("accounts/unused_soon", "accounts/unused_last")
# So many accounts are looked at in a round of the chore; the rest waits for the next.
AT_ONCE = 500
# A device that was seen later than so says that the account is used; more exactly nobody needs to know.
SEEN = timedelta(days=1)


def see_to() -> int:
    """Note what is used, tell who has to be told, close what is due; returns how many accounts were told or closed.

    Safe to run at any time and twice at once; what fails for one account keeps no other waiting.
    """
    note_use()
    _forget_notices_of_used()
    return _each(_new(), _tell_first) + _each(_due_again(), _tell_again) + _each(_due_to_close(), _close_due)


def note_use() -> int:
    """Write down of each account when it was last used, as sign-ins and devices tell; returns how many changed."""
    seen = UserSession.objects.filter(user=OuterRef("pk")).order_by().values("user").annotate(last=Max("last_seen_at"))
    lately = Exists(UserSession.objects.filter(user=OuterRef("pk"), last_seen_at__gt=OuterRef("used_at") + SEEN))
    changed = User.objects.filter(Q(last_login__gt=F("used_at")) | lately)
    last = Coalesce(Subquery(seen.values("last")), F("used_at"))
    return changed.update(used_at=Greatest("used_at", Coalesce("last_login", "used_at"), last))


@transaction.atomic
def keep(*, actor: Actor, user_id: UUID) -> bool:
    """The person wants to keep the account: its term counts anew (promise P3.1). False when there was no notice.

    Idempotent; leaves an audit entry when it was the first press.
    """
    if not UnusedNotice.objects.filter(pk=user_id).delete()[0]:
        return False
    User.objects.filter(pk=user_id).update(used_at=clock.now())
    audit.record(event="account.kept", actor=actor, subject_digest=Subject(user_id=user_id).digest)
    return True


def close_now(*, actor: Actor, user_id: UUID) -> bool:
    """The person wants the account closed at once; False when there was no notice, or it cannot be closed now."""
    return UnusedNotice.objects.filter(pk=user_id).exists() and _closed(user_id, actor)


def notice_of(user_id: UUID | None) -> UnusedNotice | None:
    """The notice of an account that is still open; None where there is none."""
    return UnusedNotice.objects.filter(pk=user_id, user__is_active=True).first() if user_id else None


def _unused(before: datetime) -> QuerySet[User]:
    """Accounts that nobody used since an instant; not those of staff and of Customers' administrators."""
    people = User.objects.filter(is_active=True, is_staff=False, administers__isnull=True)
    return people.filter(used_at__lt=before)


def _new() -> list[UUID]:
    first = timedelta(days=settings.UNUSED_ACCOUNT_DAYS - settings.UNUSED_NOTICE_DAYS[0])
    found = _unused(clock.now() - first).filter(unused_notice__isnull=True).order_by("used_at")
    return list(found.values_list("pk", flat=True)[:AT_ONCE])


def _due_again() -> list[UUID]:
    soon = clock.now() + timedelta(days=settings.UNUSED_NOTICE_DAYS[1])
    found = UnusedNotice.objects.filter(second_at__isnull=True, closes_at__lte=soon)
    return list(found.values_list("pk", flat=True)[:AT_ONCE])


def _due_to_close() -> list[UUID]:
    found = UnusedNotice.objects.filter(second_at__isnull=False, closes_at__lte=clock.now(), user__is_active=True)
    return list(found.values_list("pk", flat=True)[:AT_ONCE])


def _each(people: list[UUID], act: Callable[[UUID], bool]) -> int:
    return sum(act(user_id) for user_id in people)


def _forget_notices_of_used() -> None:
    UnusedNotice.objects.filter(user__used_at__gt=F("first_at")).delete()


@transaction.atomic
def _tell_first(user_id: UUID) -> bool:
    account = User.objects.select_for_update().get(pk=user_id)
    if _kept(user_id):
        return False
    now = clock.now()
    days = settings.UNUSED_NOTICE_DAYS[0]
    closes_at = max(account.used_at + timedelta(days=settings.UNUSED_ACCOUNT_DAYS), now + timedelta(days=days))
    notice, created = UnusedNotice.objects.get_or_create(pk=user_id, defaults={"first_at": now, "closes_at": closes_at})
    if created:
        _write(account, notice, TEMPLATES[0])
        audit.record(event="account.closing_announced", actor=SYSTEM, subject_digest=Subject(user_id=user_id).digest)
    return created


@transaction.atomic
def _tell_again(user_id: UUID) -> bool:
    notice = UnusedNotice.objects.select_for_update().filter(pk=user_id, second_at__isnull=True).first()
    if notice is None:
        return False
    notice.second_at = clock.now()
    notice.closes_at = max(notice.closes_at, notice.second_at + timedelta(days=settings.UNUSED_NOTICE_DAYS[1]))
    notice.save(update_fields=["second_at", "closes_at"])
    _write(notice.user, notice, TEMPLATES[1])
    return True


def _close_due(user_id: UUID) -> bool:
    return _closed(user_id, SYSTEM)


@transaction.atomic
def _closed(user_id: UUID, actor: Actor) -> bool:
    """Have the account closed by whoever carries out erasures, unless somebody used it, or must keep it, meanwhile."""
    account = User.objects.select_for_update().filter(pk=user_id, is_active=True).first()
    notice = UnusedNotice.objects.filter(pk=user_id).first()
    if account is None or notice is None or account.used_at > notice.first_at or _kept(user_id):
        return False
    return closing.close_unused(actor, user_id)


def _kept(user_id: UUID) -> bool:
    """Whether what we hold about this person must stay: restricted, under a legal hold, or held back by staff."""
    return bool(staying(ACCOUNT, User.objects.filter(pk=user_id)))


def _write(account: User, notice: UnusedNotice, template: str) -> None:
    """In the language in which the person last read the policy."""
    with translation.override(spoken(seen.language_of(account.pk))):
        context = {
            "when": notice.closes_at,
            "used": account.used_at,
            "link": unused_links.url(account.pk),
            "site_url": settings.SITE_URL,
        }
        about = UUID(int=account.pk.int ^ int(notice.first_at.timestamp()))
        queue(to=account.email, template=template, context=context, about=about, purpose=Purpose.LEGAL_DUTIES)
