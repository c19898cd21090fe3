"""People who sign in, what they tell us about themselves, their sessions; Customers and the people they enrol."""

from accounts.models.changes import ProfileChange
from accounts.models.customers import ATTRIBUTES_CHARACTERS, Customer, Enrolment
from accounts.models.people import FormerAddress, Profile, Session, User, UserManager

__all__ = [
    "ATTRIBUTES_CHARACTERS",
    "Customer",
    "Enrolment",
    "FormerAddress",
    "Profile",
    "ProfileChange",
    "Session",
    "User",
    "UserManager",
]
