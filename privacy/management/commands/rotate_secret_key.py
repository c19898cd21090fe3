"""`manage.py rotate_secret_key`: exchanges SECRET_KEY, which signs sessions, cookies and links."""

from django.conf import settings

from privacy.keys.making import Which
from privacy.management.rotation import RotationCommand


class Command(RotationCommand):
    """Nothing is stored under it: what is signed counts as long as the old key is among OLD_SECRET_KEYS (ADR 0062)."""

    help = "Says whether an old SECRET_KEY still counts; --make writes a new one."
    which = Which.SECRET
    does = False

    def say(self) -> None:
        """How many old keys count, and until when each is needed."""
        count = len(settings.SECRET_KEY_FALLBACKS)
        if not count:
            self.stdout.write("One SECRET_KEY counts. To exchange it: rotate_secret_key --make FOLDER")
            return
        self.stdout.write(f"{count} old keys still count for sessions, cookies and links that they signed.")
        self.stdout.write(
            "Links in our letters and choices about cookies live the longest: keep an old key for"
            f" {settings.CONSENT_DAYS} days. If somebody else knows it, take it away at once: everybody signs in anew,"
            " is asked about cookies again, and links in letters that were sent lead nowhere."
        )
