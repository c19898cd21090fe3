"""People who sign in, what they tell us about themselves, their sessions; Customers and enrolments; shared cards."""

from accounts.models.administrators import CustomerAdministrator
from accounts.models.changes import ProfileChange
from accounts.models.claims import ClaimCode
from accounts.models.customers import ATTRIBUTES_CHARACTERS, CUSTOMER_KEY, NAME_KEY, Customer, Enrolment
from accounts.models.imports import EnrolmentImport, ImportRow
from accounts.models.keys import ApiKey
from accounts.models.people import FormerAddress, Profile, Session, User, UserManager
from accounts.models.sharing import SharingGrant, SharingView
from accounts.models.sign_ins import SignIn
from accounts.models.unused import UnusedNotice

__all__ = [
    "ATTRIBUTES_CHARACTERS",
    "CUSTOMER_KEY",
    "NAME_KEY",
    "ApiKey",
    "ClaimCode",
    "Customer",
    "CustomerAdministrator",
    "Enrolment",
    "EnrolmentImport",
    "FormerAddress",
    "ImportRow",
    "Profile",
    "ProfileChange",
    "Session",
    "SharingGrant",
    "SharingView",
    "SignIn",
    "UnusedNotice",
    "User",
    "UserManager",
]
