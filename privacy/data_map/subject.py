"""The data subject, as the frozen set of verified identifiers by which rows are reached."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from privacy.data_map.registry import Registry, registry
from privacy.digests import keyed_digest

KINDS = ("user", "email", "phone", "visitor", "digest")


@dataclass(frozen=True)
class Subject:
    """Whose data it is. Only verified identifiers belong here; every row is reached through one of them.

    Raises ValueError when there is neither an account nor an identifier: such a subject could be anybody.
    """

    user_id: UUID | None = None
    emails: frozenset[str] = field(default_factory=frozenset)
    phones: frozenset[str] = field(default_factory=frozenset)
    visitor_refs: frozenset[str] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        if not (self.user_id or self.emails or self.phones or self.visitor_refs):
            raise ValueError("a data subject has at least one identifier")

    def values(self, kind: str) -> list[Any]:
        """The identifiers of one of KINDS, sorted; raises KeyError for any other kind."""
        return self._by_kind[kind]

    @cached_property
    def _by_kind(self) -> dict[str, list[Any]]:
        return {
            "user": [self.user_id] if self.user_id else [],
            "email": sorted(self.emails),
            "phone": sorted(self.phones),
            "visitor": sorted(self.visitor_refs),
            "digest": sorted(self.digests()),
        }

    def identifiers(self) -> frozenset[str]:
        """Every identifier as folded text, as the residue scan looks for it; the digest is no clear identifier."""
        texts = {*self.emails, *self.phones, *self.visitor_refs}
        if self.user_id:
            texts |= {str(self.user_id), self.user_id.hex}
        return frozenset(text.strip().lower() for text in texts)

    @cached_property
    def digest(self) -> str:
        """The keyed digest that stands for this person in the audit and on requests."""
        if self.user_id:
            return keyed_digest("user", str(self.user_id))
        for kind, values in (("email", self.emails), ("phone", self.phones), ("visitor", self.visitor_refs)):
            if values:
                return keyed_digest(kind, min(values))
        raise AssertionError("unreachable: __post_init__ asks for an identifier")

    def digests(self) -> frozenset[str]:
        """One keyed digest for every identifier: what outlives an erasure knows the person by any of them."""
        kinds = (("email", self.emails), ("phone", self.phones), ("visitor", self.visitor_refs))
        found = {keyed_digest(kind, value) for kind, values in kinds for value in values}
        return frozenset(found | ({keyed_digest("user", str(self.user_id))} if self.user_id else set()))

    def as_json(self) -> dict[str, Any]:
        """A form that can be sealed away while an erasure runs, for a resumed job can no longer look identifiers up."""
        return {
            "user_id": str(self.user_id) if self.user_id else None,
            "emails": sorted(self.emails),
            "phones": sorted(self.phones),
            "visitor_refs": sorted(self.visitor_refs),
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "Subject":
        """The subject that `as_json` wrote down."""
        return cls(
            user_id=UUID(content["user_id"]) if content["user_id"] else None,
            emails=frozenset(content["emails"]),
            phones=frozenset(content["phones"]),
            visitor_refs=frozenset(content["visitor_refs"]),
        )


def subject_of_user(user_id: UUID, *, declared: Registry = registry) -> Subject:
    """The subject behind an account: its id and every identifier that the data map's holdings say is verified."""
    found: dict[str, set[str]] = {"email": set(), "phone": set()}
    for holding in declared.holdings.values():
        path = dict(holding.paths()).get("user")
        for name, rule in holding.rules().items():
            if not (rule.identifies and path):
                continue
            rows = holding.model()._base_manager.filter(**{path: user_id}, **holding.identified_when)
            values = rows.values_list(name, flat=True)
            found[rule.identifies].update(str(value).strip().lower() for value in values if value)
    return Subject(user_id=user_id, emails=frozenset(found["email"]), phones=frozenset(found["phone"]))


def without_reused(subject: Subject, *, declared: Registry = registry) -> Subject:
    """The subject without identifiers that belong to another account by now, confirmed or not.

    An address is free again as soon as its account is erased. Whoever signs up with it then, be it the same person, is
    told and written to as a new account: what is held under that address is no longer the erased person's.
    """
    taken: set[str] = set()
    for holding in declared.holdings.values():
        path = dict(holding.paths()).get("user")
        for name, rule in holding.rules().items():
            known = {"email": subject.emails, "phone": subject.phones}.get(rule.identifies or "", frozenset())
            if path and known:
                others = holding.model()._base_manager.filter(**{f"{name}__in": known})
                taken.update(others.exclude(**{path: subject.user_id}).values_list(name, flat=True))
    return replace(subject, emails=subject.emails - taken, phones=subject.phones - taken) if taken else subject
