"""`make run`: from nothing to a site that answers and a worker that works, then keeps them so."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException

from occicor.embedded import processes
from occicor.embedded.layout import PROJECT, Layout, open_log
from occicor.embedded.ports import HOST, chosen_port
from occicor.embedded.problem import Problem
from occicor.embedded.stack import Stack, refuse_wrong_addresses
from occicor.embedded.supervisor import Stopped, Supervisor, follow_parent, tail

SETTINGS = "occicor.settings.development"
FALLBACK = "Requests are accepted and fulfilled all the same: the scheduler works straight from the database."
SILENT = {
    "broker silent": f"The task broker has not answered for 20 seconds. {FALLBACK}",
    "worker silent": f"The Celery worker has not answered for a minute; see log/worker.log. {FALLBACK}",
}


class Preparation:
    """The process of occicor.embedded.prepare, spoken with by lines."""

    def __init__(self, stack: Stack) -> None:
        self._supervisor = stack.supervisor
        self._log = stack.layout.logs / "prepare.log"
        self._log.unlink(missing_ok=True)
        with open_log(self._log) as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "occicor.embedded.prepare"], cwd=PROJECT, env=stack.env, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, start_new_session=True,
                preexec_fn=processes.child_setup(os.getpid(), signal.SIGKILL, None),  # noqa: PLW1509 - we have no threads
            )  # fmt: skip
        if self._process.stdout:
            os.set_blocking(self._process.stdout.fileno(), False)

    def say(self, word: str) -> None:
        """Send a line."""
        if self._process.stdin:
            self._process.stdin.write(f"{word}\n")
            self._process.stdin.flush()

    def hear(self, seconds: float) -> str:
        """The next line; raises Problem when the process ends without one or time is up, Stopped when asked to stop."""
        heard: list[str] = []

        def answered() -> bool:
            ended = self._process.poll() is not None  # asked first: what it said last is still in the pipe then
            heard.extend(filter(None, [self._process.stdout.readline() if self._process.stdout else ""]))
            return bool(heard) or ended

        if not self._supervisor.wait(answered, seconds=seconds) or not heard:
            self.end()
            raise Problem(f"The start could not be finished. The end of {self._log}:\n{tail(self._log)}")
        return heard[0].strip()

    def end(self) -> None:
        """Make sure that the process is gone."""
        self._process.kill()
        self._process.wait()


def run(layout: Layout, say: Callable[[str], None]) -> int:
    """Start everything, say that it is ready, keep it alive until asked to stop; the exit status."""
    port = chosen_port(os.environ.get("PORT") or "8000")
    refuse_wrong_addresses(os.environ)
    follow_parent()
    with Supervisor(layout, say) as supervisor:
        stack = Stack(layout, supervisor, SETTINGS)
        stack.env.setdefault("DEMO_REQUESTS", "1")
        address(stack, port)
        try:
            start(stack, port, say)
            supervisor.forever()
        except Stopped:
            pass
        finally:
            say("Stopping…")
            layout.services.unlink(missing_ok=True)
    say("Stopped.")
    return 0


def address(stack: Stack, port: int) -> None:
    """Say where the site will be, whether its mail stays here, and whether there are accounts to try it with."""
    env = stack.env
    env["SITE_URL"] = env.get("SITE_URL") or f"http://{HOST}:{port}"
    if not env.get("EMAIL_URL"):
        env["EMBEDDED_MAIL"] = "1"
    env.setdefault("DEMO_ACCOUNTS", "1")


def start(stack: Stack, port: int, say: Callable[[str], None]) -> None:
    """Start services and processes and wait until the site answers; raises Problem or Stopped."""
    stack.start_services()
    extra = {name: stack.env[name] for name in ("SITE_URL", "EMBEDDED_MAIL", "DEMO_ACCOUNTS") if name in stack.env}
    with stack.layout.services.open("a", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in extra.items())
    if stack.own:
        say(f"Embedded mode, for trying out and small installations; data and logs are in {stack.layout.var}")
    preparation = Preparation(stack)
    try:
        preparation.hear(300)
        stack.start_processes(port)
        preparation.say("go")
        verdict, gate = preparation.hear(120), preparation.hear(30)
    finally:
        preparation.end()
    if not stack.supervisor.wait(lambda: _web_answers(stack, port), seconds=60):
        raise Problem(f"The web server does not answer. The end of its log:\n{tail(stack.layout.logs / 'web.log')}")
    if verdict in SILENT:
        say(SILENT[verdict])
    if gate != "open":
        say(f"Closed, public pages apart. {gate}")
    say(f"Ready: http://{HOST}:{port}/")
    _tell_accounts(stack, say)


def _web_answers(stack: Stack, port: int) -> bool:
    stack.supervisor.refuse_early_deaths()
    connection = HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _tell_accounts(stack: Stack, say: Callable[[str], None]) -> None:
    """Show the demo accounts as a table."""
    path = stack.layout.var / "demo-accounts.json"
    if stack.env["DEMO_ACCOUNTS"] != "1" or not path.exists():
        say("No demonstration accounts: they are switched off, or this database has accounts of its own.")
        return
    rows = json.loads(path.read_text(encoding="utf-8"))
    wide = [max(len(row[name]) for row in rows) for name in ("email", "password")]
    say(f"Accounts to try it with (also in {path}):")
    for row in rows:
        say(f"  {row['email']:<{wide[0]}}  {row['password']:<{wide[1]}}  {row['what_for']}")
    if stack.env.get("EMBEDDED_MAIL"):
        say(f"E-mail is not sent: read it at {stack.env['SITE_URL']}/outbox/")
        say("Staff are asked for six digits after their password: what their phones show is at the same address.")
    else:
        say(
            "Staff are asked for six digits after their password: their keys for an authenticator app are in that file."
        )
