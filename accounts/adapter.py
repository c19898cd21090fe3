"""What allauth asks of us: how accounts are made, how its mails leave and which address their links carry."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Our answers to allauth's questions."""
