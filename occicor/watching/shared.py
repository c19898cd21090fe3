"""Where the processes of one web server keep their counts, so that any of them can tell those of all."""

import os
import shutil
import socket
from pathlib import Path

from occicor.embedded.processes import start_mark

# Where prometheus_client looks, when it is first imported and when it first counts: the folder is made before.
VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def prepare(root: Path) -> Path:
    """Make the folder of the server whose process this is, and remove those of servers of this machine that ended.

    So counts begin at nothing with each start of the server, and what a process counted that died and came back stays.
    """
    server, host = os.getppid(), socket.gethostname()
    folder = root / f"{host}.{server}.{start_mark(server)}"
    folder.mkdir(parents=True, exist_ok=True)
    for other in root.glob(f"{host}.*.*"):
        where, pid, mark = other.name.rsplit(".", 2)
        # The name of another machine may begin with that of this one.
        if where == host and start_mark(int(pid)) != mark:
            shutil.rmtree(other, ignore_errors=True)
    os.environ[VARIABLE] = str(folder)  # noqa: TID251 - the library reads it there alone
    return folder


def folder() -> Path | None:
    """The folder of this process's server; None where nothing is counted."""
    named = os.environ.get(VARIABLE)  # noqa: TID251 - as above
    return Path(named) if named else None
