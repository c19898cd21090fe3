"""What is held so that people can sign in and see who did."""

from django.utils.translation import gettext_lazy as _

from accounts.personal_data.words import SECURITY_STAFF, WITH_THE_ACCOUNT
from privacy.data_map.declarations import Erase, Holding, Retain, personal, secret, system
from privacy.staging.registered import emptied_in_copies
from privacy.vocabulary import LegalBasis, Profile, Purpose


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
    names = {"created": _("asked for"), "sent": _("sent")}


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
    names = {"type": _("which kind"), "created_at": _("since"), "last_used_at": _("last used")}


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
    names = {
        "ip": _("internet address"),
        "user_agent": _("browser and device, as they call themselves"),
        "created_at": _("since"),
        "last_seen_at": _("last seen"),
        "data": _("more about the device"),
    }


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
    names = {"expire_date": _("ends by itself")}


emptied_in_copies("mfa.Authenticator", because="a second step is a secret of its person")
