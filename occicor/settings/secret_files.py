"""Secrets from files: those that systemd hands to a process, and for each NAME the file that NAME_FILE says."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

# Of several values, with commas, each may stand on a line of its own in the file.
LISTS = ("OLD_SECRET_KEYS", "OLD_DIGEST_KEYS", "OLD_PACKAGE_KEKS", "OLD_VERIFY_KEYS")
SECRETS = (
    *("SECRET_KEY", "DIGEST_KEY", "PACKAGE_KEK", "SIGNING_KEY", *LISTS),
    *("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "PACKAGE_STORE_URL", "METRICS_TOKEN", "SENTRY_DSN"),
)
# What the owner may do, and the group read; anybody who can read more of the machine than that is one too many.
STRICTEST = 0o640
# Where systemd puts what a unit loads, and how our units call each there (LoadCredential=occicor:FOLDER).
CREDENTIALS, CREDENTIAL = "CREDENTIALS_DIRECTORY", "occicor_{}"
MOST_BYTES = 64 * 1024


def with_files(said: Mapping[str, str]) -> dict[str, str]:
    """The environment with what the named files hold; nothing is written back to the environment of the process.

    Raises ImproperlyConfigured where a value is given twice, and for a file that is missing, empty, no plain file, or
    open to others than its owner (the process's account or root) and group.
    """
    found = dict(said)
    for name in SECRETS:
        files: dict[str, Path] = {}
        if named := found.pop(f"{name}_FILE", ""):
            files[f"{name}_FILE"] = Path(named)
        handed = Path(said.get(CREDENTIALS) or os.devnull) / CREDENTIAL.format(name)
        if handed.is_file():
            files[f"the credential {name}"] = handed
        ways = [*([name] if found.get(name) else []), *files]
        if len(ways) > 1:
            raise ImproperlyConfigured(f"{' and '.join(ways)} are both set: take one away")
        for way, file in files.items():
            found[name] = _content(way, name, file)
    return found


def _content(variable: str, name: str, path: Path) -> str:
    try:
        with path.open("rb") as file:
            _refuse_open(variable, path, os.fstat(file.fileno()))
            text = file.read(MOST_BYTES).decode("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{variable} names {path}, which cannot be read: {error}") from error
    if name in LISTS:
        text = ",".join(filter(None, (part.strip() for part in text.replace("\n", ",").split(","))))
    if not text and name not in LISTS:
        raise ImproperlyConfigured(f"{variable} names {path}, which is empty")
    return text


def _refuse_open(variable: str, path: Path, found: os.stat_result) -> None:
    mode = stat.S_IMODE(found.st_mode)
    if not stat.S_ISREG(found.st_mode):
        raise ImproperlyConfigured(f"{variable} names {path}, which is no plain file")
    if mode & ~STRICTEST & ~stat.S_IXUSR:
        raise ImproperlyConfigured(
            f"{variable} names {path}, whose mode is {mode:04o}: others could read or change it. Say: chmod 0640 {path}"
        )
    if found.st_uid not in {0, os.geteuid()}:
        raise ImproperlyConfigured(
            f"{variable} names {path}, which belongs to another account (uid {found.st_uid}): it could put in another"
            f" secret. Say: chown {os.geteuid()} {path}"
        )
