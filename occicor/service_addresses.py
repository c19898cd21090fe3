"""The addresses of services that others run: what cannot be one of PostgreSQL or Valkey is refused in a sentence.

Read as one all the same, `sqlite:///file` would lead to whatever database listens at this computer's usual place.
"""

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from occicor.redis_address import address_after

# By setting: whose address it is, how it may begin, and an example for whoever wrote another.
_POSTGRES = ("postgres", "postgresql", "psql", "pgsql")
_KNOWN: Mapping[str, tuple[str, tuple[str, ...], str]] = MappingProxyType(
    {
        "DATABASE_URL": ("PostgreSQL", _POSTGRES, "postgres://user:password@host:5432/name"),
        "REDIS_URL": ("Valkey or Redis", ("redis", "rediss", "unix"), "redis://host:6379/0"),
    }
)


def address_faults(given: Mapping[str, str]) -> list[str]:
    """What is wrong with these settings, each as a sentence that does not repeat them: passwords stand in addresses."""
    return [
        f"{name} is no address of {service}: write one such as {example}."
        for name, (service, schemes, example) in _KNOWN.items()
        if given.get(name) and not _is_one(given[name], schemes)
    ]


def _is_one(address: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(address)
        if parts.scheme not in schemes:
            return False
        if "redis" in schemes:
            address_after(address, 0)
        return parts.port != 0
    except ValueError:  # a port or a database of Valkey that is no number
        return False
