"""What pages say about what was refused of a request: whole parts with their appeals, and values of a copy."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from privacy.data_map.plan import planned_title
from privacy.package.manifest import values_by_reason
from rights_requests import words
from rights_requests.models import CLOSED_STATES, Decision, Package, RightsRequest
from rights_requests.services import part_appeals, planning
from rights_requests.vocabulary import Answer, RedactionReason


@dataclass(frozen=True)
class PartLine:
    """One part: what it is, the reason of the law, our words about it, what became of an appeal in a sentence.

    `stays` is False where a second person said that it goes after all, and it has gone.
    """

    holding: str
    title: str
    reason: Any
    text: str
    can_appeal: bool
    appeal: str
    stays: bool


def lines(request: RightsRequest) -> list[PartLine]:
    """Every part of the request that was refused, in the order in which that was decided."""
    return [
        PartLine(
            part.holding,
            planned_title(request.plan, part.holding),
            part.get_reason_display(),
            part.text,
            part_appeals.can_appeal(request, part),
            _appeal(request, part),
            part.lifted_at is None,
        )
        for part in planning.left_out(request.pk)
    ]


def line(request: RightsRequest, holding: str) -> PartLine | None:
    """The part of this slug; None where it was not refused."""
    return next((found for found in lines(request) if found.holding == holding), None)


@dataclass(frozen=True)
class ValueLine:
    """What was left out of the copy for one reason: of how many values, and what staff wrote about it."""

    reason: Any
    texts: tuple[str, ...]
    count: int


def values_left_out(request: RightsRequest) -> list[ValueLine]:
    """What was left out of the copy value by value, by reason, as the copy itself counts it; nothing before it is made.

    A redaction whose value had gone by then left nothing out, and is not told.
    """
    package: Package | None = getattr(request, "package", None)
    counts = values_by_reason(package.manifest) if package is not None else {}
    texts: dict[str, list[str]] = {}
    for reason, text in request.redactions.values_list("reason", "text") if counts else ():
        texts.setdefault(reason, []).append(text)
    return [
        ValueLine(RedactionReason(reason).label, tuple(dict.fromkeys(texts.get(reason, ()))), count)
        for reason, count in counts.items()
    ]


def _appeal(request: RightsRequest, part: Decision) -> str:
    """How far the appeal is; empty where nobody appealed."""
    if part.hold_id is not None and part.answer == Answer.ACCEPTED:
        return _after_its_hold(part)
    return _looked_at_again(request, part)


def _looked_at_again(request: RightsRequest, part: Decision) -> str:
    if part.lifted_at is not None:
        return _("Since %(when)s we keep this no more: a second person looked at it again.") % {
            "when": words.day(part.lifted_at)
        }
    if part.answer == Answer.DECLINED and part.answered_at is not None:
        return _("A second person looked at it again on %(when)s: it stays. We wrote to you why.") % {
            "when": words.day(part.answered_at)
        }
    if part.appealed_at is not None and request.state in CLOSED_STATES:
        return _("You appealed on %(when)s. Your request ended before we were done with it.") % {
            "when": words.day(part.appealed_at)
        }
    if part.answer == Answer.ACCEPTED:
        return _("A second person decided that this goes too. We delete it and write to you when it is done.")
    if part.appealed_at is not None:
        return _("You appealed on %(when)s. Somebody who took no part in keeping it looks at it.") % {
            "when": words.day(part.appealed_at)
        }
    return ""


def _after_its_hold(part: Decision) -> str:
    """What becomes of a part that a legal hold had kept, once the hold has ended."""
    if part.lifted_at is None:
        return _("The law asks for it no longer. We delete it and write to you when it is done.")
    when = words.day(part.lifted_at)
    return _("Since %(when)s we keep this no more: the law asks for it no longer.") % {"when": when}
