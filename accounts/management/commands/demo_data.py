"""`manage.py demo_data`: the accounts, Customers and enrolled people to try the portal with."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts import demo_accounts, demo_customers, demo_phones


class Command(BaseCommand):
    """Makes the demonstration accounts once; their passwords are in VAR_DIR/demo-accounts.json."""

    help = "Makes the demonstration accounts, unless the database has accounts of its own. Never in production."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them and list them."""
        if not settings.DEMO_ACCOUNTS:
            raise CommandError("DEMO_ACCOUNTS is off: no accounts with passwords in a file are made here.")
        accesses = demo_accounts.ensure(demo_phones.file())
        if accesses:
            demo_customers.ensure()
        else:
            self.stdout.write("This database has accounts of its own: no demonstration accounts were made.")
        for access in accesses if options["verbosity"] else ():
            self.stdout.write(f"{access.email}  {access.password}  {access.what_for}")
