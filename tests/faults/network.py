"""Hosts of their own: network namespaces of Linux, each with one wire to this machine that can be pulled."""

import asyncio
import os
import subprocess
import threading
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from environ import Env

from tests.stack import RunningStack

POSTGRES, VALKEY = 5432, 6379


class Refused(Exception):
    """This machine makes no network namespace for us; the words say why."""


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"ip {' '.join(words)}: {done.stderr.strip()}")


class Host:
    """A namespace with its wire; `address` is this machine as it is seen from there."""

    def __init__(self, number: int) -> None:
        self.name = f"occicor{os.getpid() % 10_000}-{number}"
        self.wire = f"occ{os.getpid() % 10_000}w{number}"
        self.address = f"10.203.{number}.1"
        self._there = f"10.203.{number}.2"

    def __enter__(self) -> Self:
        try:
            _ip("netns", "add", self.name)
            _ip("link", "add", self.wire, "type", "veth", "peer", "name", "wire", "netns", self.name)
            _ip("addr", "add", f"{self.address}/30", "dev", self.wire)
            _ip("-n", self.name, "addr", "add", f"{self._there}/30", "dev", "wire")
            _ip("-n", self.name, "link", "set", "lo", "up")
            _ip("-n", self.name, "link", "set", "wire", "up")
            self.plug()
        except (Refused, FileNotFoundError) as refused:
            self.__exit__(None, None, None)
            raise Refused(str(refused)) from refused
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        subprocess.run(["ip", "netns", "del", self.name], capture_output=True, check=False)

    def plug(self) -> None:
        """Put the wire in."""
        _ip("link", "set", self.wire, "up")

    def pull(self) -> None:
        """Pull the wire: what is sent is lost, nobody is told, connections seem to stand."""
        _ip("link", "set", self.wire, "down")

    def run(self, words: list[str], *, env: dict[str, str], cwd: Path, log: Path) -> "subprocess.Popen[bytes]":
        """Start a program there, in a group of its own."""
        with log.open("ab") as file:
            return subprocess.Popen(
                ["ip", "netns", "exec", self.name, *words], env=env, cwd=cwd, stdin=subprocess.DEVNULL,
                stdout=file, stderr=file, start_new_session=True,
            )  # fmt: skip


class Forwarder(threading.Thread):
    """Hands what comes to an address on to the sockets at which the site's servers listen: no network reaches those."""

    def __init__(self, addresses: list[str], sockets: dict[int, Path]) -> None:
        super().__init__(name="forwarder", daemon=True)
        self._addresses = addresses
        self._sockets = sockets
        self._listening = threading.Event()
        self._loop = asyncio.new_event_loop()

    def __enter__(self) -> Self:
        self.start()
        if not self._listening.wait(10):
            raise Refused("nobody listens on the addresses of the wires")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)

    def run(self) -> None:
        """Listen until the program ends."""
        self._loop.run_until_complete(self._listen())
        self._listening.set()
        self._loop.run_forever()

    async def _listen(self) -> None:
        for address in self._addresses:
            for port, socket in self._sockets.items():
                await asyncio.start_server(lambda r, w, to=socket: self._forward(r, w, to), address, port)  # type: ignore[misc]

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, to: Path) -> None:
        there, back = await asyncio.open_unix_connection(str(to))
        await asyncio.gather(_copy(reader, back), _copy(there, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


def sockets_of(site: RunningStack) -> dict[int, Path]:
    """Where the site's servers listen."""
    found = Env.db_url_config(site.services_env["DATABASE_URL"])
    folder = Path(str(found["OPTIONS"]["host"] if "host" in found.get("OPTIONS", {}) else found["HOST"]))
    return {POSTGRES: folder / ".s.PGSQL.5432", VALKEY: site.layout.sockets / "valkey.sock"}


def env_on(host: Host, site: RunningStack, name: str) -> dict[str, str]:
    """The environment of a program there: the site's, with its services at the other end of the wire."""
    found = Env.db_url_config(site.services_env["DATABASE_URL"])
    secret = quote(str(found["PASSWORD"]), safe="")
    return site.services_env | {
        "DATABASE_URL": f"postgres://{found['USER']}:{secret}@{host.address}:{POSTGRES}/{found['NAME']}",
        "REDIS_URL": f"redis://{host.address}:{VALKEY}",
        "PGAPPNAME": name,
        "PYTHONUNBUFFERED": "1",
    }
