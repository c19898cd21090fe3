"""Fills the catalogue from what the code declares, and reads it: purposes, trackers, parties (P11.1 to P11.4).

The apps declare the trackers that they set in the register of the policy; nothing is written down twice. Staff add what
other companies set. The catalogue is what the next notice is made of; what people see is the published one.
"""

from collections.abc import Callable
from typing import Any

from cookie_consent.models import Cookie, CookieGroup
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.functional import Promise

from consent.models import Party, Purpose, Tracker
from consent.models.catalogue import in_words
from consent.purposes import PURPOSES, Declared
from consent.vocabulary import Basis, PartyKind, PurposeCode
from privacy.policy.register import ForeignTracker, register
from privacy.policy.register import Tracker as DeclaredTracker


@transaction.atomic
def sync() -> None:
    """Bring the catalogue to what the code declares now; safe to repeat, and what staff wrote stays.

    A cookie that the code no longer sets goes; groups stay, because proofs name them.
    """
    for order, declared in enumerate(PURPOSES):
        _sync_purpose(order, declared)
    ours = ourselves()
    ours.save()
    named = [_sync_tracker(declared, ours) for declared in register.trackers.values()]
    gone = Tracker.objects.filter(from_code=True).exclude(cookie__in=named)
    remove(*gone.values_list("cookie_id", flat=True))
    _sync_hosts()


def ourselves() -> Party:
    """We, as the settings describe the publisher of the site; not saved yet where the catalogue was never filled."""
    known = Party.objects.filter(kind=PartyKind.OURSELVES).first() or Party(kind=PartyKind.OURSELVES)
    for fact in ("name", "address", "email"):
        setattr(known, fact, settings.PUBLISHER[fact])
    return known


def asked() -> list[Purpose]:
    """The purposes that need consent and for which there is something to consent to; the others are not asked about.

    Statistics stand there in any case: pages are counted without storing anything, and whoever minds can say no to it.
    """
    return [
        purpose
        for purpose in choosable().prefetch_related("recipients")
        if purpose.has_something or purpose.code == PurposeCode.STATS
    ]


def all_purposes() -> list[Purpose]:
    """Those that need no consent, then those that are asked about."""
    needed = Purpose.objects.filter(basis=Basis.NEEDED).select_related("group")
    return [*needed.prefetch_related("recipients"), *asked()]


def trackers_of(purpose: Purpose) -> list[Tracker]:
    """What lies on the device for this purpose, by name."""
    return list(Tracker.objects.filter(cookie__cookiegroup=purpose.group).select_related("cookie", "party"))


def choosable() -> QuerySet[Purpose]:
    """The purposes that need consent, asked about or not: those to which staff can add a tracker."""
    return Purpose.objects.filter(basis=Basis.CONSENT).select_related("group")


def is_taken(name: str, *, by_other_than: int | None) -> bool:
    """Whether another tracker has this name already."""
    return Tracker.objects.exclude(pk=by_other_than).filter(cookie__name=name).exists()


def named(tracker_id: int | None, **facts: Any) -> Cookie:
    """The library's row of a tracker with these facts; made where there is none yet."""
    row: Cookie = Cookie(**facts) if tracker_id is None else Cookie.objects.get(pk=tracker_id)
    for name, value in facts.items():
        setattr(row, name, value)
    row.save()
    return row


def remove(*tracker_ids: int) -> None:
    """Take trackers out: the rows of the library, and ours with them."""
    Cookie.objects.filter(pk__in=tracker_ids).delete()


def foreign_trackers() -> list[ForeignTracker]:
    """What other companies set, as the privacy policy names it: by staff's entries, whether published here or not."""
    found = Tracker.objects.filter(from_code=False).select_related("cookie", "party")
    return [
        ForeignTracker(one.name, one.party.name, in_words(one.texts, "what_for"), in_words(one.texts, "lasts"))
        for one in found
    ]


def _sync_purpose(order: int, declared: Declared) -> None:
    group, _made = CookieGroup.objects.update_or_create(
        varname=declared.code.value,
        defaults={
            "name": _in_english(lambda: str(declared.code.label)),
            "description": _in_english(lambda: str(_description(declared))),
            "is_required": declared.basis is Basis.NEEDED,
            "is_deletable": declared.basis is not Basis.NEEDED,
            "ordering": order,
        },
    )
    facts = {"basis": declared.basis, "dpv": declared.dpv, "gpc_denies": declared.gpc_denies}
    purpose, _made = Purpose.objects.update_or_create(group=group, defaults=facts)
    if not purpose.written_by_staff:
        purpose.texts = _in_each_language(
            lambda: {
                "title": str(declared.code.label),
                "description": str(_description(declared)),
                "without": str(declared.without),
                "data": str(declared.data),
            }
        )
        purpose.save(update_fields=["texts"])


def _description(declared: Declared) -> Promise:
    """What it is for; where nothing of ours lies in a browser for it, what is done without."""
    sets_something = any(tracker.purpose == declared.code for tracker in register.trackers.values())
    return declared.description if sets_something or declared.quiet is None else declared.quiet


def _sync_tracker(declared: DeclaredTracker, ours: Party) -> int:
    group = CookieGroup.objects.get(varname=declared.purpose)
    cookie, _made = Cookie.objects.update_or_create(
        name=declared.name,
        domain="",
        cookiegroup=group,
        defaults={"description": _in_english(lambda: str(declared.what_for)), "path": "/"},
    )
    Cookie.objects.filter(name=declared.name, domain="").exclude(pk=cookie.pk).delete()
    texts = _in_each_language(
        lambda: {
            "what_for": str(declared.what_for),
            "set_when": str(declared.set_when),
            "lasts": str(declared.lasts),
        }
    )
    Tracker.objects.update_or_create(cookie=cookie, defaults={"party": ours, "texts": texts, "from_code": True})
    return int(cookie.pk)


def _sync_hosts() -> None:
    """The other sites whose films and posts the settings let in are recipients of the purpose that shows them."""
    social = Purpose.objects.get(group__varname=PurposeCode.SOCIAL)
    social.recipients.remove(*social.recipients.filter(from_code=True).exclude(name__in=settings.EMBED_HOSTS))
    for host in settings.EMBED_HOSTS:
        party, _made = Party.objects.get_or_create(name=host, defaults={"from_code": True})
        social.recipients.add(party)


def _in_english(say: Callable[[], str]) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return say()


def _in_each_language(say: Callable[[], Any]) -> dict[str, Any]:
    found = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found[code] = say()
    return found
