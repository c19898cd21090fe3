"""The database: reached, ours, sound, on time, and silent about what stands in the rows."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import Error, connection

from occicor.doctor.lines import Line, bad, good, look

LEAST_VERSION = 160000
# Leases, terms and heartbeats go by the database's clock; people read ours.
LITTLE_SECONDS, MOST_SECONDS = 2.0, 30.0
LEAST_CONNECTIONS = 40
# How they must stand, and what happens otherwise.
NEEDED = {
    "fsync": ("on", "a power cut would destroy the database"),
    "full_page_writes": ("on", "a power cut could destroy pages of the database"),
    "default_transaction_isolation": ("read committed", "what two people do at once would fail"),
}
WANTED = {
    "synchronous_commit": ("on", "the last commits would be lost in a power cut"),
    "log_statement": ("none", "the server's log would quote what people write"),
    "log_min_error_statement": ("panic", "the server's log would quote what people write"),
    "log_error_verbosity": ("terse", "the server's log would quote rows that it refuses"),
}
SETTINGS = (*NEEDED, *WANTED, "data_checksums", "max_connections")
QUERY = """
    SELECT current_setting('server_version_num')::int, pg_get_userbyid(datdba) = current_user,
           (SELECT rolsuper FROM pg_roles WHERE rolname = current_user), pg_encoding_to_char(encoding),
           extract(epoch FROM clock_timestamp())::float8
      FROM pg_database WHERE datname = current_database()
"""


@dataclass(frozen=True)
class Facts:
    """What a server said of itself; seconds it is ahead of this machine."""

    version: int
    owns: bool
    superuser: bool
    encoding: str
    ahead: float
    settings: dict[str, str] = field(default_factory=dict)


def lines() -> Iterator[Line]:
    """What the database is like, or why it cannot be reached."""
    try:
        facts = ask()
    except (Error, UnicodeError) as error:
        connection.close()
        todo = "See whether it runs, and whether DATABASE_URL names role, password, address and database."
        yield bad("database", f"does not answer: {' '.join(str(error).split())[:200]}", todo)
        return
    yield from judged(facts)


def ask() -> Facts:
    """Ask the server; raises Error."""
    with connection.cursor() as cursor:
        began = time.time()
        cursor.execute(QUERY)
        version, owns, superuser, encoding, there = cursor.fetchone()
        ended = time.time()
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(SETTINGS)])
        settings = dict(cursor.fetchall())
    return Facts(version, owns, superuser, encoding, there - (began + ended) / 2, settings)


def judged(facts: Facts) -> Iterator[Line]:
    """A line for each of the facts."""
    number = f"PostgreSQL {facts.version // 10000}.{facts.version % 10000}"
    if facts.version < LEAST_VERSION:
        yield bad("database", number, "Move to PostgreSQL 16 or newer.")
    else:
        yield good("database", number)
    yield _role(facts)
    if facts.encoding != "UTF8":
        yield bad("encoding", facts.encoding, "Make the database anew: createdb --encoding UTF8 --template template0.")
    else:
        yield good("encoding", facts.encoding)
    yield _clock(facts.ahead)
    yield from _settings(facts.settings)


def _role(facts: Facts) -> Line:
    if not facts.owns:
        return bad("role", "does not own the database", "ALTER DATABASE … OWNER TO the role of DATABASE_URL.")
    if facts.superuser:
        todo = "ALTER ROLE … NOSUPERUSER: what guards the audit would not stop it."
        return look("role", "owns the database and is a superuser", todo)
    return good("role", "owns the database, and no more")


def _clock(ahead: float) -> Line:
    found = f"the database is {abs(ahead):.1f} s {'ahead of' if ahead > 0 else 'behind'} this machine"
    if abs(ahead) > MOST_SECONDS:
        return bad(
            "clock", found, "Let both keep time (systemd-timesyncd or chrony): terms would end on the wrong day."
        )
    if abs(ahead) > LITTLE_SECONDS:
        return look("clock", found, "Let both keep time: systemd-timesyncd or chrony.")
    return good("clock", "the same here and there")


def _settings(settings: dict[str, str]) -> Iterator[Line]:
    for name, (value, why) in NEEDED.items():
        if settings.get(name) != value:
            yield bad(name, f"is {settings.get(name)}", f"Set it to {value}: otherwise {why}.")
    for name, (value, why) in WANTED.items():
        if settings.get(name) != value:
            yield look(name, f"is {settings.get(name)}", f"Set it to {value} (deploy/postgresql): otherwise {why}.")
    if settings.get("data_checksums") != "on":
        todo = "pg_checksums --enable while the server is stopped: a disk that goes bad is noticed then."
        yield look("checksums", "are off", todo)
    if int(settings.get("max_connections", "0")) < LEAST_CONNECTIONS:
        yield look("max_connections", settings.get("max_connections", ""), f"Set it to {LEAST_CONNECTIONS} or more.")
