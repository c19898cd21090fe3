#!/usr/bin/env python3
"""Writes the settings of a new installation with fresh secrets: `first_settings.py privacy.example`; never over others.

All is for root alone: systemd hands the settings to the processes, and each secret, a file of its own, by
a folder that only they can open. Every other setting is in .env.example.
"""

import os
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from occicor.embedded.secret_file import MAKERS

FILE = Path("/etc/occicor/occicor.env")
FOLDER = FILE.parent / "secrets"
HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
SECRETS = ("SECRET_KEY", "DIGEST_KEY", "PACKAGE_KEK", "SIGNING_KEY")
SECURITY_TXT_DAYS = 330
TEXT = """\
# The settings of this installation; every other one is explained in .env.example of the release.
DJANGO_SETTINGS_MODULE=occicor.settings.production
SITE_URL=https://{host}
ALLOWED_HOSTS={host}
TRUSTED_PROXIES=1

# On this machine, by sockets: PostgreSQL knows the account by itself, Valkey by its group.
DATABASE_URL=postgres://occicor@/occicor?host=%2Fvar%2Frun%2Fpostgresql
REDIS_URL=unix:///run/valkey/valkey-server.sock
# The server that takes our messages. With a password the address is a secret: take the line away, and write
# smtp+tls://user:password@mail.example:587 into secrets/EMAIL_URL.
EMAIL_URL=smtp://127.0.0.1:25
DEFAULT_FROM_EMAIL=Privacy <privacy@{host}>

VAR_DIR=/var/lib/occicor
STATIC_ROOT=/srv/occicor-static
# Never in a backup that is restored with the database (docs/how-to/restore-a-backup.md).
LEDGER_DIR=/srv/occicor-ledger

# Whose key opens the backups (age1…): make it on another machine with age-keygen, and keep the key there.
BACKUP_RECIPIENT=
BACKUP_DAYS=30

SECURITY_TXT_EXPIRES_ON={expires}

# SECRET_KEY, DIGEST_KEY, PACKAGE_KEK and SIGNING_KEY lie in secrets/, made once, each in a file of its name. Keep a
# copy apart from every backup: without them packages, receipts and backups cannot be used.
"""


def text(host: str) -> str:
    """The file for a host name; raises ValueError with a sentence when that is none."""
    if not HOST.fullmatch(host):
        raise ValueError(f"“{host}” is no host name such as privacy.example, in small letters and without https://")
    return TEXT.format(
        host=host,
        expires=(datetime.now(UTC) + timedelta(days=SECURITY_TXT_DAYS)).date().isoformat(),
    )


def _write(path: Path, content: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(content)


def main(words: list[str]) -> int:
    """Write the file, or say why not; the exit status."""
    if len(words) != 1:
        print("first_settings.py HOST-NAME", file=sys.stderr)
        return 2
    try:
        written = text(words[0])
        FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(FILE, written)
        for name in SECRETS:
            _write(FOLDER / name, MAKERS[name]() + "\n")
    except FileExistsError as error:
        print(f"{error.filename} is there already, and stays as it is: it is that of the data.", file=sys.stderr)
        return 1
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{FILE} is written. Set EMAIL_URL, DEFAULT_FROM_EMAIL and BACKUP_RECIPIENT in it, and look at .env.example.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
