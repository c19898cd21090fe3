"""People who sign in, what they tell us about themselves, their sessions; Customers and enrolments; shared cards."""

from accounts.models.customers import ATTRIBUTES_CHARACTERS, Customer, Enrolment
from accounts.models.people import FormerAddress, Profile, Session, User, UserManager
from accounts.models.sharing import SharingGrant, SharingView

__all__ = [
    "ATTRIBUTES_CHARACTERS",
    "Customer",
    "Enrolment",
    "FormerAddress",
    "Profile",
    "Session",
    "SharingGrant",
    "SharingView",
    "User",
    "UserManager",
]
