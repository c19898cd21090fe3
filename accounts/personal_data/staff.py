"""What is held about our own staff: their teams, powers and acts in the staff pages."""

from django.utils.translation import gettext_lazy as _

from accounts.personal_data.words import ACCOUNT_STAFF, SECURITY_STAFF
from privacy.data_map.declarations import Erase, Holding, Retain, nobody, personal, system
from privacy.staging.registered import emptied_in_copies
from privacy.vocabulary import LegalBasis, Profile, Purpose


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
    names = {
        "action_time": _("when"),
        "action_flag": _("what was done"),
        "change_message": _("what was changed"),
        "object_id": _("the number of the record"),
        "object_repr": _("the record"),
    }


nobody("auth.Group", because="the names of our staff's teams; who belongs to one is declared with the account")
nobody("auth.Permission", because="the list of things staff can be allowed to do, made by the software itself")
nobody("auth.Group_permissions", because="what each team of our staff may do; no person is named")

emptied_in_copies("admin.LogEntry", because="what staff wrote about whom")
