"""Addresses that are keys: whatever was not handed out opens nothing, and nobody can tell how far off it was (A5)."""

import re
from collections.abc import Iterator

import pytest
from django.db import connection

from accounts.sessions import SessionStore
from rights_requests.services import downloading, transferring
from tests.attacks.roles import Browser
from tests.attacks.site_map import UNKNOWN, Route, Things, routes

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P4.1")]
STRANGER = "nobody"
# These show the same thing, so the token of one is that of the others.
ALIKE = (
    {"rights_requests:follow", "rights_requests:follow_progress", "rights_requests:follow_receipt"},
    {"consent:receipt", "consent:receipt_data"},
)
# A digest of 256 bits, as Django signs with.
SIGNED = re.compile(r"[^:]+(?::[^:]+)?:[\w-]{43}")
# Mailed to no one yet in the things of the tests: it is drawn by the service.
DRAWN = {"rights_requests:transfer"}
# A message holds the link that it is about until it is sent and forgotten.
IN_MESSAGES = {"post_office_email", "post_office_log"}


def opening() -> list[Route]:
    """Every address whose end is a key."""
    found = [route for route in routes() if "token" in route.parameters]
    assert len(found) > 12
    return found


def spoilt(token: str) -> Iterator[str]:
    """A token with one sign changed here and there, cut, longer, in other letters, in two halves."""
    for place in range(0, len(token), 16):
        yield f"{token[:place]}{'0' if token[place] != '0' else '1'}{token[place + 1 :]}"
    yield from (token[:-1], token[1:], f"{token}A", token.rpartition(":")[0] or "x", "x" * 4000)
    # What was drawn is known by its digest, in which large and small letters are the same.
    if SIGNED.fullmatch(token):
        yield token.swapcase()


def test_whatever_is_no_token_is_answered_alike(things: Things, everybody: dict[str, Browser]) -> None:
    other = []
    for route in opening():
        values = things.values(route)
        for verb in ("GET", "POST"):
            unknown = everybody[STRANGER].tries(verb, route, {**values, "token": UNKNOWN["token"]})
            assert unknown.wrote == frozenset(), route
            for token in set(spoilt(values["token"])) - {values["token"]}:
                seen = everybody[STRANGER].tries(verb, route, {**values, "token": token})
                if seen != unknown:
                    other.append(f"{verb} {route.name} {token[:60]}: {seen.status} {seen.wrote}, {unknown.status}")
    assert other == [], "\n".join(other)


def test_a_token_of_one_address_opens_no_other(things: Things, everybody: dict[str, Browser]) -> None:
    opened = []
    for route in opening():
        values = things.values(route)
        unknown = everybody[STRANGER].tries("GET", route, {**values, "token": UNKNOWN["token"]})
        same = next((group for group in ALIKE if route.name in group), {route.name})
        for name in things.tokens.keys() - same:
            seen = everybody[STRANGER].tries("GET", route, {**values, "token": things.tokens[name]})
            if seen != unknown:
                opened.append(f"the token of {name} at {route.name}: {seen.status}")
    assert opened == []


def test_no_token_can_be_guessed(things: Things) -> None:
    """128 bits or more that nobody knows: a signature of 256, or as many drawn at random."""
    for route in opening():
        assert route.name in DRAWN or SIGNED.fullmatch(things.tokens[route.name]), route.name
    for drawn in (transferring._TOKEN_BYTES, downloading._NONCE_BYTES):
        assert drawn * 8 >= 160  # as many letters, large and small taken together, are more than 128
    session = SessionStore()
    session.create()
    assert re.fullmatch(r"[a-z0-9]{32}", session.session_key or "")  # 165 bits


def test_no_token_lies_readable_in_the_database(things: Things) -> None:
    """Neither what we signed nor what we drew: rows hold what is named, and digests."""
    secrets = {token.rpartition(":")[2] for token in things.tokens.values()}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table in IN_MESSAGES:
                continue
            name = connection.ops.quote_name(table)
            cursor.execute(
                f"SELECT count(*) FROM {name} t WHERE t::text LIKE ANY(%s)", [[f"%{one}%" for one in secrets]]
            )
            assert cursor.fetchone() == (0,), table
