"""Carrying out an erasure: check the plan again, end sessions, erase, search for what is left, prove it (Art. 17)."""

from collections.abc import Iterator
from functools import partial

from django.contrib.auth import get_user_model
from django.db.models import Q

from privacy import ledger
from privacy.actors import SYSTEM
from privacy.data_map.declarations import Erase, Holding
from privacy.data_map.erase import BATCH, erase_batch, erase_order
from privacy.data_map.held import wait_for_others
from privacy.data_map.plan import counts_of
from privacy.data_map.registry import registry
from privacy.data_map.subject import Subject, without_reused
from privacy.jobs.context import JobContext
from privacy.jobs.registry import Step
from rights_requests import states
from rights_requests.contact import open_subject, seal_subject
from rights_requests.fulfilment.ending import forget_appeals, stop_jobs
from rights_requests.fulfilment.frame import written_down
from rights_requests.fulfilment.kept_parts import part_steps
from rights_requests.fulfilment.proof import give_receipt, search_for_residue, tell
from rights_requests.fulfilment.recipients import note_recipients, wait_for_recipients
from rights_requests.models import CLOSED_STATES, Package, RightsRequest, State
from rights_requests.services import expiring, lapsing, planning, telling
from rights_requests.services.signing_out import sign_out
from rights_requests.states import Event
from rights_requests.subjects import subject_of as whose_data

# How often the holdings are gone through again while someone still writes rows of the person.
CONFIRM_ROUNDS = 20


class RowsKeepComing(Exception):
    """New rows of the person appear as fast as they are erased."""


def erasure_steps(context: JobContext) -> Iterator[Step]:
    """The steps in order; each is done at most once whatever dies in between.

    Once all is done the job goes on only for what was kept and must go after all.
    """
    if context.is_done("tell"):
        yield from part_steps(context)
        return
    yield Step("check_plan", check_plan)
    yield Step("ledger", enter_into_ledger)
    yield Step("revoke_sessions", revoke_sessions)
    yield Step("other_requests", end_other_requests)
    yield Step("packages", destroy_packages)
    for name in registry.stores:
        yield Step(f"store:{name}", partial(erase_store, name=name))
    yield Step(telling.STEP, note_recipients)
    yield Step("holdings", erase_holdings)
    yield Step("recipients_answered", wait_for_recipients)
    yield Step("confirm", confirm)
    yield Step("residue", search)
    yield Step("receipt", give_receipt)
    yield Step("tell", tell)


def subject_of(context: JobContext) -> Subject:
    """The person as identified before anything was erased; sealed in the first step's marker until the receipt."""
    return open_subject(str(context.detail_of("check_plan")["subject"]), context.about)


def check_plan(context: JobContext) -> None:
    """Compare what would happen now with what was approved; if it differs, the request goes back to be checked.

    The last gate before data dies: for a request that is not approved, whatever rang for its job, the job ends here.
    """
    with context.effect("check_plan") as marker:
        request = states.locked(context.about)
        if request.state not in {State.APPROVED, State.RUNNING}:
            context.cancel()
            return
        # Held until the account is closed below: no change of address can fall between the two.
        accounts = get_user_model().objects.select_for_update()
        account = accounts.filter(pk=request.subject_user_id)  # type: ignore[misc] # None finds nobody
        list(account.values_list("pk"))
        # A legal hold that is opened at this moment counts, and one that is opened later finds the work begun.
        wait_for_others(opening=False)
        subject = whose_data(request)
        now = planning.erasure_plan(request, subject)
        if now.hash == request.plan_hash:
            planning.keep_what_is_held(request, subject, now)
            account.update(is_active=False)
            marker.detail = {"subject": seal_subject(subject, request.pk)}
            RightsRequest.objects.filter(pk=request.pk).update(plan=now.as_json())
            if request.state == State.APPROVED:
                states.advance(request_id=request.pk, event=Event.START, actor=SYSTEM)
            return
        context.cancel()
        fresh = {"plan": now.as_json(), "plan_hash": now.hash}
        undone = {"prepared_by_id": None, "approved_by_id": None, "contact_sealed": None}
        changes = {**fresh, **undone}
        states.advance(request_id=request.pk, event=Event.PLAN_CHANGED, actor=SYSTEM, changes=changes)


def enter_into_ledger(context: JobContext) -> None:
    """Have the erasure on disk, outside the database, before anything is destroyed: from here on it stays done."""
    digests, scope = subject_of(context).digests(), " ".join(sorted(spared_by(context)))
    written_down(context, step="ledger", kind=ledger.LedgerKind.ERASURE, digests=digests, scope=scope)


