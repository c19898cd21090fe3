"""What this app, and the libraries it brings in for signing in, hold about people; read by the data map."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.vocabulary import ENROLMENT_DAYS
from privacy.data_map.declarations import Erase, Holding, Retain, kept, linked, nobody, personal, secret, system
from privacy.mail.deliver import GIVE_UP_AFTER
from privacy.vocabulary import LegalBasis, Profile, Purpose

ACCOUNT_STAFF = gettext_noop("our staff who look after accounts")
SECURITY_STAFF = gettext_noop("our staff who look after security")
MAIL_CARRIER = gettext_noop("the company that carries our e-mail, for the address only")
ENROLLING_CUSTOMER = gettext_noop("the company that enrolled you")

# The time within which a claim can be brought against us (French Civil Code, art. 2224): five years.
CLAIMS_DAYS = 1826
COMPANY_CONTACT = _(
    "The company named this address as the one at which it answers the requests of its people (Art. 12(2) GDPR)."
    " Without it their requests would reach nobody. The company can name another one at any time."
)

# Everything that belongs to an account lives exactly as long as the account does.
WITH_THE_ACCOUNT = Retain(profile=Profile.REGISTERED_USER, after="", days=0)


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
    recipients = [ACCOUNT_STAFF, MAIL_CARRIER]
    retain = WITH_THE_ACCOUNT
    erase = Erase.DELETE_ROW

    id = system()
    password = secret()
    email = personal("contact", rectifiable=True, provided=True)
    username = personal("identity", rectifiable=True, provided=True)
    joined_at = last_login = is_active = is_staff = is_superuser = personal("login")


class ProfileData(Holding, model="accounts.Profile"):
    """What you told us about yourself on your profile page. All of it is optional and you can change it any time."""

    title = _("Your profile")
    reached_by = {"user": "user_id"}
    purposes = [Purpose.PROVIDE_SERVICES, Purpose.SUPPORT]
    basis = LegalBasis.CONTRACT
    source = _("you, on your profile page")
    recipients = [ACCOUNT_STAFF]
    retain = WITH_THE_ACCOUNT
    erase = Erase.DELETE_ROW

    user = system()
    name = personal("identity", rectifiable=True, provided=True)
    workplace = position = personal("employer", rectifiable=True, provided=True)
    phone = address = personal("contact", rectifiable=True, provided=True)
    updated_at = personal("technical")


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


class FormerAddressData(Holding, model="accounts.FormerAddress"):
    """Addresses you have left, for as long as we still keep a message that we sent to one of them.

    We remember such an address only so that these messages are in your copy and go with your account.
    """

    title = _("Your former e-mail addresses")
    reached_by = {"user": "user_id"}
    left_since = "left_at"
    purposes = [Purpose.LEGAL_DUTIES]
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

    id = user = system()
    email = personal("contact", provided=True, identifies="email")
    left_at = personal("contact")


class EmailConfirmationData(Holding, model="account.EmailConfirmation"):
    """When we asked you to confirm an e-mail address. The code itself is never copied into a package."""

    title = _("Confirmations of your e-mail address")
    reached_by = {"user": "email_address__user_id"}
    purposes = [Purpose.AUTHENTICATE]
    basis = LegalBasis.CONTRACT
    source = _("our system, when you gave us an address")
    recipients = [SECURITY_STAFF]
    retain = Retain(profile=Profile.REGISTERED_USER, after="created", days=3, moment=_("we sent it"))
    erase = Erase.DELETE_ROW
    by_product = True

    id = email_address = system()
    key = secret()
    created = sent = personal("login")


class AuthenticatorData(Holding, model="mfa.Authenticator"):
    """The second steps you added for signing in: an authenticator app, a passkey, recovery codes.

    We tell you which kind, since when and when it was last used. The secrets behind them are never copied anywhere; the
    name you gave a passkey is stored inside its secret part, so you find it on your security page only.
    """

    title = _("Your second steps for signing in")
    reached_by = {"user": "user_id"}
    purposes = [Purpose.AUTHENTICATE, Purpose.SECURITY]
    basis = LegalBasis.CONTRACT
    source = _("you, on your security page")
    recipients = [SECURITY_STAFF]
    retain = WITH_THE_ACCOUNT
    erase = Erase.DELETE_ROW

    id = user = system()
    data = secret()
    type = created_at = last_used_at = personal("login")


class UserSessionData(Holding, model="usersessions.UserSession"):
    """Where you are signed in: the browser and the internet address of each device, since when, and when last seen.

    You see the same list on your sessions page, so that you can spot a device that is not yours and sign it out.
    """

    title = _("Where you are signed in")
    reached_by = {"user": "user_id"}
    purposes = [Purpose.SECURITY, Purpose.AUTHENTICATE]
    basis = LegalBasis.LEGITIMATE_INTERESTS
    source = _("your browser, when you use the site")
    recipients = [SECURITY_STAFF]
    retain = Retain(
        profile=Profile.REGISTERED_USER, after="last_seen_at", days=15, moment=_("the device was last seen")
    )
    erase = Erase.DELETE_ROW
    by_product = True

    id = user = system()
    session_key = secret()
    ip = user_agent = created_at = last_seen_at = data = personal("technical")


class SessionData(Holding, model="accounts.Session"):
    """What keeps you signed in from one page to the next, until the day it ends by itself.

    It opens your account, so apart from that day nothing of it is copied into a package.
    """

    title = _("Your open sessions")
    reached_by = {"user": "user_id"}
    purposes = [Purpose.AUTHENTICATE]
    basis = LegalBasis.CONTRACT
    source = _("our system, when you signed in or began to")
    recipients = [SECURITY_STAFF]
    retain = Retain(profile=Profile.REGISTERED_USER, after="expire_date", days=1, moment=_("the session ends"))
    erase = Erase.DELETE_ROW
    by_product = True

    user_id = system()
    session_key = session_data = secret()
    expire_date = personal("technical")


class GroupMembershipData(Holding, model="accounts.User_groups"):
    """The teams of our staff you belong to, by number; empty unless you work for us."""

    title = _("Your teams")
    reached_by = {"user": "user_id"}
    purposes = [Purpose.AUTHENTICATE, Purpose.SECURITY]
    basis = LegalBasis.LEGITIMATE_INTERESTS
    source = _("the person who runs our staff accounts")
    recipients = [ACCOUNT_STAFF]
    retain = Retain(profile=Profile.STAFF, after="", days=0)
    erase = Erase.DELETE_ROW

    id = user = system()
    group = personal("login")


class PermissionGrantData(Holding, model="accounts.User_user_permissions"):
    """The things you may do in our staff pages beyond those of your team, by number; empty unless you work for us."""

    title = _("Your own permissions")
    reached_by = {"user": "user_id"}
    purposes = [Purpose.AUTHENTICATE, Purpose.SECURITY]
    basis = LegalBasis.LEGITIMATE_INTERESTS
    source = _("the person who runs our staff accounts")
    recipients = [ACCOUNT_STAFF]
    retain = Retain(profile=Profile.STAFF, after="", days=0)
    erase = Erase.DELETE_ROW

    id = user = system()
    permission = personal("login")


class StaffActionData(Holding, model="admin.LogEntry"):
    """What you changed in our staff pages, and when; empty unless you work for us.

    The things you changed are named by number only, never by another person's name or address. When you leave, this
    list goes; our sealed record keeps that a member of staff acted, under a number.
    """

    title = _("Your work in our staff pages")
    reached_by = {"user": "user_id"}
    purposes = [Purpose.SECURITY, Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGITIMATE_INTERESTS
    source = _("our system, when you changed something")
    recipients = [SECURITY_STAFF]
    retain = Retain(profile=Profile.STAFF, after="action_time", days=365, moment=_("the action"))
    erase = Erase.DELETE_ROW

    id = user = content_type = system()
    action_time = action_flag = change_message = object_id = object_repr = personal("technical")


class EnrolmentData(Holding, model="accounts.Enrolment"):
    """What a company that uses our software, your employer for example, told us when it enrolled you.

    You find its name here. Once you sign in with the work address, this belongs to your account.
    """

    title = _("What your employer told us about you")
    # A claimed enrolment is reached through its account only. The work address says nothing about who somebody is: it
    # is the employer's, who may give it to a successor.
    reached_by = {"user": "user_id", "email": "unclaimed_email"}
    purposes = [Purpose.PROVIDE_SERVICES, Purpose.SERVICE_MESSAGES]
    basis = LegalBasis.LEGITIMATE_INTERESTS
    source = _("your employer")
    recipients = [ACCOUNT_STAFF, MAIL_CARRIER, ENROLLING_CUSTOMER]
    retain = Retain(
        profile=Profile.CUSTOMER_ENROLLED,
        after="ended_at",
        days=ENROLMENT_DAYS,
        moment=_("your employer ended your enrolment"),
    )
    erase = Erase.DELETE_ROW
    controller_name = "customer__name"
    controller_contact = "customer__privacy_contact"
    controller_when = {"customer__answers_itself": True}

    id = user = unclaimed_email = system()
    customer = linked("employer", shows="name", label=_("who enrolled you"))
    nickname = personal("identity", rectifiable=True)
    # In the employer's words, and a successor's address by now perhaps: it holds up nobody else's erasure.
    work_email = personal("contact", rectifiable=True, free_text=True)
    attributes = personal("other", rectifiable=True, free_text=True)
    enrolled_at = invited_at = ended_at = personal("employer")


class CustomerContactData(Holding, model="accounts.Customer"):
    """That your address is the one at which a company answers requests about privacy; empty unless it named yours."""

    title = _("Your address as the contact of a company")
    reached_by = {"email": "privacy_contact"}
    purposes = [Purpose.PROVIDE_SERVICES, Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGITIMATE_INTERESTS
    source = _("the company, in its agreement with us")
    recipients = [ACCOUNT_STAFF, MAIL_CARRIER]
    retain = Retain(
        profile=Profile.CUSTOMER_ADMINISTRATOR,
        after="agreement_ended_on",
        days=CLAIMS_DAYS,
        moment=_("the agreement with the company ended"),
    )
    erase = Erase.KEEP_ROW

    id = kind = country = our_role = answers_itself = agreement_signed_on = agreement_ended_on = system()
    name = kept("other", why=COMPANY_CONTACT, label=_("the company"))
    privacy_contact = kept("contact", why=COMPANY_CONTACT, label=_("the address for its people’s requests"))


nobody("auth.Group", because="the names of our staff's teams; who belongs to one is declared with the account")
nobody("auth.Permission", because="the list of things staff can be allowed to do, made by the software itself")
nobody("auth.Group_permissions", because="what each team of our staff may do; no person is named")
