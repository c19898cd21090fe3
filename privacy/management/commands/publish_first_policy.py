"""`manage.py publish_first_policy`: version 1 of the policy where nothing is published yet; part of a trial's start."""

from typing import Any

from django.core.management.base import BaseCommand

from privacy.actors import SYSTEM
from privacy.policy.publishing import publish_first


class Command(BaseCommand):
    """Safe to repeat: once anything is published it does nothing."""

    help = "Publishes the first version of the privacy policy, unless one is published."

    def handle(self, *args: Any, **options: Any) -> None:
        """Publish and say so, or say that there was nothing to do."""
        version = publish_first(actor=SYSTEM)
        if options["verbosity"]:
            self.stdout.write("Version 1 is published." if version else "A version is published already.")
