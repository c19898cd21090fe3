"""The staff's page of the promises: what keeps each, the evidence of today, and the tests that prove it."""

from collections import Counter

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from privacy import clock
from privacy.admin.dashboard import WATCH
from privacy.desk_pages import Group, desk_page, page_answer
from privacy.promises.evidence import Kept, promises_now


@desk_page(
    "promises/",
    name="privacy_promises",
    permission=WATCH,
    group=Group.WATCH,
    title=_("Promises"),
    says=_("what the policy promises, and what shows today that it is kept"),
)
@require_safe
def promises_page(request: HttpRequest) -> HttpResponseBase:
    """Every promise of the policy as it stands at this moment."""
    now = clock.now()
    found = promises_now(now)
    counts = Counter(one.stands for one in found)
    context = {
        "found": found,
        "now": now,
        "counts": [(state, counts[state]) for state in Kept],
        "wrong": [one for one in found if one.stands in {Kept.BROKEN, Kept.STALE}],
    }
    return page_answer(request, "admin/desk/promises.html", context, title=_("Promises"))
