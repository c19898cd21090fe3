"""What is looked at to see that staff show a second step, that Customers' people are told, and that cards end."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import standing_now
from privacy.promises.evidence import Evidence, evidence_source


@evidence_source
def accounts(now: datetime) -> Iterator[Evidence]:
    """Four questions to the database."""
    without = standing_now.staff_without_second_step()
    said = ngettext(
        "%(count)d of the staff has none, and cannot open the desk",
        "%(count)d of the staff have none, and cannot open the desk",
        without,
    )
    yield Evidence(("P4.1", "P6.1", "P2.2"), _("Second steps of staff"), said % {"count": without})
    cards = standing_now.live_cards(now)
    said = ngettext("%(count)d card is shared now", "%(count)d cards are shared now", cards)
    yield Evidence(("P8.1",), _("Shared cards"), said % {"count": cards})
    last = standing_now.last_sign_in()
    said = _("without an address, with a country at most")
    yield Evidence(("P1.4", "P2.6"), _("Sign-ins on record"), said, at=last)
    customers = standing_now.customers()
    said = ngettext("%(count)d Customer", "%(count)d Customers", customers) % {"count": customers}
    yield Evidence(("P0.1", "P1.3"), _("Customers"), said)
