"""`manage.py record_bounce < notice`: takes one message that came back to us, from a mail server's pipe or by hand."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from consent.mailings.returns import MOST_BYTES, record


class Command(BaseCommand):
    """Reads one notice from standard input; ends well whatever it is, so that no mail server sends it round again."""

    help = (
        "Records a delivery status notification (RFC 3464) about a promotional message; reads it from standard input."
    )
    stealth_options = ("stdin",)

    def handle(self, *args: Any, **options: Any) -> None:
        """Record it, and say in one word what it said."""
        notice = options.get("stdin", sys.stdin.buffer).read(MOST_BYTES)
        found = record(notice)
        self.stdout.write(found.value if found else "nothing of ours")
