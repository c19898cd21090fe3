"""What runs: the two servers unless the environment names others, then the site's own processes."""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from occicor.embedded import postgres, secret_file, valkey
from occicor.embedded.layout import Layout, write_private
from occicor.embedded.ports import HOST
from occicor.embedded.problem import Problem
from occicor.embedded.processes import MARK_VARIABLE
from occicor.embedded.supervisor import Part, Supervisor
from occicor.service_addresses import address_faults

# A message of the worker's that matters is a warning; that each ping arrived need not be written down.
WORKER = (
    "celery --quiet --app occicor worker --pool=prefork --concurrency=2 --loglevel=WARNING"
    " --without-gossip --without-mingle"
)
# No access log: it would keep addresses of people.
WEB = (
    "granian --interface=wsgi --workers=2 --blocking-threads=2 --no-ws --log-level=warning"
    " --respawn-failed-workers --workers-kill-timeout=5"
)


@dataclass
class Stack:
    """One run of the project: its folder, its environment, and which services are its own."""

    layout: Layout
    supervisor: Supervisor
    settings: str
    # Whether the database's files must survive a power cut, and whether the site's role is the administrator's.
    durable: bool = True
    as_admin: bool = False
    env: dict[str, str] = field(default_factory=dict)
    own: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        secrets = secret_file.ensure(self.layout)
        self.env = secrets | dict(os.environ)
        self.env |= {
            "DJANGO_SETTINGS_MODULE": self.settings,
            "VAR_DIR": str(self.layout.var),
            MARK_VARIABLE: str(self.layout.var),
            "PYTHONUNBUFFERED": "1",
        }
        # What Python compiled once it keeps: each part starts three times as fast then, after a death too.
        self.env.pop("PYTHONDONTWRITEBYTECODE", None)

    def start_services(self) -> None:
        """Start the servers that nobody else provides, both at once, and wait until they answer.

        Raises Problem when one cannot run here, or an address is none of such a server: nothing weaker takes its place.
        """
        refuse_wrong_addresses(self.env)
        tell: dict[str, str] = {}
        waits: list[Callable[[], None]] = []
        if not self.env.get("REDIS_URL"):
            tell["REDIS_URL"] = valkey.url(self.layout)
            self._start_valkey()
            waits.append(lambda: valkey.wait_until_up(self.layout, self._look))
        if not self.env.get("DATABASE_URL"):
            server = postgres.choose(self.layout)
            tell["DATABASE_URL"] = self._start_postgres(server)
            # Before any others, so that `exec pg_dump` and `exec pg_restore` are the programs of this very server.
            self.env["PATH"] = f"{server.programs / 'bin'}{os.pathsep}{self.env.get('PATH', os.defpath)}"
            waits.append(lambda: self._finish_postgres(server))
        for wait in waits:
            wait()
        self.own = sorted(tell)
        self.env |= tell
        write_private(self.layout.services, "".join(f"{name}={value}\n" for name, value in tell.items()))

    def _look(self) -> None:
        self.supervisor.tick()
        self.supervisor.refuse_early_deaths()

    def _start_valkey(self) -> None:
        valkey.socket(self.layout).unlink(missing_ok=True)
        self.supervisor.start(Part(name="valkey", argv=valkey.argv(self.layout), env=self._service_env()))

    def _start_postgres(self, server: postgres.Server) -> str:
        postgres.prepare(server, self.layout, self.env["POSTGRES_ADMIN_PASSWORD"])
        postgres.closed(server)
        self.supervisor.start(
            Part(
                name="postgres",
                argv=server.argv(durable=self.durable),
                env=self._service_env(),
                # Fast stop: clients are sent away, everything is written, no recovery at the next start.
                stop_signal=signal.SIGINT,
                death_signal=signal.SIGINT,
                stop_seconds=30,
                become=server.become,
                before=lambda: postgres.forget_dead(server),
            )
        )
        if self.as_admin:
            # Tests make databases of their own and empty tables whose triggers forbid it to everybody else.
            return server.url(postgres.ADMIN, self.env["POSTGRES_ADMIN_PASSWORD"], postgres.ROLE)
        return server.url(postgres.ROLE, self.env["POSTGRES_PASSWORD"], postgres.ROLE)

    def _finish_postgres(self, server: postgres.Server) -> None:
        admin = self.env["POSTGRES_ADMIN_PASSWORD"]
        postgres.wait_until_up(server, admin, self._look)
        postgres.ensure_database(server, admin, self.env["POSTGRES_PASSWORD"])

    def _service_env(self) -> dict[str, str]:
        """What a server may see: none of the site's secrets."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH") if name in os.environ}
        return kept | {"LC_ALL": "C", MARK_VARIABLE: str(self.layout.var)}

    def start_processes(self, port: int) -> None:
        """Start worker, scheduler and web server; they stop in the opposite order."""
        # Warm: a running step is finished and acknowledged, within reason; what is cut off is done again.
        self._start_python("worker", ["-m", *WORKER.split(), f"--hostname=worker-{os.getpid()}@%h"], stop_seconds=20)
        self._start_python("scheduler", ["manage.py", "run_scheduler"])
        self._start_python("web", ["-m", *WEB.split(), f"--host={HOST}", f"--port={port}", "occicor.wsgi:application"])

    def _start_python(self, name: str, words: list[str], *, stop_seconds: float = 10) -> None:
        argv = [sys.executable, *words]
        self.supervisor.start(Part(name=name, argv=argv, env=self.env, stop_seconds=stop_seconds))


def refuse_wrong_addresses(env: Mapping[str, str]) -> None:
    """Raise Problem when DATABASE_URL or REDIS_URL is set and is no address of such a server."""
    if faults := address_faults(env):
        raise Problem(" ".join(faults))
