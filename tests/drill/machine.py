"""A fresh Debian with systemd as its first process, in namespaces of its own; root and debootstrap make it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from occicor.embedded.processes import child_setup

HERE = Path(__file__).resolve().parent
SUITE = "trixie"
# Beside what Debian itself calls the least: systemd, which is to start what is installed, and what it talks over.
INCLUDED = "systemd-sysv,dbus,iproute2"
NAMESPACES = ("--mount", "--pid", "--uts", "--ipc", "--cgroup")
SHELL = (
    *("HOME=/root", "LANG=C.UTF-8", "TERM=dumb", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
    *("bash", "-euo", "pipefail", "-c"),
)
PORTS = (25, 80, 443, 5432, 6379, 8000)
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
ENOUGH = {"running", "degraded"}


class Machine:
    """The machine: made once in a folder, booted, spoken with by shell, and ended with all that runs in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.first: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        """A new root, nothing kept of an earlier one; raises CalledProcessError."""
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir(parents=True)
        mirror = os.environ.get("DEBIAN_MIRROR", "http://deb.debian.org/debian")
        command = ["debootstrap", "--variant=minbase", f"--include={INCLUDED}", SUITE, str(self.root), mirror]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        self._connect()

    def _connect(self) -> None:
        """The way out to packages as this machine has it: names, mirrors, whom to believe."""
        shutil.copy("/etc/resolv.conf", self.root / "etc" / "resolv.conf")
        for file in Path("/etc/apt/apt.conf.d").glob("99*"):
            shutil.copy(file, self.root / "etc" / "apt" / "apt.conf.d")
        pip = "[global]\ncert = /etc/ssl/house.pem\ntimeout = 180\n"
        (self.root / "etc" / "ssl").mkdir(exist_ok=True)
        shutil.copy(CERTIFICATES, self.root / "etc" / "ssl" / "house.pem")
        (self.root / "etc" / "pip.conf").write_text(pip, encoding="utf-8")
        hosts = "127.0.0.1 localhost drill privacy.example\n"
        (self.root / "etc" / "hosts").write_text(hosts, encoding="utf-8")
        (self.root / "etc" / "hostname").write_text("drill\n", encoding="utf-8")

    def boot(self, *, seconds: float = 60) -> None:
        """Start systemd and wait until it has started everything; raises RuntimeError."""
        boot = ["unshare", *NAMESPACES, "--fork", "--kill-child", "--", "bash", str(HERE / "boot.sh"), str(self.root)]
        # Whatever ends us, the machine ends with us.
        setup = child_setup(os.getpid(), signal.SIGKILL, None)
        self.first = subprocess.Popen(
            boot, start_new_session=True, stdin=subprocess.DEVNULL, stdout=sys.stderr,
            preexec_fn=setup,  # noqa: PLW1509 - we have no threads
        )  # fmt: skip
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.first.poll() is not None:
                raise RuntimeError(f"the machine's first process ended ({self.first.returncode})")
            try:
                if self.sh("systemctl is-system-running --wait || true", quiet=True).strip() in ENOUGH:
                    return
            except (subprocess.CalledProcessError, FileNotFoundError, IndexError):
                pass
            time.sleep(0.3)
        raise RuntimeError("systemd did not come up")

    @property
    def pid(self) -> int:
        """The first process of the machine, by its number here; IndexError while there is none."""
        if self.first is None:
            raise IndexError
        children = Path(f"/proc/{self.first.pid}/task/{self.first.pid}/children").read_text(encoding="ascii").split()
        return int(children[0])

    def sh(self, script: str, *, quiet: bool = False, log: Path | None = None) -> str:
        """Run a script in a shell of root's there; its output. CalledProcessError when it fails."""
        command = ["nsenter", f"--target={self.pid}", *NAMESPACES, "--root", "--wd", "--", "env", "-i", *SHELL, script]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if log is not None:
            with log.open("a", encoding="utf-8") as file:
                file.write(f"$ {script}\n{done.stdout}{done.stderr}\n")
        if done.returncode and not quiet:
            print(done.stdout[-3000:], done.stderr[-3000:], file=sys.stderr)
        done.check_returncode()
        return done.stdout

    def end(self) -> None:
        """End the machine and everything in it."""
        if self.first is not None and self.first.poll() is None:
            os.kill(self.first.pid, signal.SIGKILL)
            self.first.wait()
