#!/usr/bin/env python3
"""Runs a command as the site's account with the site's settings: `as_occicor.py COMMAND…`; no package is needed.

The settings are those that systemd gives to the processes: the file /etc/occicor/occicor.env, or the one that
OCCICOR_SETTINGS names, and each file of the folder `secrets` beside it, which root alone may open. Where there is none
(in a container) the environment is the settings. As root it becomes the account first; the command's exit status is the
command's.
"""

import os
import pwd
import re
import sys
from pathlib import Path

FILE = "/etc/occicor/occicor.env"
ACCOUNT = "occicor"
LINE = re.compile(r"^([A-Za-z_][A-Za-z0-9_]*)=(.*)$")
# What a command may see of the person who calls it.
KEPT = ("PATH", "LANG", "LC_ALL", "TERM", "TMPDIR", "COLUMNS")


def read(text: str) -> dict[str, str]:
    """The settings in a file as systemd reads it; raises ValueError with a sentence for a wrong line.

    Of systemd's rules only the plain ones are taken: a name, `=`, and the value to the end of the line, in quotes or
    not. What needs more would mean one thing to systemd and another to us, so it is refused.
    """
    found: dict[str, str] = {}
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line[0] in "#;":
            continue
        matched = LINE.match(line)
        if matched is None or "\\" in line:
            raise ValueError(f"line {number} of the settings is not NAME=value on one line, without a backslash")
        name, value = matched[1], matched[2].strip()
        if value[:1] in {"'", '"'}:
            if len(value) < len("''") or value[-1] != value[0] or value[0] in value[1:-1]:
                raise ValueError(
                    f"line {number} of the settings: the value of {name} opens a quote and does not end in it"
                )
            value = value[1:-1]
        found[name] = value
    return found


def environment() -> dict[str, str]:
    """What the command gets; raises ValueError or OSError."""
    file = Path(os.environ.get("OCCICOR_SETTINGS", FILE))
    if not file.exists():
        return dict(os.environ)
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    found = read(file.read_text(encoding="utf-8"))
    for secret in sorted((file.parent / "secrets").glob("[A-Z]*")):
        if found.get(secret.name):
            raise ValueError(f"{secret.name} stands in {file} and in {secret}: take one away")
        found[secret.name] = ",".join(secret.read_text(encoding="utf-8").split("\n")).strip(", ")
    return kept | {"PYTHONNOUSERSITE": "1"} | found


def become(account: str) -> None:
    """Give up root for good; KeyError where the account does not exist."""
    entry = pwd.getpwnam(account)
    os.initgroups(account, entry.pw_gid)
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


def main(words: list[str]) -> int:
    """Run the command in our place; returns only when that cannot be done."""
    if not words:
        print("as_occicor.py COMMAND…", file=sys.stderr)
        return 2
    try:
        env = environment()
        if os.geteuid() == 0:
            become(ACCOUNT)
        os.umask(0o077)
        os.execvpe(words[0], words, env)  # noqa: S606 - the point of it: no shell
    except KeyError:
        print(f"There is no account {ACCOUNT}: deploy/install.sh makes it.", file=sys.stderr)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
    return 126


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
