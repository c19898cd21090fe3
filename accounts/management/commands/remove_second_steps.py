"""`manage.py remove_second_steps`: for somebody who lost their phone and their recovery codes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import lost_steps
from accounts.models import User
from privacy.actors import SYSTEM


class Command(BaseCommand):
    """Removes the second steps of one account and says how many there were."""

    help = "Removes every second step of an account and signs it out. Make sure first who asks you for it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose."""
        parser.add_argument("email", help="the address of the account")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, or say in plain words that there is no such account."""
        account = User.objects.filter(email=options["email"].strip().lower()).first()
        if account is None:
            raise CommandError("There is no account with this address.")
        gone = lost_steps.take_away(actor=SYSTEM, user_id=account.pk)
        self.stdout.write(f"{gone} removed; the account was told by e-mail." if gone else "There was none.")
