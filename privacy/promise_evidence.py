"""What the foundation looks at to see that promises are kept: declarations, parts, seals, ledger, mail, policy."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from privacy import heartbeats, work_health
from privacy.data_map.registry import registry
from privacy.ledger import gate
from privacy.models import AuditSeal, Disclosure, PolicyVersion
from privacy.policy.register import register
from privacy.promises.evidence import Evidence, evidence_source
from privacy.retention.last import MOST_SWEEP_AGE, last_sweep
from privacy.vocabulary import Purpose
from privacy.work_health import MOST_MAIL_SECONDS

RIGHTS = ("P5.1", "P5.2", "P5.3", "P5.4", "P5.5", "P5.6")
# Which promise is about which purposes.
PURPOSES = {
    "P2.1": (Purpose.PROVIDE_SERVICES,),
    "P2.2": (Purpose.AUTHENTICATE,),
    "P2.3": (Purpose.SUPPORT,),
    "P2.4": (Purpose.SERVICE_MESSAGES, Purpose.PROMOTIONAL_MESSAGES),
    "P2.5": (Purpose.IMPROVE,),
    "P2.6": (Purpose.SECURITY,),
    "P2.7": (Purpose.LEGAL_DUTIES,),
}
# A day is sealed once it has begun; a little later than a day after the last time, it should have been.
MOST_SEAL_AGE = timedelta(hours=26)


@evidence_source
def foundation(now: datetime) -> Iterator[Evidence]:
    """Eight questions to the database, whatever is in it."""
    yield from _declared()
    yield from _parts()
    yield _sealed()
    yield _swept()
    yield _ledger()
    yield _mail(now)
    yield _policy()
    yield from _told()
    yield _disclosed()


def _declared() -> Iterator[Evidence]:
    holdings = registry.holdings.values()
    count = ngettext("%(count)d holding", "%(count)d holdings", len(holdings)) % {"count": len(holdings)}
    named = all(holding.purposes and holding.basis for holding in holdings)
    yield Evidence(("P0.2", "P1.2"), _("Every field declared, or the site does not start"), count, good=named)
    yield Evidence(("P3.1",), _("Rules of retention"), count, good=all(holding.retain for holding in holdings))
    used = Counter(purpose for holding in holdings for purpose in holding.purposes)
    for promise, purposes in PURPOSES.items():
        found = sum(used[purpose] for purpose in purposes)
        said = ngettext("%(count)d holding names it", "%(count)d holdings name it", found) % {"count": found}
        yield Evidence((promise,), _("Purpose in the data map"), said, good=found > 0)


def _parts() -> Iterator[Evidence]:
    titles = {heartbeats.SCHEDULER: _("Scheduler seen"), heartbeats.WORKER: _("Worker seen")}
    for part, seen in heartbeats.last_seen().items():
        most = timedelta(seconds=heartbeats.MOST_SECONDS[part])
        yield Evidence(RIGHTS, titles[part], at=seen, max_age=most)


def _sealed() -> Evidence:
    last = AuditSeal.objects.order_by("-day").first()
    said = _("up to entry %(number)d") % {"number": last.last_seq} if last else _("nothing is sealed yet")
    at = last.sealed_at if last else None
    return Evidence(("P4.1", "P6.1", "P2.7"), _("Audit sealed"), said, at=at, max_age=MOST_SEAL_AGE)


def _swept() -> Evidence:
    last = last_sweep()
    if last is None:
        said, at, left = _("nothing was swept yet"), None, 0
    else:
        left, at = last.left, last.finished_at
        went = ngettext("%(count)d row deleted", "%(count)d rows deleted", last.deleted) % {"count": last.deleted}
        said = _("%(went)s, %(left)d left") % {"went": went, "left": left}
    promises = ("P1.3", "P1.4", "P3.1", "P8.1", "P11.1")
    return Evidence(promises, _("Last sweep of what is over"), said, at=at, max_age=MOST_SWEEP_AGE, good=not left)


def _ledger() -> Evidence:
    standing = gate.standing()
    agreed = standing == gate.Standing.AGREED
    said = _("database and ledger agree") if agreed else standing.value
    return Evidence(("P5.3", "P5.4"), _("Ledger outside the database"), said, good=agreed)


def _mail(now: datetime) -> Evidence:
    unsent = work_health.unsent_mail()
    said = ngettext("%(count)d message waits", "%(count)d messages wait", unsent.count) % {"count": unsent.count}
    good = not unsent.is_stuck(now, MOST_MAIL_SECONDS)
    return Evidence(("P2.4", "P7.3", "P10.1"), _("Messages leave"), said, good=good)


def _policy() -> Evidence:
    last = PolicyVersion.objects.order_by("-number").first()
    if last is None:
        return Evidence(("P10.1",), _("Policy published"), _("nothing is published yet"), good=False)
    day = date_format(localtime(last.published_at), "SHORT_DATE_FORMAT")
    said = _("version %(number)d, published on %(day)s") % {"number": last.number, "day": day}
    return Evidence(("P10.1",), _("Policy published"), said)


def _told() -> Iterator[Evidence]:
    cookies = len(register.trackers)
    said = ngettext("%(count)d cookie is declared", "%(count)d cookies are declared", cookies) % {"count": cookies}
    yield Evidence(("P1.1", "P11.1"), _("List of cookies"), said, good=cookies > 0)
    processors = [found for find in register.processors for found in find()]
    unnamed = sum(not processor.country for processor in processors)
    said = ngettext("%(count)d without a country", "%(count)d without a country", unnamed) % {"count": unnamed}
    yield Evidence(("P3.2", "P7.4"), _("Processors and their countries"), said, good=not unnamed)
    first = str(settings.PASSWORD_HASHERS[0]).rpartition(".")[2]
    yield Evidence(("P1.2", "P4.1"), _("How passwords are hashed"), first, good="Argon2" in first)


def _disclosed() -> Evidence:
    confirmed = Disclosure.objects.filter(confirmed_at__isnull=False).count()
    said = ngettext("%(count)d disclosure on record", "%(count)d disclosures on record", confirmed) % {
        "count": confirmed
    }
    return Evidence(("P0.3", "P8.2"), _("Register of disclosures"), said)
