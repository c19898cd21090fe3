"""Finds the people of ledger entries again: every identifier that a row holds is digested and compared."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.db.models import QuerySet

from privacy.data_map.registry import Registry, registry
from privacy.data_map.routes import routes
from privacy.data_map.subject import Subject, subject_of_user, without_reused
from privacy.digests import keyed_digests

KINDS = ("user", "email", "phone", "visitor")
CHUNK = 5_000

# What was found: for each digest that some row's identifier has, the kind of identifier and its values as they stand.
Known = Mapping[str, Collection[tuple[str, Any]]]


def found_in_rows(wanted: Collection[str], *, declared: Registry = registry) -> Known:
    """The identifiers in the database whose digest is wanted; reads every identifier there is, once, in bounded memory.

    Looked at are the ends of all declared paths and whatever a holding says identifies a person, so accounts are found
    as well as people who only once wrote to us.
    """
    known: dict[str, set[tuple[str, Any]]] = defaultdict(set)
    if not wanted:
        return known
    wanted = frozenset(wanted)
    for kind, values in _columns(declared):
        for value in values:
            for one in value if isinstance(value, list | tuple) else [value]:
                for digest in wanted.intersection(keyed_digests(kind, str(one)) if one else ()):
                    known[digest].add((kind, one))
    return known


def subject_named_by(digests: Collection[str], known: Known) -> Subject | None:
    """The person with these digests, by every identifier that rows give them; None where no row names them.

    An account is recognised by its own digest only. An address that belongs to another account in this database, for
    people hand addresses on, is not followed: nobody is erased for what another person asked.
    """
    found: dict[str, set[Any]] = {kind: set() for kind in KINDS}
    for kind, value in (pair for digest in digests for pair in known.get(digest, ())):
        # As it stands and folded, so that a row is reached however it was written.
        found[kind] |= {value} if kind == "user" else {str(value), str(value).strip().lower()}
    subject = None
    for user_id in found["user"]:
        subject = subject_of_user(user_id)
    try:
        named = Subject(
            user_id=subject.user_id if subject else None,
            emails=frozenset(found["email"]) | (subject.emails if subject else frozenset()),
            phones=frozenset(found["phone"]) | (subject.phones if subject else frozenset()),
            visitor_refs=frozenset(found["visitor"]),
            left=subject.left if subject else frozenset(),
        )
        return without_reused(named)
    except ValueError:
        return None  # nothing is left by which they could be reached


def _columns(declared: Registry) -> Iterator[tuple[str, Iterator[Any]]]:
    """Each place that holds identifiers of people, once: the kind, and its distinct values."""
    seen: set[tuple[str, str, str]] = set()
    for holding in declared.holdings.values():
        for name, rule in holding.rules().items():
            if rule.identifies:
                rows = holding.model()._base_manager.filter(**holding.identified_when)
                yield rule.identifies, _values(rows, name)
        for way in routes(holding):
            place = (way.kind, way.table, way.column)
            if way.kind not in KINDS or place in seen or _only_points(way.kind, way.field):
                continue
            seen.add(place)
            yield way.kind, _values(way.model._base_manager.all(), way.field.attname)


def _only_points(kind: str, field: Any) -> bool:
    """Whether the column holds keys of accounts that the database itself keeps true: the accounts are read already."""
    return kind == "user" and field.remote_field is not None and field.db_constraint


def _values(rows: QuerySet[Any], name: str) -> Iterator[Any]:
    return rows.order_by().values_list(name, flat=True).distinct().iterator(chunk_size=CHUNK)
