"""What our staff keep of their own work with requests, and whom they reminded; read by the data map."""

from django.utils.translation import gettext_lazy as _

from privacy.data_map.declarations import Erase, Holding, Retain, kept, personal, system
from privacy.vocabulary import LegalBasis, Profile, Purpose
from rights_requests.personal_data.wording import ACCOUNTABLE, BY_REQUEST, PRIVACY_STAFF, WITH_THE_REQUEST


class SavedViewData(Holding, model="rights_requests.SavedView"):
    """The views of our queue of requests that you keep under a name; empty unless you work for us."""

    title = _("Your views of the queue")
    reached_by = {"user": "owner_id"}
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGITIMATE_INTERESTS
    source = _("you, when you saved a view")
    recipients = [PRIVACY_STAFF]
    retain = Retain(profile=Profile.STAFF, after="", days=0)
    erase = Erase.DELETE_ROW

    id = owner = system()
    name = personal("content", provided=True, free_text=True)
    query = shared = saved_at = personal("technical")


class DeskChoiceData(Holding, model="rights_requests.DeskChoice"):
    """How you want our staff pages to behave; empty unless you work for us."""

    title = _("Your choices for our staff pages")
    reached_by = {"user": "user_id"}
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGITIMATE_INTERESTS
    source = _("you, when you chose")
    recipients = [PRIVACY_STAFF]
    retain = Retain(profile=Profile.STAFF, after="", days=0)
    erase = Erase.DELETE_ROW

    user = system()
    single_keys = personal("technical")
    names = {"single_keys": _("single keys act on the desk")}


class ReminderData(Holding, model="rights_requests.Reminder"):
    """When we reminded somebody of one of your requests: you of a question of ours, or a colleague of the work."""

    title = _("Reminders of your requests")
    reached_by = BY_REQUEST
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("our staff")
    recipients = [PRIVACY_STAFF]
    retain = WITH_THE_REQUEST
    erase = Erase.KEEP_ROW
    by_product = True

    id = request = system()
    sent_by = kept(why=ACCOUNTABLE, label=_("the number of whoever sent it"))
    whom = sent_on = kept("rights", why=ACCOUNTABLE, label=_("who was reminded, and when"))
    names = {"whom": _("who was reminded"), "sent_on": _("when")}
