"""What is held about those who send us lists of people, and, for a day, of the people on them."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.personal_data.words import ACCOUNT_STAFF, ENROLLING_CUSTOMER
from privacy.data_map.declarations import Erase, Holding, Retain, kept, linked, masked, personal, system
from privacy.keys.registered import digests_in
from privacy.vocabulary import LegalBasis, Profile, Purpose

LIST_STAYS = _(
    "The company must be able to show when it enrolled its people (Art. 5(2) GDPR). Nobody is named any more."
)


class EnrolmentImportData(Holding, model="accounts.EnrolmentImport"):
    """Lists of people that you sent us or agreed to, for the company whose people you look after: when, and how many.

    A list that a colleague sent is yours once you have agreed to it, and no longer theirs.

    When your account goes, your name goes from them; that there was a list stays for a year.
    """

    title = _("Lists of people that you sent us")
    reached_by = {"user": "made_by_id"}
    purposes = [Purpose.PROVIDE_SERVICES, Purpose.SECURITY]
    basis = LegalBasis.LEGITIMATE_INTERESTS
    source = _("you, when you sent a list")
    recipients = [ACCOUNT_STAFF, ENROLLING_CUSTOMER]
    retain = Retain(
        profile=Profile.CUSTOMER_ADMINISTRATOR,
        after="ended_at",
        days=settings.IMPORT_DAYS,
        moment=_("the list was imported or discarded"),
    )
    erase = Erase.MASK_FIELDS

    id = customer = moved = encoding = separator = facts = system()
    made_by = masked("employer", label=_("who sent it, or agreed to it last"), shows="email")
    made_at = kept("employer", why=LIST_STAYS, label=_("when the list was sent"))
    state = new = changed = unchanged = refused = told = confirmed_at = ended_at = system()


class ImportRowData(Holding, model="accounts.ImportRow"):
    """What stands about you in a list that a company has sent us to enrol people.

    It is deleted when you have been told of your enrolment, and at the latest a day after the list was sent.
    """

    title = _("Lists that are being imported")
    reached_by = {"email": "work_email"}
    purposes = [Purpose.PROVIDE_SERVICES]
    basis = LegalBasis.LEGITIMATE_INTERESTS
    source = _("your employer")
    recipients = [ACCOUNT_STAFF, ENROLLING_CUSTOMER]
    retain = Retain(
        profile=Profile.CUSTOMER_ENROLLED,
        after="source__made_at",
        days=settings.IMPORT_HOURS // 24,
        moment=_("your employer sent the list"),
    )
    erase = Erase.DELETE_ROW
    by_product = True
    controller_name = "source__customer__name"
    controller_contact = "source__customer__privacy_contact"
    controller_when = {"source__customer__answers_itself": True}
    fields = {"source": linked("employer", shows="made_at", label=_("when the list was sent"))}

    id = line = digest = readable = verdict = reason = about = other_line = enrolment = changes = system()
    nickname = personal("identity", free_text=True)
    # In the employer's words, and a successor's address by now perhaps: it holds up nobody else's erasure.
    work_email = personal("contact", free_text=True)
    facts = personal("other", free_text=True)


digests_in("accounts.ImportRow", "digest")
