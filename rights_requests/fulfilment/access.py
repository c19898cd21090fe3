"""Carrying out an access request: build the package, publish it, tell the person (Art. 15)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from django.conf import settings

from privacy import audit, clock
from privacy.actors import SYSTEM
from privacy.disclosed import disclosed_to
from privacy.jobs.context import JobContext
from privacy.jobs.registry import Step
from privacy.mail.language import in_their_language, spoken
from privacy.package.build import BuiltPackage, PackageInfo, build_package
from privacy.package.manifest import LeftOut, NamedRecipient
from privacy.package.redactions import hidden_in
from privacy.package.seal import wrap_key
from privacy.policy.transfers import safeguard
from privacy.vocabulary import Right
from rights_requests import notifications, states
from rights_requests.authority import in_a_package
from rights_requests.fulfilment import package_files
from rights_requests.fulfilment.frame import start
from rights_requests.models import Package, PackageKey, RightsRequest
from rights_requests.selectors import receiving_now
from rights_requests.services import planning, redacting
from rights_requests.states import Event
from rights_requests.subjects import address_of, subject_of


def access_steps(context: JobContext) -> Iterator[Step]:
    """The steps in order; each is done at most once whatever dies in between."""
    yield Step("start", start)
    yield Step("package", make_package)
    yield Step("ready", tell_ready)


def make_package(context: JobContext) -> None:
    """Build the sealed file outside any transaction, then publish file, row and key together.

    The file is written under a name with this run's fence and renamed inside the transaction that checks the fence: a
    run that lost its lease can neither replace a newer file nor leave a row behind. Where packages are kept elsewhere
    it is sent there before: a slow server holds up neither the snapshot that was copied nor a lock.
    """
    request = RightsRequest.objects.get(pk=context.about)
    package_files.sweep_leftovers()
    part = package_files.part_path(context.job_id, context.fence)
    try:
        built = build_package(
            subject=subject_of(request),
            path_part=part,
            about=_info(request),
            now=clock.now(),
            heartbeat=context.check,
        )
        package_files.send(part, context.check)
        with context.effect("package") as marker:
            marker.count = built.size
            package = _record(context, built)
            package_files.publish(part)
            audit.record(
                event="package.created",
                actor=SYSTEM,
                subject_digest=request.subject_digest,
                about=package,
                data={"size": built.size},
            )
    except BaseException as error:
        part.unlink(missing_ok=True)
        notes: list[str] = getattr(error, "__notes__", [])
        context.step = next((note for note in notes if note.startswith("holding:")), context.step)
        raise


def tell_ready(context: JobContext) -> None:
    """Complete the request and queue the message that says so, in one transaction."""
    with context.effect("ready"):
        request = states.locked(context.about)
        notifications.package_ready(request, request.package, to=address_of(request))
        states.advance(request_id=request.pk, event=Event.FULFIL, actor=SYSTEM)


@in_their_language
def _info(request: RightsRequest) -> PackageInfo:
    """What the package says of the request, to whom we pass such data now, and who was shown it."""
    companies = (
        NamedRecipient(one.name, one.what_for, one.country, frozenset(one.slugs), safeguard(one.country, one.safeguard))
        for one in receiving_now()
    )
    left_out = redacting.in_force(request.pk)
    # What staff leave out everywhere does not come back by the names of those to whom something was shown.
    shown_to = (replace(one, name=hidden_in(one.name, left_out)) for one in disclosed_to(subject_of(request)))
    refused = {
        part.holding: LeftOut(str(part.get_reason_display()), hidden_in(part.text, left_out))
        for part in planning.left_out(request.pk)
    }
    return PackageInfo(
        request.reference,
        Right(request.right),
        request.received_at,
        spoken(request.language),
        (*companies, *shown_to),
        refused,
        in_a_package(request.country),
        tuple(one.told_without(left_out) for one in left_out),
    )


def _record(context: JobContext, built: BuiltPackage) -> Package:
    package = Package.objects.create(
        pk=context.job_id,
        request_id=context.about,
        file_name=package_files.part_path(context.job_id, context.fence).with_suffix(".sealed").name,
        size=built.size,
        sealed_size=built.sealed_size,
        sha256=built.sha256,
        manifest=built.manifest,
        expires_at=clock.now() + timedelta(days=settings.PACKAGE_LIFETIME_DAYS),
    )
    PackageKey.objects.create(package=package, wrapped=wrap_key(built.key))
    return package
