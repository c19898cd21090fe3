"""Who acts: the value that every service takes instead of the request, and that the audit names without clear data."""

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID


@dataclass(frozen=True)
class Actor:
    """A data subject, a member of staff, a Customer, or the system; `str(actor)` is the label that the audit keeps.

    `digest` names a person without an account, who showed that an address is theirs; `former_digests` are the same
    under the keys before. `customer_id` is the Customer for which somebody acts: what an actor says of itself, which a
    service checks before it believes it. `looking_for` is why a member of staff looks at people's data in this visit, a
    word of LookReason; the audit keeps it with each look.
    """

    kind: Literal["subject", "staff", "system", "customer"]
    user_id: UUID | None
    label: str
    digest: str = ""
    customer_id: int | None = None
    looking_for: str = field(default="", compare=False)
    former_digests: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def subject(cls, user_id: UUID | None, digest: str, *former_digests: str) -> "Actor":
        """The data subject, labelled by the first 16 digits of the keyed digest so that no clear id is kept."""
        return cls("subject", user_id, f"subject:{digest[:16]}", digest, former_digests=former_digests)

    @classmethod
    def staff(cls, user_id: UUID, *, looking_for: str = "") -> "Actor":
        """A member of staff, who answers for the act under their own id."""
        return cls("staff", user_id, f"staff:{user_id}", looking_for=looking_for)

    @classmethod
    def customer(cls, user_id: UUID | None, *, customer_id: int, digest: str) -> "Actor":
        """A Customer, by the account of its administrator, or without one by something else that `digest` stands for.

        Labelled by the Customer's number and the first 16 digits of the keyed digest of whoever acts for it.
        """
        return cls("customer", user_id, f"customer:{customer_id}:{digest[:16]}", customer_id=customer_id)

    def __str__(self) -> str:
        return self.label


SYSTEM = Actor("system", None, "system")
