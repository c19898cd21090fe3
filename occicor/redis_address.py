"""One Valkey or Redis server, apart by logical database: the broker has the one that was named, the cache the next."""

from urllib.parse import parse_qs, urlencode, urlsplit


def cache_address(redis_url: str) -> str:
    """The address of the cache beside the broker's `redis_url`; raises ValueError when its database is no number."""
    return address_after(redis_url, 1)


def broker_address(redis_url: str) -> str:
    """The same address in Celery's words: a unix socket has another scheme there, and its database another name."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if "db" in options:
        options["virtual_host"] = options.pop("db")
    return f"redis+socket://{parts.path}?{urlencode(options)}".rstrip("?")


def address_after(redis_url: str, count: int) -> str:
    """The address of the logical database `count` after that of `redis_url`; raises ValueError when that is no number.

    The number must stand in the address itself: a number in the address beats one in the client's options.
    """
    parts = urlsplit(redis_url)
    if parts.scheme == "unix":
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        options["db"] = str(int(options.get("db", "0")) + count)
        return f"unix://{parts.path}?{urlencode(options)}"
    return parts._replace(path=f"/{int(parts.path.strip('/') or '0') + count}").geturl()
