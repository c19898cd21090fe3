"""What is looked at to see that choices about cookies are proven: the seal of each day that is over."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consent import figures
from privacy.promises.evidence import Evidence, evidence_source

# A day is sealed in the hour after its end; days without a choice are sealed too once there was a first one.
MOST_SEAL_AGE = timedelta(hours=26)


@evidence_source
def choices(now: datetime) -> Iterator[Evidence]:
    """At most two questions to the database."""
    last = figures.last_seal()
    if last is None and not figures.is_due(now):
        yield Evidence(("P11.1", "P11.3", "P11.2"), _("Choices sealed"), _("no choice has to be sealed yet"))
        return
    said = ngettext("%(count)d choice on its day", "%(count)d choices on its day", last.events if last else 0)
    yield Evidence(
        ("P11.1", "P11.3", "P11.2"),
        _("Choices sealed"),
        said % {"count": last.events if last else 0},
        at=last.sealed_at if last else None,
        max_age=MOST_SEAL_AGE,
    )
