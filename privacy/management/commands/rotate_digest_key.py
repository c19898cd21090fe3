"""`manage.py rotate_digest_key`: puts the codes that stand for people under a new DIGEST_KEY."""

from privacy.digests import key_names
from privacy.keys import digest_rotation
from privacy.keys.making import Which
from privacy.management.rotation import RotationCommand


class Command(RotationCommand):
    """Safe to run at any time and again after it was killed, while the site runs (ADR 0062)."""

    help = "Says which digests are under which DIGEST_KEY; --now puts those under the new one that can be."
    which = Which.DIGEST

    def say(self) -> None:
        """Count by table, and what to do next."""
        if len(key_names()) == 1:
            self.stdout.write("There was never another DIGEST_KEY. To begin: rotate_digest_key --make FOLDER")
            return
        found = digest_rotation.standing()
        for one in found:
            stays = f" ({one.stays})" if one.former and one.stays else ""
            self.stdout.write(f"{one.label}: {one.current} under the new key, {one.former} under one before it{stays}")
        self._next(sum(one.former for one in found if not one.stays), sum(one.former for one in found if one.stays))

    def do(self) -> None:
        """Table by table."""
        digest_rotation.renew(lambda label, count: self.stdout.write(f"{label}: {count} rows put under the new key"))
        self.say()

    def _next(self, waiting: int, staying: int) -> None:
        if waiting:
            self.stdout.write(f"{waiting} rows wait: run rotate_digest_key --now")
            return
        self.stdout.write("Everything that can be under the new key is.")
        self.stdout.write(
            f"{staying} rows stay under a key before it until their time is over, and so does the ledger's file."
            if staying
            else "Only the ledger's file may still have lines of a key before it."
        )
        self.stdout.write(
            "Keep OLD_DIGEST_KEYS for good: every digest is made through all keys. Whoever learns an old one finds"
            " nobody by it in what is under the new one."
        )
