"""Destroying packages: the key goes first, which is the destruction, then the file."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from privacy import audit
from privacy.actors import SYSTEM, Actor
from rights_requests.fulfilment import package_files
from rights_requests.models import Package, PackageKey


def expire_due() -> int:
    """Destroy every package whose time is over; returns how many. Safe to run at any time and twice at once."""
    due = Package.objects.filter(destroyed_at__isnull=True, expires_at__lte=Now()).values_list("pk", flat=True)
    return sum(destroy(package_id=package_id, actor=SYSTEM, reason="expired") for package_id in list(due))


def destroy(*, package_id: UUID, actor: Actor, reason: str) -> bool:
    """Destroy one package; False when it was destroyed before.

    Key row, mark and audit entry go in one transaction. The file is removed after it commits; should that fail or the
    process die, the file cannot be read any more and the sweep of leftovers removes it.
    """
    with transaction.atomic():
        package = Package.objects.select_for_update().filter(pk=package_id, destroyed_at__isnull=True).first()
        if package is None:
            return False
        PackageKey.objects.filter(package=package).delete()
        Package.objects.filter(pk=package.pk).update(destroyed_at=Now())
        file = package_files.path_of(package)
        transaction.on_commit(lambda: file.unlink(missing_ok=True), robust=True)
        audit.record(
            event="package.destroyed",
            actor=actor,
            subject_digest=package.request.subject_digest,
            about=package,
            data={"reason": reason},
        )
    return True
