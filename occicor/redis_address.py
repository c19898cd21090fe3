"""One Valkey or Redis server, apart by logical database: the broker has the one that was named, the cache the next."""

from urllib.parse import parse_qs, urlencode, urlsplit


def cache_address(redis_url: str) -> str:
    """The address of the cache beside the broker's `redis_url`; raises ValueError when its database is no number.

    The number must stand in the address itself: a number in the address beats one in the client's options.
    """
    parts = urlsplit(redis_url)
    if parts.scheme == "unix":
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        options["db"] = str(int(options.get("db", "0")) + 1)
        return f"unix://{parts.path}?{urlencode(options)}"
    return parts._replace(path=f"/{int(parts.path.strip('/') or '0') + 1}").geturl()
