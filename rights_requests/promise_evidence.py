"""What is looked at to see that the rights are answered in time, refusals looked at again, and recipients told."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from privacy.promises.evidence import Evidence, evidence_source
from privacy.vocabulary import Right
from rights_requests import answer_counts, standing_now
from rights_requests.standing_now import Late, first_month

PROMISES = {
    Right.ACCESS: "P5.1",
    Right.RECTIFICATION: "P5.2",
    Right.ERASURE: "P5.3",
    Right.RESTRICTION: "P5.4",
    Right.PORTABILITY: "P5.6",
}


@evidence_source
def requests(now: datetime) -> Iterator[Evidence]:
    """Three questions to the database: what is late, what was answered, who is overdue to be told."""
    late = standing_now.late_by_right(now)
    took = answer_counts.answered(first_month(now))[1]
    for right, promise in PROMISES.items():
        whole = answer_counts.together(times for (of, _regime), times in took.items() if of == right)
        said = _("%(answered)d answered in twelve months, %(late)d of them late; %(open)d open and late")
        words = {"answered": whole.answered, "late": whole.late, "open": late.get(right, Late()).count}
        yield Evidence((promise,), _("Answered in time"), said % words, good=not words["open"])
    minors, appeals = sum(of.minors for of in late.values()), sum(of.appeals for of in late.values())
    yield Evidence(("P5.5", "P9.1"), _("Requests about children"), _late(minors), good=not minors)
    yield Evidence(("P7.3",), _("Refusals looked at again"), _late(appeals), good=not appeals)
    overdue = standing_now.recipients_overdue(now)
    said = ngettext("%(count)d is overdue to be told or asked", "%(count)d are overdue to be told or asked", overdue)
    yield Evidence(("P7.4",), _("Recipients followed"), said % {"count": overdue}, good=not overdue)


def _late(count: int) -> str:
    return ngettext("%(count)d open and late", "%(count)d open and late", count) % {"count": count}
