"""The mail backend of embedded mode: each message becomes a file of its own that /outbox/ shows."""

import os
import secrets
import time
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage  # noqa: TID251 - this is where the queue's messages arrive
from django.core.mail.backends.base import BaseEmailBackend


class OutboxBackend(BaseEmailBackend):
    """Writes messages to settings.OUTBOX_DIR; a message is there whole or not at all, for its owner's eyes only."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each message; how many were written. Raises OSError when the folder cannot be written."""
        folder = Path(settings.OUTBOX_DIR)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            _write(folder, message.message().as_bytes())
        return len(email_messages)


def _write(folder: Path, content: bytes) -> None:
    # Sorted by name, the newest comes last; the random part keeps two of one instant apart.
    name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
    part = folder / f".{name}.part"
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / f"{name}.eml")
