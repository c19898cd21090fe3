"""Who comes to the portal in its tests: the administrator, and everybody who has no business there."""

from django.test import Client
from django.utils import timezone

from accounts.models import Customer, CustomerAdministrator
from tests.customer_factories import make_administrator
from tests.factories import make_staff, make_user


def browser_at(administrator: CustomerAdministrator) -> Client:
    """The browser of an administrator who is signed in."""
    client = Client()
    client.force_login(administrator.user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def administrator_of_another() -> Client:
    """Acts for a Customer, but not for this one."""
    return browser_at(make_administrator())


def somebody() -> Client:
    """Has an account, and acts for nobody."""
    client = Client()
    client.force_login(make_user(), "allauth.account.auth_backends.AuthenticationBackend")
    return client


def member_of_staff() -> Client:
    """May do everything in the admin, which is not here."""
    client = Client()
    client.force_login(make_staff(superuser=True), "allauth.account.auth_backends.AuthenticationBackend")
    return client


def removed(customer: Customer) -> Client:
    """Acted for this Customer until a moment ago, and is still signed in."""
    appointed = make_administrator(customer=customer)
    client = browser_at(appointed)
    appointed.delete()
    return client


def after_the_agreement(customer: Customer) -> Client:
    """Acts for this Customer, whose agreement ended today."""
    client = browser_at(make_administrator(customer=customer))
    Customer.objects.filter(pk=customer.pk).update(agreement_ended_on=timezone.localdate())
    return client


def closed(customer: Customer) -> Client:
    """Acts for this Customer with an account that was closed."""
    appointed = make_administrator(customer=customer)
    client = browser_at(appointed)
    appointed.user.is_active = False
    appointed.user.save()
    return client
