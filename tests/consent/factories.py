"""Rows of consent as somebody's: what the behaviour set exports, erases and looks for."""

from collections.abc import Callable
from datetime import timedelta

from cookie_consent.models import Cookie, CookieGroup
from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from consent import proof
from consent.cookies import Choice
from consent.models import (
    AccountConsent,
    ConsentEvent,
    NoticePicture,
    NoticeVersion,
    Party,
    ProofSeal,
    Purpose,
    Tracker,
)
from consent.notices import hash_of
from consent.vocabulary import Basis, Method
from privacy.digests import keyed_digest


def make_notice() -> NoticeVersion:
    """A version of the notice; the same one each time."""
    controller = {"name": "Occicor", "kind": "ourselves", "address": "", "email": "", "url": "", "country": ""}
    content = {"language": "en", "purposes": [], "controller": controller, "jurisdiction": "FR"}
    values = {"content": content, "sha256": hash_of(content), "template_sha256": "0" * 64}
    return NoticeVersion.objects.get_or_create(number=1, language="en", defaults=values)[0]


def make_event(user: User, *, surface: str = "visitors:home", days_ago: int = 0) -> ConsentEvent:
    """A refusal of somebody who was signed in."""
    decided_at = timezone.now().replace(microsecond=0) - timedelta(days=days_ago)
    number = proof.record(
        choice=Choice({"stats": "refused"}, 1, decided_at),
        method=Method.REFUSE_ALL,
        surface=surface,
        digest=keyed_digest("user", str(user.pk)),
        notice_id=make_notice().pk,
    )
    return ConsentEvent.objects.get(key=number)


def _event(user: User, canary: str) -> list[Model]:
    return [make_event(user, surface=canary)]


def _account(user: User, canary: str) -> list[Model]:
    states = {canary: "given"}
    return [AccountConsent.objects.create(user=user, notice_number=1, states=states, decided_at=timezone.now())]


FACTORIES: dict[str, Callable[[User, str], list[Model]]] = {
    "consent.consentevent": _event,
    "consent.accountconsent": _account,
}


def _partner() -> Party:
    return Party.objects.get_or_create(name="Partner")[0]


def _purpose() -> Purpose:
    group = CookieGroup.objects.get_or_create(varname="ads", defaults={"name": "Advertising"})[0]
    return Purpose.objects.get_or_create(group=group, defaults={"basis": Basis.CONSENT})[0]


def _tracker() -> Tracker:
    cookie = Cookie.objects.create(name="_ad_", cookiegroup=_purpose().group)
    return Tracker.objects.create(cookie=cookie, party=_partner())


def _picture() -> NoticePicture:
    return NoticePicture.objects.create(notice=make_notice(), width=320, theme="dark", png=b"png", sha256="0" * 64)


def _seal() -> ProofSeal:
    return ProofSeal.objects.create(day="2026-01-01", events=0, keep_until=timezone.now(), previous="0" * 64)


# What the catalogue and the proof hold of nobody.
CATALOGUE: dict[str, Callable[[], Model]] = {
    "consent.party": _partner,
    "consent.purpose": _purpose,
    "consent.tracker": _tracker,
    "consent.noticeversion": make_notice,
    "consent.noticepicture": _picture,
    "consent.proofseal": _seal,
}
