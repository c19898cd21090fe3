"""The secrets of an installation: made once, kept in one file that only its owner can read."""

import base64
import secrets

from occicor.embedded.layout import Layout, write_private
from occicor.embedded.problem import Problem

# Losing any of these loses something: sessions, the link to digests, packages, the proof of receipts, the database.
MAKERS = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(64),
    "DIGEST_KEY": lambda: secrets.token_urlsafe(48),
    "PACKAGE_KEK": lambda: base64.b64encode(secrets.token_bytes(32)).decode(),
    "SIGNING_KEY": lambda: base64.b64encode(secrets.token_bytes(32)).decode(),
    "POSTGRES_PASSWORD": lambda: secrets.token_urlsafe(32),
    "POSTGRES_ADMIN_PASSWORD": lambda: secrets.token_urlsafe(32),
}
HEAD = "# Made at the first start. Keep a copy: packages, receipts and the database cannot be read without it.\n"


def read(layout: Layout) -> dict[str, str]:
    """The names and values in the file; empty when there is none."""
    if not layout.secrets.exists():
        return {}
    lines = (line.strip().removeprefix("export ") for line in layout.secrets.read_text(encoding="utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("'\"") for name, _, value in pairs}


def ensure(layout: Layout) -> dict[str, str]:
    """All secrets, those that are missing made now; raises Problem when old data would become unreadable by that."""
    known = read(layout)
    missing = [name for name in MAKERS if not known.get(name)]
    if missing and (layout.var / "postgres" / "PG_VERSION").exists():
        raise Problem(
            f"{layout.secrets} lacks {', '.join(missing)}, but there is a database that was made with them: "
            f"put the file back, or move {layout.var} away to begin anew."
        )
    if missing:
        old = layout.secrets.read_text(encoding="utf-8") if layout.secrets.exists() else HEAD
        new = "".join(f"{name}={MAKERS[name]()}\n" for name in missing)
        write_private(layout.secrets, old.rstrip("\n") + "\n" + new)
    if layout.secrets.stat().st_mode & 0o077:
        layout.secrets.chmod(0o600)
    return read(layout)
