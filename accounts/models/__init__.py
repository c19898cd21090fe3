"""People who sign in, what they tell us about themselves, their sessions; Customers and the people they enrol."""

from accounts.models.administrators import CustomerAdministrator
from accounts.models.claims import ClaimCode
from accounts.models.customers import ATTRIBUTES_CHARACTERS, NAME_KEY, Customer, Enrolment
from accounts.models.keys import ApiKey
from accounts.models.people import FormerAddress, Profile, Session, User, UserManager

__all__ = [
    "ATTRIBUTES_CHARACTERS",
    "NAME_KEY",
    "ApiKey",
    "ClaimCode",
    "Customer",
    "CustomerAdministrator",
    "Enrolment",
    "FormerAddress",
    "Profile",
    "Session",
    "User",
    "UserManager",
]
