"""The work behind an answer, done once more and taken back, where the answer itself needs none of it.

Whether an address is known can then be told by the clock no more than by the words. Nothing of it is stored or sent.
"""

from collections.abc import Callable
from uuid import uuid4

from allauth.account.utils import setup_user_email
from django.db import transaction
from django.http import HttpRequest

from accounts import services
from accounts.models import User
from privacy.policy import seen
from privacy.vocabulary import PolicySeenHow


def taken_back(work: Callable[[], object]) -> None:
    """Do the work and undo all that it wrote; what waits for the end of a transaction never happens. Promise P6.1."""
    with transaction.atomic():
        work()
        transaction.set_rollback(True)


def open_account(request: HttpRequest, password: str) -> None:
    """As much as opening an account costs: its password, its entries and its address."""
    nobody = User(email=f"{uuid4().hex}@nobody.invalid")
    nobody.set_password(password)
    actor = services.actor_of(nobody.pk)
    services.open_account(actor=actor, user=nobody, said_when_born=True)
    seen.record(actor=actor, user_id=nobody.pk, how=PolicySeenHow.SIGN_UP)
    setup_user_email(request, nobody, [])
