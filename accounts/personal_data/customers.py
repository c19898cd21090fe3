"""What Customers tell us about the people whom they enrol, and whom they name to answer them."""

from django.utils.translation import gettext_lazy as _

from accounts.personal_data.words import ACCOUNT_STAFF, ENROLLING_CUSTOMER, MAIL_CARRIER
from accounts.vocabulary import ENROLMENT_DAYS
from privacy.data_map.declarations import Erase, Holding, Retain, kept, linked, personal, system
from privacy.vocabulary import CLAIMS_DAYS, LegalBasis, Profile, Purpose

COMPANY_CONTACT = _(
    "The company named this address as the one at which it answers the requests of its people (Art. 12(2) GDPR)."
    " Without it their requests would reach nobody. The company can name another one at any time."
)


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

    id = user = unclaimed_email = asked_as = asked_what = system()
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

    id = kind = country = language = our_role = answers_itself = agreement_signed_on = agreement_ended_on = system()
    name = kept("other", why=COMPANY_CONTACT, label=_("the company"))
    privacy_contact = kept("contact", why=COMPANY_CONTACT, label=_("the address for its people’s requests"))
