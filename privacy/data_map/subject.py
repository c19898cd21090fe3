"""The data subject, as the frozen set of verified identifiers by which rows are reached."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from privacy.data_map.registry import registry
from privacy.digests import keyed_digest


@dataclass(frozen=True)
class Subject:
    """Whose data it is. Only verified identifiers belong here; every row is reached through one of them."""

    user_id: UUID | None = None
    emails: frozenset[str] = field(default_factory=frozenset)
    phones: frozenset[str] = field(default_factory=frozenset)
    visitor_refs: frozenset[str] = field(default_factory=frozenset)

    def values(self, kind: str) -> list[Any]:
        """The identifiers of one kind ("user", "email", "phone", "visitor"), sorted; raises KeyError otherwise."""
        known: dict[str, list[Any]] = {
            "user": [self.user_id] if self.user_id else [],
            "email": sorted(self.emails),
            "phone": sorted(self.phones),
            "visitor": sorted(self.visitor_refs),
        }
        return known[kind]

    def identifiers(self) -> frozenset[str]:
        """Every identifier as folded text, as the residue scan looks for it."""
        texts = {*self.emails, *self.phones, *self.visitor_refs}
        if self.user_id:
            texts |= {str(self.user_id), self.user_id.hex}
        return frozenset(text.strip().lower() for text in texts)

    @property
    def digest(self) -> str:
        """The keyed digest that stands for this person in the audit and on requests."""
        if self.user_id:
            return keyed_digest("user", str(self.user_id))
        return keyed_digest("email", min(self.emails))


def subject_of_user(user_id: UUID) -> Subject:
    """The subject behind an account: its id and every identifier that the data map's holdings say is verified."""
    found: dict[str, set[str]] = {"email": set(), "phone": set()}
    for holding in registry.holdings.values():
        path = holding.reached_by.get("user")
        for name, rule in holding.rules().items():
            if not (rule.identifies and path):
                continue
            rows = registry.model_of(holding)._base_manager.filter(**{path: user_id}, **holding.identified_when)
            values = rows.values_list(name, flat=True)
            found[rule.identifies].update(str(value).lower() for value in values if value)
    return Subject(user_id=user_id, emails=frozenset(found["email"]), phones=frozenset(found["phone"]))
