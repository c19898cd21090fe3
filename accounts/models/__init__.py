"""People who sign in, what they tell us about themselves, their sessions; Customers and the people they enrol."""

from accounts.models.customers import ATTRIBUTES_CHARACTERS, Customer, Enrolment
from accounts.models.people import FormerAddress, Profile, Session, User, UserManager
from accounts.models.sign_ins import SignIn

__all__ = [
    "ATTRIBUTES_CHARACTERS",
    "Customer",
    "Enrolment",
    "FormerAddress",
    "Profile",
    "Session",
    "SignIn",
    "User",
    "UserManager",
]
