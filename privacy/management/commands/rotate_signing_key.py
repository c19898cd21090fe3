"""`manage.py rotate_signing_key`: says what is signed by which key, so that none is forgotten."""

from django.core.management.base import CommandError

from privacy import audit
from privacy.keys import signatures
from privacy.keys.making import Which
from privacy.management.rotation import RotationCommand
from privacy.package import signing


class Command(RotationCommand):
    """Nothing is signed anew: what an old key signed stays genuine while its public half is published (ADR 0062)."""

    help = "Says what is signed by which SIGNING_KEY and whether each can still be checked; --now seals the audit."
    which = Which.SIGNING

    def say(self) -> None:
        """Count by key and table, and what to do next; an error where a public half is missing."""
        current = next(str(key["key_id"]) for key in signing.public_keys()["keys"] if key["current"])
        found = signatures.standing()
        for one in found:
            which = "the key of today" if one.key_id == current else "a key before it" if one.known else "UNKNOWN"
            self.stdout.write(f"{one.label}: {one.count} signed by {one.key_id}, {which}")
        lost = sorted({one.key_id for one in found if not one.known})
        if lost:
            raise CommandError(
                f"Nobody can check what {', '.join(lost)} signed: put its public half back into OLD_VERIFY_KEYS, as"
                " it stood in /.well-known/occicor-keys.json."
            )
        self.stdout.write(f"{current} signs. Everything that is stored can be checked with a key that we publish.")
        former = sorted({one.key_id for one in found} - {current})
        self.stdout.write(
            f"Keep {', '.join(former)} in OLD_VERIFY_KEYS for good: receipts that people hold are signed by it."
            if former
            else "To exchange it: rotate_signing_key --make FOLDER"
        )

    def do(self) -> None:
        """Let the new key vouch for the audit as it stands today, if it is not sealed yet."""
        seal = audit.seal_day()
        if seal is not None:
            self.stdout.write(f"The audit is sealed up to entry {seal.last_seq} with key {seal.key_id}.")
        self.say()
