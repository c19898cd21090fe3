"""What people tell us when they make an account and fill in their profile."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.personal_data.words import ACCOUNT_STAFF, CARD_VIEWERS, MAIL_CARRIER, WITH_THE_ACCOUNT
from privacy.data_map.declarations import Erase, Holding, Retain, personal, secret, system
from privacy.mail.deliver import GIVE_UP_AFTER
from privacy.vocabulary import LegalBasis, Profile, Purpose


class UserData(Holding, model="accounts.User"):
    """Your account: the e-mail address you sign in with, when you joined and when you last signed in.

    Your password is not here: we keep only a scrambled form of it that cannot be turned back, and it is never copied
    into a package.
    """

    title = _("Your account")
    reached_by = {"user": "id"}
    purposes = [Purpose.PROVIDE_SERVICES, Purpose.AUTHENTICATE, Purpose.SERVICE_MESSAGES]
    basis = LegalBasis.CONTRACT
    source = _("you, when you made your account")
    recipients = [ACCOUNT_STAFF, MAIL_CARRIER, CARD_VIEWERS]
    retain = Retain(
        profile=Profile.REGISTERED_USER,
        after="used_at",
        days=settings.UNUSED_ACCOUNT_DAYS,
        moment=_("you last used your account"),
    )
    over_when = {"is_active": True, "is_staff": False, "administers__isnull": True}
    erase = Erase.DELETE_ROW

    id = system()
    password = secret()
    email = personal("contact", rectifiable=True, provided=True)
    username = personal("identity", rectifiable=True, provided=True)
    joined_at = used_at = last_login = is_active = is_staff = is_superuser = personal("login")
    names = {
        "last_login": _("last signed in"),
        "is_active": _("may sign in"),
        "is_staff": _("works for us"),
        "is_superuser": _("may do everything on our staff pages"),
    }


class ProfileData(Holding, model="accounts.Profile"):
    """What you told us about yourself on your profile page. All of it is optional and you can change it any time."""

    title = _("Your profile")
    reached_by = {"user": "user_id"}
    purposes = [Purpose.PROVIDE_SERVICES, Purpose.SUPPORT]
    basis = LegalBasis.CONTRACT
    source = _("you, on your profile page")
    recipients = [ACCOUNT_STAFF, CARD_VIEWERS]
    retain = WITH_THE_ACCOUNT
    erase = Erase.DELETE_ROW

    user = system()
    name = personal("identity", rectifiable=True, provided=True)
    workplace = position = personal("employer", rectifiable=True, provided=True)
    phone = address = personal("contact", rectifiable=True, provided=True)
    updated_at = personal("technical")
    names = {"updated_at": _("last changed")}


class EmailAddressData(Holding, model="account.EmailAddress"):
    """The e-mail addresses of your account, and whether you have shown us that each one is yours."""

    title = _("Your e-mail addresses")
    reached_by = {"user": "user_id"}
    # Anyone can type any address; only one that was confirmed with a code says whose data may be reached through it.
    identified_when = {"verified": True}
    opens_account = True
    purposes = [Purpose.AUTHENTICATE, Purpose.SERVICE_MESSAGES]
    basis = LegalBasis.CONTRACT
    source = _("you, when you made your account or changed your address")
    recipients = [ACCOUNT_STAFF, MAIL_CARRIER]
    retain = WITH_THE_ACCOUNT
    erase = Erase.DELETE_ROW

    id = user = system()
    email = personal("contact", rectifiable=True, provided=True, identifies="email")
    verified = primary = personal("login")
    names = {"email": _("e-mail address"), "verified": _("confirmed by you"), "primary": _("the one we write to")}


class UnusedNoticeData(Holding, model="accounts.UnusedNotice"):
    """That we told you that your account will be closed because you do not use it, and when that will be."""

    title = _("The notice that your account will be closed")
    reached_by = {"user": "user_id"}
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("our system, when your account was not used for long")
    recipients = [ACCOUNT_STAFF]
    retain = WITH_THE_ACCOUNT
    erase = Erase.DELETE_ROW
    by_product = True

    user = system()
    first_at = second_at = closes_at = personal("login")


class FormerAddressData(Holding, model="accounts.FormerAddress"):
    """Addresses you have left, for as long as we still keep a message that we sent to one of them.

    We remember such an address so that you can take a change back for a few days, and so that these messages are in
    your copy and go with your account.
    """

    title = _("Your former e-mail addresses")
    reached_by = {"user": "user_id"}
    left_since = "left_at"
    # Whoever shows with a code that it is theirs today may be somebody else: their messages are not this person's.
    identified_when = {"handed_over": False}
    purposes = [Purpose.LEGAL_DUTIES, Purpose.SECURITY]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("you, when you changed your address")
    recipients = [ACCOUNT_STAFF]
    retain = Retain(
        profile=Profile.REGISTERED_USER,
        after="left_at",
        days=settings.SENT_MAIL_RETENTION_DAYS + GIVE_UP_AFTER.days,
        moment=_("you left the address"),
    )
    erase = Erase.DELETE_ROW
    by_product = True

    id = user = handed_over = may_take_back = system()
    email = personal("contact", provided=True, identifies="email")
    left_at = personal("contact")
    names = {"left_at": _("when you left it")}
