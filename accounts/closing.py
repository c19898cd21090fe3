"""What the person of an account should know before it is closed, as far as accounts know it."""

from collections.abc import Iterator
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import former_addresses
from accounts.models import Customer, User
from privacy.closing import Caution
from privacy.package.words import moment_teller, zone


def cautions(user_id: UUID) -> Iterator[Caution]:
    """A change of the address that is not settled, powers that nobody else has, companies that named the address."""
    account = User.objects.get(pk=user_id)
    if change := former_addresses.last_change(user_id):
        words = {"until": moment_teller()(change.settled_at)}
        yield Caution(
            _("Your address was changed a short while ago"),
            _("You can ask now. We begin after %(until)s, when nobody can take that change back any more.") % words,
        )
    if account.is_staff:
        yield _of_staff(account)
    for customer in _answered_by(account):
        yield Caution(
            _("You answer for %(customer)s") % {"customer": customer.name},
            _(
                "The company named your address as the one at which it answers requests. It stays named until the"
                " company names another one. Ask it to do so first."
            ),
        )


def _of_staff(account: User) -> Caution:
    others = User.objects.filter(is_superuser=True, is_active=True, is_staff=True).exclude(pk=account.pk)
    if account.is_superuser and not others.exists():
        return Caution(
            _("Nobody else may do what you may do here"),
            _(
                "Without you nobody can give or take access to the staff pages. Let somebody else have these powers"
                " first, then close your account."
            ),
        )
    return Caution(
        _("You work for us with this account"),
        _(
            "It also opens the staff pages, and they close for you on the same day. Tell whoever gives access to them,"
            " and hand over the requests that you work on."
        ),
    )


def _answered_by(account: User) -> Iterator[Customer]:
    today = timezone.localdate(timezone=zone())
    for customer in Customer.objects.filter(privacy_contact=account.email).order_by("name"):
        if customer.agreement_ended_on is None or customer.agreement_ended_on > today:
            yield customer
