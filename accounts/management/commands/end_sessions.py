"""`manage.py end_sessions`: signs one account out everywhere, or everybody."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import securing
from accounts.models import User
from privacy.actors import SYSTEM


class Command(BaseCommand):
    """Ends sessions and says how many there were."""

    help = "Ends all sessions of an account, of apps too; with --everybody those of all. Passwords stay."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose."""
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("email", nargs="?", help="the address of the account")
        whose.add_argument("--everybody", action="store_true", help="every account, and whoever is half signed in")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, or say in plain words that there is no such account."""
        if options["everybody"]:
            ended = securing.sign_out_everybody(actor=SYSTEM)
        else:
            account = User.objects.filter(email=options["email"].strip().lower()).first()
            if account is None:
                raise CommandError("There is no account with this address.")
            ended = securing.sign_out(actor=SYSTEM, user_id=account.pk)
        self.stdout.write(f"{ended} ended.")
