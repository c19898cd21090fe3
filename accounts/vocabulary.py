"""The closed lists of words about profiles, Customers and sign-ins, and how long what Customers told us is kept."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

# How long an enrolment is kept after its end, in days: the person may come back, and claims are still made.
ENROLMENT_DAYS = 365


class CustomerKind(TextChoices):
    """What a Customer does (promise P0.1)."""

    MANUFACTURER = "manufacturer", _("manufacturer")
    RETAILER = "retailer", _("retailer")


class OurRole(TextChoices):
    """What Occicor is for the data of the people whom a Customer enrols (Art. 4(7) and 4(8) GDPR)."""

    CONTROLLER = "controller", _("controller: we decide what is done with the data")
    PROCESSOR = "processor", _("processor: the Customer decides, we carry it out")


class SignInHow(TextChoices):
    """What somebody showed when they signed in."""

    SIGN_UP = "sign_up", _("new account")
    PASSWORD = "password", _("password")
    APP = "app", _("password and app")
    PASSKEY = "passkey", _("password and passkey")
    RECOVERY_CODE = "recovery_code", _("password and recovery code")


class Browser(TextChoices):
    """The families of browsers that we tell apart: never a version, which would single people out."""

    EDGE = "edge", "Edge"
    OPERA = "opera", "Opera"
    SAMSUNG = "samsung", "Samsung Internet"
    FIREFOX = "firefox", "Firefox"
    CHROME = "chrome", "Chrome"
    SAFARI = "safari", "Safari"


class System(TextChoices):
    """The families of systems that we tell apart."""

    IPHONE = "iphone", "iPhone"
    IPAD = "ipad", "iPad"
    ANDROID = "android", "Android"
    WINDOWS = "windows", "Windows"
    CHROME_OS = "chrome_os", "ChromeOS"
    MAC = "mac", "Mac"
    LINUX = "linux", "Linux"


class ProfileField(TextChoices):
    """What a person can tell us on their profile page (promise P1.2)."""

    NAME = "name", _("Name")
    WORKPLACE = "workplace", _("Workplace")
    POSITION = "position", _("Position")
    PHONE = "phone", _("Phone")
    ADDRESS = "address", _("Address")


class ChangedBy(TextChoices):
    """Who changed something in a profile."""

    PERSON = "person", _("you")
    STAFF = "staff", _("our staff, because you asked for it")
