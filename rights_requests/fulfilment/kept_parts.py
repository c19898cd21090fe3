"""Erasing after all what an erasure had left: its job goes on for each part that a second person said must go too."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from privacy import audit, clock, ledger
from privacy.actors import SYSTEM
from privacy.data_map.erase import BATCH, erase_batch, erase_order
from privacy.data_map.held import held_parts, wait_for_others
from privacy.data_map.registry import registry
from privacy.data_map.subject import Subject, without_reused
from privacy.jobs.context import JobContext, Later
from privacy.jobs.registry import Step
from privacy.vocabulary import Action
from rights_requests import notifications, states
from rights_requests.contact import open_person
from rights_requests.fulfilment import proof
from rights_requests.fulfilment.frame import written_down
from rights_requests.fulfilment.receipt import renew
from rights_requests.fulfilment.recipients import LOOK_AGAIN_SECONDS
from rights_requests.models import Decision, RightsRequest
from rights_requests.selectors import open_notices
from rights_requests.services import after_holds, part_appeals, planning, telling
from rights_requests.states import Event
from rights_requests.vocabulary import Answer, NoticeKind

# How often a part that was granted looks whether the hold that came over it has ended.
HELD_AGAIN_SECONDS = 300.0


def part_steps(context: JobContext) -> Iterator[Step]:
    """The steps of each part, in the order in which they were granted: as those of the whole, for one holding.

    Nothing else of the person is touched: what came since is not what was asked about.
    """
    for part in _granted(context):
        if part.lifted_at is None or context.is_done(_step(part, "ledger")):
            yield Step(_step(part, "ledger"), partial(enter_into_ledger, part=part))
            yield Step(_step(part, "recipients"), partial(note_recipients, part=part))
            yield Step(_step(part, "rows"), partial(erase_rows, part=part))
            yield Step(_step(part, "answered"), partial(wait_for_recipients, part=part))
            yield Step(_step(part, "residue"), partial(search, part=part))
            yield Step(_step(part, "receipt"), partial(renew_receipt, part=part))
            yield Step(_step(part, "tell"), partial(tell, part=part))


def _granted(context: JobContext) -> list[Decision]:
    """The parts that go after all, by when that was said; those of one moment in the order of erasure."""
    places = {holding.slug(): place for place, holding in enumerate(erase_order())}
    parts = planning.left_out(context.about).filter(answer=Answer.ACCEPTED)
    return sorted(parts, key=lambda part: (part.answered_at, places.get(part.holding, 0)))


def enter_into_ledger(context: JobContext, *, part: Decision) -> None:
    """Have it on disk before the first row goes: from here on it stays done, and the first entry spares it in vain.

    A legal hold that was opened since it was granted is waited for; one that is opened later finds the work begun.
    """
    kind, digests = ledger.LedgerKind.ERASURE_OF_PART, _erased_person(context).digests()

    def look_for_holds() -> None:
        wait_for_others(opening=False)
        if part.holding in held_parts(digests):
            raise Later(HELD_AGAIN_SECONDS)

    step = _step(part, "ledger")
    written_down(context, step=step, kind=kind, digests=digests, scope=part.holding, first=look_for_holds)


def note_recipients(context: JobContext, *, part: Decision) -> None:
    """Note whom to tell who has data of this part and was not told to erase before (Art. 19)."""
    subject = _erased_person(context)
    with context.effect(_step(part, "recipients")) as marker:
        request = states.locked(context.about)
        slugs, kind = [part.holding], NoticeKind.ERASURE
        marker.count = telling.notify(request=request, kind=kind, subject=subject, slugs=slugs, actor=SYSTEM)


def erase_rows(context: JobContext, *, part: Decision) -> None:
    """Erase the holding in batches; an address that another account has by now reaches nothing."""
    subject, holding = without_reused(_erased_person(context)), registry.holding_named(part.holding)
    work = partial(erase_batch, holding, subject, BATCH) if subject is not None and holding is not None else int
    context.batches([(_step(part, "rows"), work)], limit=BATCH)


def wait_for_recipients(context: JobContext, *, part: Decision) -> None:
    """Go on when every recipient has done it or has shown that it cannot."""
    if open_notices(context.about).exists():
        raise Later(LOOK_AGAIN_SECONDS)
    with context.effect(_step(part, "answered")):
        pass


def search(context: JobContext, *, part: Decision) -> None:
    """Search where the part was for what is left of the person; a find stops the job as it does in the whole."""
    holding = registry.holding_named(part.holding)
    tables = {registry.table_of(holding)} if holding is not None else set()
    spared = set(planning.spared(context.about)) - {part.holding}
    step = _step(part, "residue")
    proof.look(context, without_reused(_erased_person(context)), step=step, spared=spared, tables=tables)


def renew_receipt(context: JobContext, *, part: Decision) -> None:
    """Sign the receipt anew, complete the request, and forget the person where nothing can be appealed any more."""
    with context.effect(_step(part, "receipt")):
        request, now = states.locked(context.about), clock.now()
        proofs = {name: context.detail_of(_step(part, name)) for name in ("residue", "ledger")}
        renew(request.receipt, {part.holding: context.counts().get(_step(part, "rows"), 0)}, proofs, now.isoformat())
        Decision.objects.filter(pk=part.pk).update(lifted_at=now, appeal_text="")
        plan = _gone_from(request.plan, part)
        if after_holds.more_to_go(part):
            RightsRequest.objects.filter(pk=request.pk).update(plan=plan)
            return
        changes = {"plan": plan, **part_appeals.forgotten(request, at_once=False)}
        request = states.advance(request_id=request.pk, event=Event.FULFIL, actor=SYSTEM, changes=changes)
        part_appeals.reopen(request)


def tell(context: JobContext, *, part: Decision) -> None:
    """Send the message that the part is gone too, past the queue, and forget the address where it was the last."""
    request = RightsRequest.objects.get(pk=context.about)
    if after_holds.more_to_go(part):
        _pass_on(context, part)
        return
    letter = notifications.part_erased(request, part)
    told = proof.told(request, letter, about=part.pk, template="part_erased") if request.contact_sealed else False
    with context.effect(_step(part, "tell")) as marker:
        marker.count = int(told)
        if request.subject_sealed is None:
            RightsRequest.objects.filter(pk=context.about).update(contact_sealed=None)
        event = "request.answered" if told else "request.unanswered"
        audit.record(event=event, actor=SYSTEM, subject_digest=request.subject_digest, about=request)


def _pass_on(context: JobContext, part: Decision) -> None:
    """Leave it to the last part to say that all is done: one message, however much a legal hold had kept."""
    with context.effect(_step(part, "tell")):
        pass


def _erased_person(context: JobContext) -> Subject:
    """Whom the erasure was about, as sealed when it was done; known until the last part is settled."""
    request = RightsRequest.objects.only("subject_sealed").get(pk=context.about)
    return open_person(request.subject_sealed or b"", request.pk)


def _gone_from(plan: dict[str, Any], part: Decision) -> dict[str, Any]:
    """The plan as it turned out in the end."""
    gone = {"action": Action.ERASE.value, "reason": ""}
    return {**plan, "items": [item | gone if item["slug"] == part.holding else item for item in plan["items"]]}


def _step(part: Decision, name: str) -> str:
    return f"part:{part.holding}:{name}"