def revoke_sessions(context: JobContext) -> None:
    """End the sessions of the account, closed by now, before anything else, so that nobody can use it meanwhile."""
    subject = subject_of(context)
    with context.effect("revoke_sessions") as marker:
        marker.count = sign_out(subject)


def end_other_requests(context: JobContext) -> None:
    """End the person's other open requests: with the data gone there is nothing left to answer them with."""
    subject = subject_of(context)
    with context.effect("other_requests") as marker:
        marker.count = _lapse_others(context, subject)
        forget_appeals(subject.digests(), but=context.about)


def _lapse_others(context: JobContext, subject: Subject) -> int:
    digests = subject.digests()
    # What they asked for someone else ends too: nobody would be left to answer.
    theirs = Q(subject_digest__in=digests) | Q(requester_digest__in=digests)
    if subject.user_id is not None:
        theirs |= Q(requester=subject.user_id)
    open_ones = RightsRequest.objects.filter(theirs).exclude(state__in=CLOSED_STATES)
    others = list(open_ones.exclude(pk=context.about).order_by("pk").values_list("pk", "right"))
    stop_jobs(others)
    for request in [states.locked(request_id) for request_id, _right in others]:
        lapsing.lapse(request, erased=subject)
    return len(others)


def destroy_packages(context: JobContext) -> None:
    """Destroy every package of the person: the key first, so that a copy of the file is of no use either.

    Those they asked for as somebody's agent too: whoever has their mailbox next would find them there.
    """
    digests = subject_of(context).digests()
    theirs = Q(request__subject_digest__in=digests) | Q(request__requester_digest__in=digests)
    mine = Package.objects.filter(theirs, destroyed_at__isnull=True)
    for package_id in list(mine.values_list("pk", flat=True)):
        context.check()
        expiring.destroy(package_id=package_id, actor=SYSTEM, reason="erasure")
    with context.effect("packages"):
        pass


def erase_store(context: JobContext, *, name: str) -> None:
    """Erase what one store holds; a store's `erase` is safe to repeat, so the marker may come after it."""
    context.step = f"store:{name}"
    erased = registry.stores[name].erase(subject_of(context))
    with context.effect(f"store:{name}") as marker:
        marker.count = erased


def erase_holdings(context: JobContext) -> None:
    """Erase holding after holding, children before identity, each batch with its marker in one transaction."""
    subject, spared = subject_of(context), spared_by(context)
    order = erase_order()
    counts = counts_of(subject, order)
    # What stays has a marker like the others, of no rows.
    work = [
        (
            marker_of(holding),
            partial(erase_batch, holding, subject, BATCH, expected=counts[holding.slug()])
            if holding.slug() not in spared
            else int,
        )
        for holding in order
    ]
    context.batches(work, limit=BATCH)
    with context.effect("holdings"):
        pass


def confirm(context: JobContext) -> None:
    """Go through all holdings until a whole round finds nothing: rows may have come while the first round ran."""
    subject = without_reused(subject_of(context))
    for _round in range(CONFIRM_ROUNDS):
        if not _erase_again(context, subject):
            break
    else:
        raise RowsKeepComing
    with context.effect("confirm"):
        # A request that was on its way in while the others were ended: open, it could be answered by nobody any more.
        if subject is not None:
            _lapse_others(context, subject)


def _erase_again(context: JobContext, subject: Subject | None) -> int:
    """One more round in one transaction; only holdings that still have rows are touched.

    Without an identifier that still is the person's there is nothing to look for.
    """
    if subject is None:
        return 0
    order = order_of(context)
    deleted = [holding for holding in order if holding.erase is Erase.DELETE_ROW]
    found = counts_of(subject, deleted)
    total = 0
    with context.transaction():
        for holding in order:
            if holding.erase is Erase.MASK_FIELDS or found.get(holding.slug()):
                context.step = marker_of(holding)
                touched = erase_batch(holding, subject, BATCH)
                total += touched
                if touched:
                    context.add(context.step, touched)
    return total


def search(context: JobContext) -> None:
    """Search for what is left; a search that follows one with a find erases what came since the last round first.

    A message that was queued just after that round would otherwise be found again and again, resumed or not.
    """
    if context.attempts > 1:
        _erase_again(context, without_reused(subject_of(context)))
        context.step = "residue"
    search_for_residue(context)


def order_of(context: JobContext) -> list[type[Holding]]:
    """The holdings that this erasure erases, in the order of the data map."""
    spared = spared_by(context)
    return [holding for holding in erase_order() if holding.slug() not in spared]


def spared_by(context: JobContext) -> frozenset[str]:
    """The holdings that stay as they are, by slug: staff decided so, with an exception of the law."""
    return frozenset(planning.spared(context.about))


def marker_of(holding: type[Holding]) -> str:
    """The name of the step that erases a holding."""
    return f"holding:{holding.slug()}"
