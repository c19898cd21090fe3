"""What the system of a Customer asks under an `Idempotency-Key`: asked again, the same person is not enrolled anew."""

import hashlib
import hmac
from dataclasses import dataclass

from accounts.models import Customer, Enrolment


class AnotherPerson(Exception):
    """The key was used to say something else."""


@dataclass(frozen=True)
class Asked:
    """Digests of a key of one Customer, and of what was said under it: nothing of either can be read in them."""

    key: str
    what: str

    @classmethod
    def of(cls, *, customer: Customer, key: str, body: bytes) -> "Asked":
        """The same for the same request, whoever sends it again; the key of another Customer is another one."""
        named = hashlib.sha256(f"{customer.pk}:{key}".encode()).hexdigest()
        return cls(named, hmac.new(key.encode(), body, hashlib.sha256).hexdigest())


def made_by(customer: Customer, asked: Asked) -> Enrolment | None:
    """Whom the Customer enrolled by this very request, for as long as that is kept, whatever became of it since.

    Raises AnotherPerson where something else was said under the key.
    """
    made = Enrolment.objects.filter(customer=customer, asked_as=asked.key).first()
    if made is not None and made.asked_what != asked.what:
        raise AnotherPerson
    return made
