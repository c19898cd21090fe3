"""`manage.py rotate_package_key`: wraps by a new PACKAGE_KEK what was wrapped by the one before."""

from collections.abc import Iterable

from django.conf import settings
from django.core.management.base import CommandError

from privacy.keys import package_rotation
from privacy.keys.making import Which
from privacy.keys.package_rotation import Looked
from privacy.management.rotation import RotationCommand


class Command(RotationCommand):
    """Safe to run at any time and again after it was killed, while the site runs (ADR 0062)."""

    help = "Says what is wrapped by which PACKAGE_KEK; --now wraps anew what is wrapped by one before that of today."
    which = Which.PACKAGE

    def say(self) -> None:
        """Count by table, and what to do next."""
        found = package_rotation.standing()
        for one in found:
            self.stdout.write(f"{one.label}: {one.current} under the new key, {one.former} under one before it")
        self._refuse_broken(found)
        former = sum(one.former for one in found)
        if former:
            self.stdout.write(f"{former} rows wait: run rotate_package_key --now")
        elif settings.OLD_PACKAGE_KEKS:
            self.stdout.write(
                "Nothing is wrapped by a key before that of today: take OLD_PACKAGE_KEKS away once no backup that you"
                " may have to put back is older than this."
            )
        else:
            self.stdout.write("Everything is wrapped by PACKAGE_KEK. To exchange it: rotate_package_key --make FOLDER")

    def do(self) -> None:
        """Table by table."""
        found: list[Looked] = []
        package_rotation.rewrap(found.append)
        for one in found:
            self.stdout.write(f"{one.label}: {one.former} rows wrapped anew")
        self.say()

    def _refuse_broken(self, found: Iterable[Looked]) -> None:
        broken = [f"{one.label} {key}" for one in found for key in one.broken]
        if broken:
            raise CommandError(
                f"{len(broken)} rows can be opened by no key that we have, the first: {', '.join(broken[:5])}. Put the"
                " key with which they were wrapped into OLD_PACKAGE_KEKS, or accept that what they held is lost."
            )
