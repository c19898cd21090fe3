"""The data subject, as the frozen set of verified identifiers by which rows are reached."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, TextField, Value
from django.db.models.functions import Cast

from privacy.addresses import normalised
from privacy.data_map.reach import pk_sql
from privacy.data_map.registry import Registry, registry
from privacy.digests import keyed_digests

if TYPE_CHECKING:
    from privacy.data_map.declarations import Holding

KINDS = ("user", "email", "phone", "visitor", "left", "digest")
# Nobody's account: what is looked up for it costs the same as for somebody's.
NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Subject:
    """Whose data it is. Only verified identifiers belong here; every row is reached through one of them.

    `left` are addresses that the person has left. Whoever has them today is somebody else, so they reach only what says
    so, such as the messages that we sent there; nobody is known by one, and none is searched for.

    Raises ValueError when there is neither an account nor an identifier: such a subject could be anybody.
    """

    user_id: UUID | None = None
    emails: frozenset[str] = field(default_factory=frozenset)
    phones: frozenset[str] = field(default_factory=frozenset)
    visitor_refs: frozenset[str] = field(default_factory=frozenset)
    left: frozenset[str] = field(default_factory=frozenset)

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
            "left": sorted(self.left),
            "digest": sorted(self.digests()),
        }

    def identifiers(self) -> frozenset[str]:
        """Every identifier as folded text, as the residue scan looks for it; the digest is no clear identifier."""
        texts = {*self.emails, *self.phones, *self.visitor_refs}
        if self.user_id:
            texts |= {str(self.user_id), self.user_id.hex}
        return frozenset(text.strip().lower() for text in texts)

    @property
    def digest(self) -> str:
        """The keyed digest that stands for this person in the audit and on requests, as it is written today."""
        return self.same_digests[0]

    @cached_property
    def same_digests(self) -> tuple[str, ...]:
        """The same under every key that there was, the newest first: as it may stand in rows."""
        if self.user_id:
            return keyed_digests("user", str(self.user_id))
        for kind, values in (("email", self.emails), ("phone", self.phones), ("visitor", self.visitor_refs)):
            if values:
                return keyed_digests(kind, min(values))
        raise AssertionError("unreachable: __post_init__ asks for an identifier")

    def digests(self) -> frozenset[str]:
        """The keyed digests of every identifier: what outlives an erasure knows the person by any of them.

        Under every key that there was, for looking up; whoever writes them down writes `renewed_all` of them.
        """
        kinds = (("email", self.emails), ("phone", self.phones), ("visitor", self.visitor_refs))
        told = [(kind, value) for kind, values in kinds for value in values]
        if self.user_id:
            told.append(("user", str(self.user_id)))
        return frozenset(digest for kind, value in told for digest in keyed_digests(kind, value))

    def as_json(self) -> dict[str, Any]:
        """A form that can be sealed away while an erasure runs, for a resumed job can no longer look identifiers up."""
        return {
            "user_id": str(self.user_id) if self.user_id else None,
            "emails": sorted(self.emails),
            "phones": sorted(self.phones),
            "visitor_refs": sorted(self.visitor_refs),
            "left": sorted(self.left),
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "Subject":
        """The subject that `as_json` wrote down."""
        return cls(
            user_id=UUID(content["user_id"]) if content["user_id"] else None,
            emails=frozenset(content["emails"]),
            phones=frozenset(content["phones"]),
            visitor_refs=frozenset(content["visitor_refs"]),
            left=frozenset(content.get("left", ())),  # sealed by an older version it has none
        )


def subject_of_user(user_id: UUID, *, declared: Registry = registry) -> Subject:
    """The subject behind an account: its id and every identifier that the data map's holdings say is verified.

    One query, however many holdings say so.
    """
    found: dict[str, set[str]] = {"email": set(), "phone": set(), "left": set()}
    sql, values = _question(declared, tuple(declared.holdings.values()))
    with connection.cursor() as cursor:
        cursor.execute(sql, [user_id if value == NOBODY else value for value in values])
        for kind, value in cursor.fetchall():
            if value:
                found[kind].add(str(value).strip().lower())
    emails, phones, left = (frozenset(found[kind]) for kind in ("email", "phone", "left"))
    return Subject(user_id=user_id, emails=emails, phones=phones, left=left - emails)


def subject_of_email(email: str, *, declared: Registry = registry) -> Subject:
    """The person who has shown, just now, that this address is theirs: their account's subject where they have one.

    Only an address that somebody signs in with leads to an account; one that stands elsewhere, such as an employer's or
    one that was left, does not: who reads that mailbox today need not be the person. An account whose opening was never
    finished, so that it has no confirmed address at all, is theirs too. As many queries for unknown addresses as for
    known ones. Raises privacy.addresses.LookAlike.
    """
    address = normalised(email)
    confirmed, begun = _account_of(address, declared), _begun_account_of(address, declared)
    known = confirmed or begun
    account = subject_of_user(known or NOBODY, declared=declared)
    return replace(account, user_id=known, emails=account.emails | {address})


def left_addresses(user_id: UUID, since: datetime, *, declared: Registry = registry) -> dict[str, datetime]:
    """The addresses that the person of an account left after an instant, with when; those still remembered."""
    found: dict[str, datetime] = {}
    for holding in declared.holdings.values():
        if holding.left_since:
            path, left = dict(holding.paths())["user"], holding.left_since
            rows = holding.model()._base_manager.filter(**{path: user_id, f"{left}__gt": since})
            for name in holding.identifying("email"):
                found.update(rows.values_list(name, left))
    return found


def has_account(email: str, *, declared: Registry = registry) -> bool:
    """Whether somebody signs in with this address and has confirmed it; raises privacy.addresses.LookAlike."""
    return _account_of(normalised(email), declared) is not None


def on_record(subject: Subject, *, declared: Registry = registry) -> bool:
    """Whether we hold anything of the subject besides what comes and goes with a visit or a request.

    One round trip that asks every holding, whatever the others answered, so that its time does not tell who is known.
    """
    asked = [pk_sql(holding, subject) for holding in declared.holdings.values() if not holding.by_product]
    if not asked:
        return False
    each = " UNION ALL ".join(f"SELECT EXISTS ({sql}) AS found" for sql, _params in asked)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT bool_or(found) FROM ({each}) every", [value for _sql, some in asked for value in some])
        return bool(cursor.fetchone()[0])


@lru_cache(maxsize=8)
def _question(declared: Registry, _holdings: tuple[type["Holding"], ...]) -> tuple[str, tuple[Any, ...]]:
    """The query for everything that identifies NOBODY, with its values; put together once, for it is asked all day."""
    asked = list(_identifying(NOBODY, declared))
    if not asked:
        return "SELECT NULL, NULL WHERE false", ()
    sql, values = asked[0].union(*asked[1:], all=True).query.sql_with_params()
    return sql, tuple(values)


def _identifying(user_id: UUID, declared: Registry) -> Iterator[Any]:
    """For each field that identifies people a query: its kind of identifier beside each value of this account."""
    for holding in declared.holdings.values():
        path = dict(holding.paths()).get("user")
        for name, rule in holding.rules().items():
            if rule.identifies and path:
                rows = holding.model()._base_manager.filter(**{path: user_id}, **holding.identified_when)
                kind = "left" if holding.left_since else rule.identifies
                told = Cast(name, TextField())
                yield (
                    rows.order_by().annotate(kind_of_it=Value(kind), as_text=told).values_list("kind_of_it", "as_text")
                )


def _account_of(address: str, declared: Registry) -> UUID | None:
    """The account that has confirmed this address."""
    for holding, name, path in _opening(declared):
        rows = holding.model()._base_manager.filter(**{name: address}, **holding.identified_when)
        if found := rows.values_list(path, flat=True).first():
            return UUID(str(found))
    return None


def _begun_account_of(address: str, declared: Registry) -> UUID | None:
    """The account that was opened with this address and has confirmed none so far, so that nobody can have used it."""
    for holding, name, path in _opening(declared):
        rows = holding.model()._base_manager
        confirmed = rows.filter(**{path: OuterRef(path)}, **holding.identified_when)
        begun = rows.filter(~Exists(confirmed), **{name: address})
        if found := begun.values_list(path, flat=True).first():
            return UUID(str(found))
    return None


def _opening(declared: Registry) -> Iterator[tuple[type["Holding"], str, str]]:
    """Each holding of addresses that people sign in with: the address's field, and the path to the account."""
    for holding in declared.holdings.values():
        if holding.opens_account:
            for name in holding.identifying("email"):
                yield holding, name, dict(holding.paths())["user"]


def without_reused(subject: Subject, *, declared: Registry = registry) -> Subject | None:
    """The subject without identifiers that belong to another account by now; None when no identifier is left.

    An address is free again as soon as its account is erased. Whoever confirms it then, be it the same person, is told
    and written to as a new account: what is held under that address is no longer the erased person's. What somebody
    only typed, or has left, is not theirs: otherwise anybody could take an address out of its owner's erasure.
    """
    taken: set[str] = set()
    held = {"email": subject.emails | subject.left, "phone": subject.phones}
    for holding in declared.holdings.values():
        path = "" if holding.left_since else dict(holding.paths()).get("user")
        for name, rule in holding.rules().items():
            if path and (known := held.get(rule.identifies or "")):
                others = holding.model()._base_manager.filter(**{f"{name}__in": known}, **holding.identified_when)
                taken.update(others.exclude(**{path: subject.user_id}).values_list(name, flat=True))
    emails, phones = subject.emails - taken, subject.phones - taken
    if not (subject.user_id or emails or phones or subject.visitor_refs):
        return None
    return replace(subject, emails=emails, phones=phones, left=subject.left - taken) if taken else subject
